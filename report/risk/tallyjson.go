package risk

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// tallyJSON is how a tally is kept. Each kind is [kind, rows, days, wait].
type tallyJSON struct {
	Version   int              `json:"version"`
	Now       time.Time        `json:"now"`
	States    map[string]int64 `json:"states"`
	Future    int64            `json:"future"`
	Conflicts int64            `json:"conflicts"` // always 0; the form of the file is stable
	Signs     Signs            `json:"signs,omitzero"`
	Kinds     [][4]int64       `json:"kinds"`
}

// MarshalJSON encodes the tally, so that a forecast for another service needs no list. The encoding holds only counts
// and does not depend on the order of the rows.
func (t *Tally) MarshalJSON() ([]byte, error) {
	out := tallyJSON{Version: 1, Now: t.now, States: map[string]int64{}, Future: t.future, Signs: t.Signs,
		Kinds: [][4]int64{}}
	for i, n := range t.states {
		if n > 0 {
			out.States[states[i].name] = n
		}
	}
	for _, k := range t.sorted() {
		c := t.kinds[k]
		out.Kinds = append(out.Kinds, [4]int64{int64(k), c.rows, c.days, c.wait})
	}
	return json.Marshal(out)
}

// UnmarshalJSON decodes the output of MarshalJSON. It rejects impossible counts.
func (t *Tally) UnmarshalJSON(b []byte) error {
	var in tallyJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	if in.Version != 1 {
		return fmt.Errorf("invalid tally version %d: want 1", in.Version)
	}
	fresh := NewTally(in.Now)
	fresh.future, fresh.Signs = in.Future, in.Signs
	if !in.Signs.plausible() {
		return errors.New("invalid tally: impossible dates or domains")
	}
	for name, n := range in.States {
		i := slices.IndexFunc(states[:], func(s settledState) bool { return s.name == name })
		if i <= int(soundState) || !plausible(n) {
			return fmt.Errorf("invalid tally: %d rows in state %q", n, name)
		}
		fresh.states[i] = n
	}
	for _, row := range in.Kinds {
		k, c := kind(row[0]), count{rows: row[1], days: row[2], wait: row[3]}
		if row[0] < 0 || row[0] >= 1<<kindBits || !k.valid() || !c.plausible() {
			return fmt.Errorf("invalid tally: impossible kind %v", row)
		}
		fresh.put(k, c)
	}
	*t = *fresh
	return nil
}

const mostRows = 1 << 40

func plausible(n int64) bool { return n >= 0 && n <= mostRows }

func (c count) plausible() bool {
	return plausible(c.rows) && c.days >= 0 && c.wait >= 0 && c.days/oldest <= c.rows && c.wait/oldest <= c.rows
}

func (s *Signs) plausible() bool {
	for _, d := range [...]*Dates{&s.Joined, &s.Opened, &s.Acted, &s.Sent} {
		if !plausible(d.Rows) || d.Newest < 0 || d.Median < d.Newest || d.Oldest < d.Median || d.Oldest > oldest ||
			min(d.Close, d.Last60, d.Year) < 0 || max(d.Close, d.Last60, d.Year) > d.Rows {
			return false
		}
	}
	return plausible(s.Domains) && s.Dead >= 0 && s.Dead <= s.Domains
}
