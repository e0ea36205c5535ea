package risk

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	secondsPerDay = 24 * 60 * 60
	daysPerYear   = 365.25
	stepsOfAge    = 40 // quarters of a year that are told apart; everything older is one step
	ageUnknown    = 63
)

// kind packs everything about a sound row that the model looks at. Rows of one kind differ only by days.
type kind uint32

// The bits of a kind, from the lowest.
const (
	providerBits, sourceBits, ageBits, replyBits = 3, 3, 6, 3

	sourceAt     = providerBits
	ageAt        = sourceAt + sourceBits
	replyAt      = ageAt + ageBits
	engagedAt    = replyAt + replyBits
	blindAt      = engagedAt + 1
	disposableAt = blindAt + 1
	roleAt       = disposableAt + 1
	asideAt      = roleAt + 1
	kindBits     = asideAt + 1
)

func (k kind) provider() Provider { return Provider(k & (1<<providerBits - 1)) }
func (k kind) source() Source     { return Source(k >> sourceAt & (1<<sourceBits - 1)) }
func (k kind) age() int           { return int(k >> ageAt & (1<<ageBits - 1)) }
func (k kind) reply() Reply       { return Reply(k >> replyAt & (1<<replyBits - 1)) }
func (k kind) engaged() bool      { return k>>engagedAt&1 == 1 }
func (k kind) blind() bool        { return k>>blindAt&1 == 1 }
func (k kind) disposable() bool   { return k>>disposableAt&1 == 1 }
func (k kind) role() bool         { return k>>roleAt&1 == 1 }
func (k kind) aside() bool        { return k>>asideAt&1 == 1 }

func bit(b bool, at int) kind {
	if b {
		return 1 << at
	}
	return 0
}

// valid says whether a kind read from outside could have come from a row.
func (k kind) valid() bool {
	return k < 1<<kindBits && k.provider() < numProviders && k.source() < numSources && k.reply() < numReplies &&
		(k.age() <= stepsOfAge || k.age() == ageUnknown)
}

// count is how many rows there are of a kind. Days are whole, so that sums don't depend on the order of rows.
type count struct {
	rows int64
	days int64 // sum of the rows' ages
	wait int64 // sum of the days since their answers
}

func (c *count) add(o count) {
	c.rows += o.rows
	c.days += o.days
	c.wait += o.wait
}

// Tally counts the rows of a list by everything that the model looks at. It holds no addresses; its size grows with
// the kinds of rows, of which a list has hundreds or a few thousand. A Tally is for one goroutine: give each worker
// its own and Merge them. Make one with NewTally.
type Tally struct {
	now       time.Time
	unix      int64 // of now
	kinds     map[kind]*count
	states    [numStates]int64 // rows of each state but Sound
	future    int64
	conflicts int64
}

// NewTally returns an empty tally for a send at now, from which ages are counted.
func NewTally(now time.Time) *Tally {
	return &Tally{now: now, unix: now.Unix(), kinds: map[kind]*count{}}
}

// Add counts one row.
func (t *Tally) Add(r Row) { t.AddN(r, 1) }

// AddN counts n rows that are all alike.
func (t *Tally) AddN(r Row, n int64) {
	if r.Conflict {
		t.conflicts += n
	}
	if r.State != Sound {
		t.states[r.State%numStates] += n
		return
	}
	k, c, future := t.sort(r)
	if future {
		t.future += n
	}
	t.put(k, count{rows: n, days: n * c.days, wait: n * c.wait})
}

func (t *Tally) put(k kind, c count) {
	have := t.kinds[k]
	if have == nil {
		have = &count{}
		t.kinds[k] = have
	}
	have.add(c)
}

// sort finds the kind of a sound row and its days, and says whether its date lies in the future.
func (t *Tally) sort(r Row) (kind, count, bool) {
	age, days, future := t.age(r)
	k := kind(r.Provider%numProviders) | kind(r.Source%numSources)<<sourceAt | kind(age)<<ageAt |
		bit(!r.Engaged.IsZero(), engagedAt) | bit(r.Blind, blindAt) | bit(r.Disposable, disposableAt) | bit(r.Role, roleAt) | bit(r.Aside, asideAt)
	c := count{days: days}
	if reply := r.Answer.Reply % numReplies; !r.Blind && reply != NotAsked {
		k |= kind(reply) << replyAt
		if !r.Answer.At.IsZero() {
			c.wait = max(t.days(r.Answer.At), 0)
		}
	}
	return k, c, future
}

