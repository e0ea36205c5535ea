package compare

import (
	"cmp"
	"slices"

	"github.com/prebounce/prebounce/validate/batch"
)

// Difference counts the changes between two runs.
type Difference struct {
	Both      int64 `json:"both"` // addresses that both lists have
	OnlyOld   int64 `json:"only_old"`
	OnlyNew   int64 `json:"only_new"`
	Arrived   int64 `json:"only_new_undeliverable"` // of these
	Dead      int64 `json:"dead"`
	Held      int64 `json:"held"`          // by the brake of the newer run
	HeldNew   int64 `json:"only_new_held"` // the same, of addresses that only the newer list has
	Recovered int64 `json:"recovered"`
	Unsettled int64 `json:"unsettled"`
	Moved     int64 `json:"moved"`

	Why   []Count `json:"dead_by_reason"` // the most frequent first, as all of these
	Moves []Move  `json:"moves"`          // at most a hundred

	emit  func(Change) error
	why   map[string]int64
	moves map[[2]string]int64
}

// Count is the number of addresses with a reason.
type Count struct {
	Reason    string `json:"reason"`
	Addresses int64  `json:"addresses"`
}

// Move is the number of addresses that moved from one operator to another.
type Move struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Addresses int64  `json:"addresses"`
}

const (
	mostMoves   = 100     // told
	mostCounted = 1 << 16 // pairs of operators, or reasons that somebody made up, that are counted at all
)

func (d *Difference) added(r *batch.Result) {
	d.OnlyNew++
	if dead(r) {
		d.Arrived++
	}
	if r.Braked {
		d.HeldNew++
	}
}

func (d *Difference) both(older, newer *batch.Result) error {
	d.Both++
	c := change(older, newer)
	if c == "" {
		return nil
	}
	d.count(c, older, newer)
	return d.emit(Change{
		Address: newer.Address, Change: c, Row: newer.Row, File: newer.File,
		OldStatus: older.Status, OldReason: older.Reason, OldOperator: older.Operator,
		NewStatus: newer.Status, NewReason: newer.Reason, NewOperator: newer.Operator,
	})
}

func (d *Difference) count(change string, older, newer *batch.Result) {
	switch change {
	case Dead:
		d.Dead++
		more(&d.why, newer.Reason)
	case Held:
		d.Held++
	case Recovered:
		d.Recovered++
	case Unsettled:
		d.Unsettled++
	case Moved:
		d.Moved++
		more(&d.moves, [2]string{older.Operator, newer.Operator})
	}
}

// more counts in a map that does not grow without end.
func more[K comparable](counts *map[K]int64, key K) {
	if *counts == nil {
		*counts = map[K]int64{}
	}
	if _, counted := (*counts)[key]; counted || len(*counts) < mostCounted {
		(*counts)[key]++
	}
}

// done puts the counts in order.
func (d *Difference) done() *Difference {
	d.Why, d.Moves = []Count{}, []Move{}
	for reason, n := range d.why {
		d.Why = append(d.Why, Count{reason, n})
	}
	slices.SortFunc(d.Why, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Addresses, a.Addresses), cmp.Compare(a.Reason, b.Reason))
	})
	for pair, n := range d.moves {
		d.Moves = append(d.Moves, Move{pair[0], pair[1], n})
	}
	slices.SortFunc(d.Moves, func(a, b Move) int {
		return cmp.Or(cmp.Compare(b.Addresses, a.Addresses), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	d.Moves = d.Moves[:min(len(d.Moves), mostMoves)]
	return d
}