// age counts from the last sign of a person, else from the row's creation. A date in the future counts as today.
func (t *Tally) age(r Row) (step int, days int64, future bool) {
	from := r.Engaged
	if from.IsZero() {
		from = r.Created
	}
	if from.IsZero() {
		return ageUnknown, 0, false
	}
	days = t.days(from)
	if days < 0 {
		return 0, 0, days < -1 // a day ahead is a time zone
	}
	return int(min(days*16/1461, stepsOfAge)), days, false // 1461 days are 16 quarters
}

// days is how many whole days before the send a time lies. What is older than two centuries is an empty date.
func (t *Tally) days(at time.Time) int64 { return min((t.unix-at.Unix())/secondsPerDay, oldest) }

// Merge adds the counts of o. It fails if the two were made for different times.
func (t *Tally) Merge(o *Tally) error {
	if !t.now.Equal(o.now) {
		return errors.New("tallies of different times can't be merged")
	}
	for k, c := range o.kinds {
		t.put(k, *c)
	}
	for i, n := range o.states {
		t.states[i] += n
	}
	t.future += o.future
	t.conflicts += o.conflicts
	return nil
}

// Now is the time of the send that the tally was made for.
func (t *Tally) Now() time.Time { return t.now }

// Future is the number of rows whose date lay in the future and was taken as today.
func (t *Tally) Future() int64 { return t.future }

// Conflicts is the number of rows whose answers contradicted each other.
func (t *Tally) Conflicts() int64 { return t.conflicts }

// Rows is the number of rows counted.
func (t *Tally) Rows() int64 {
	n := t.sound()
	for _, c := range t.states {
		n += c
	}
	return n
}

// Count is the number of rows of a state.
func (t *Tally) Count(s State) int64 {
	if s == Sound {
		return t.sound()
	}
	return t.states[s%numStates]
}

func (t *Tally) sound() (n int64) {
	for _, c := range t.kinds {
		n += c.rows
	}
	return n
}

// sorted returns the kinds in a fixed order, so that sums of fractions have the same bits in every run.
func (t *Tally) sorted() []kind {
	kinds := make([]kind, 0, len(t.kinds))
	for k := range t.kinds {
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, cmp.Compare)
	return kinds
}

// tallyJSON is how a tally is kept. Each kind is [kind, rows, days, wait].
type tallyJSON struct {
	Version   int              `json:"version"`
	Now       time.Time        `json:"now"`
	States    map[string]int64 `json:"states"`
	Future    int64            `json:"future"`
	Conflicts int64            `json:"conflicts"`
	Kinds     [][4]int64       `json:"kinds"`
}

// MarshalJSON keeps a tally, so that a forecast can be made again for another service without the list. It holds
// counts only, and is the same for the same rows in any order.
func (t *Tally) MarshalJSON() ([]byte, error) {
	out := tallyJSON{Version: 1, Now: t.now, States: map[string]int64{}, Future: t.future, Conflicts: t.conflicts, Kinds: [][4]int64{}}
	for i, n := range t.states {
		if n > 0 {
			out.States[State(i).String()] = n
		}
	}
	for _, k := range t.sorted() {
		c := t.kinds[k]
		out.Kinds = append(out.Kinds, [4]int64{int64(k), c.rows, c.days, c.wait})
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote. Counts that no list could have are refused.
func (t *Tally) UnmarshalJSON(b []byte) error {
	var in tallyJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	if in.Version != 1 {
		return fmt.Errorf("tally of version %d, want 1", in.Version)
	}
	fresh := NewTally(in.Now)
	fresh.future, fresh.conflicts = in.Future, in.Conflicts
	for name, n := range in.States {
		i := slices.Index(stateNames[:], name)
		if i <= int(Sound) || !plausible(n) {
			return fmt.Errorf("tally: %d rows of state %q", n, name)
		}
		fresh.states[i] = n
	}
	for _, row := range in.Kinds {
		k, c := kind(row[0]), count{rows: row[1], days: row[2], wait: row[3]}
		if row[0] < 0 || row[0] >= 1<<kindBits || !k.valid() || !c.plausible() {
			return fmt.Errorf("tally: kind %v can't be", row)
		}
		fresh.put(k, c)
	}
	*t = *fresh
	return nil
}

const (
	mostRows = 1 << 40
	oldest   = 200 * 366 // days
)

func plausible(n int64) bool { return n >= 0 && n <= mostRows }

func (c count) plausible() bool {
	return plausible(c.rows) && c.days >= 0 && c.wait >= 0 && c.days/oldest <= c.rows && c.wait/oldest <= c.rows
}
