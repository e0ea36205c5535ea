package risk

import (
	"errors"
	"iter"

	"github.com/prebounce/prebounce/validate/segments"
)

// RowKind numbers rows that are alike to the model, whatever a policy decides about them. Values of zero and below are
// the settled states; a positive value is one more than the number in the JSON of a Tally.
type RowKind int64

// KindOf returns the kind of a row for the send that the tally is about.
func (t *Tally) KindOf(r Row) RowKind {
	if s := r.state(); s != soundState {
		return -RowKind(s)
	}
	k, _, _ := t.sort(r)
	return RowKind(k.policyFree()) + 1
}

// policyFree is the kind without what a policy makes of its rows.
func (k kind) policyFree() kind { return k &^ (1<<asideAt | 1<<keptAt) }

func (k RowKind) sound() kind { return kind(k - 1) }

// Sound reports whether nothing is settled about the rows, so that the model decides.
func (k RowKind) Sound() bool { return k > 0 }

func (k RowKind) state() state {
	if k.Sound() {
		return soundState
	}
	return state(-k)
}

// Segments returns the segments that the rows belong to; of settled rows, those of which nothing is known.
func (k RowKind) Segments() [3]segments.Segment {
	if !k.Sound() {
		return segments.Of(segments.UnknownProvider, segments.UnnamedSource, segments.UnknownAge)
	}
	return segments.Of(k.sound().provider(), k.sound().source(), ageOf(k.sound().age()))
}

// Check reports an invalid kind.
func (k RowKind) Check() error {
	if k <= -RowKind(numStates) || k == 0 || k > 1<<kindBits || (k > 0 && !k.sound().valid()) {
		return errors.New("invalid kind of rows")
	}
	return nil
}

// WhatIf forecasts parts of one list. The model is fitted once, so each part takes only milliseconds. Use it from one
// goroutine.
type WhatIf struct {
	work    *work
	good    float64 // the contacts of the whole list that would not bounce
	members map[RowKind]standing
}

// standing is where a kind stands among the segments.
type standing struct {
	segment int
	tilt    float64
}

// NewWhatIf fits the model to a tally. It fails in the same cases as Predict.
func NewWhatIf(t *Tally, o Options) (*WhatIf, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	w := newWork(t, &o)
	all := everything(t, w.fit.segs)
	x := &WhatIf{work: w, good: all.rows() - w.expected(&all), members: map[RowKind]standing{}}
	for i, s := range w.fit.segs {
		for j, m := range s.members {
			x.members[RowKind(m.kind.policyFree())+1] = standing{i, w.tilts[i][j]}
		}
	}
	return x, nil
}

// Part is the forecast for a part of a list.
type Part struct {
	Rate    Rate    `json:"rate"`
	Bounces float64 `json:"expected_bounces"`
	Exceed  float64 `json:"p_exceed"`  // probability of exceeding the service's limit
	Lost    float64 `json:"good_lost"` // contacts that would not bounce but are left out
}

// Forecast forecasts a part of the list, given as pairs of a kind and a number of rows; kinds may repeat. It skips
// rows that would never be sent and kinds that the tally does not hold.
func (x *WhatIf) Forecast(rows iter.Seq2[RowKind, int64]) Part {
	if x.work == nil {
		return Part{}
	}
	sel := x.selection(rows)
	d, bounces := x.work.distribution(&sel), x.work.expected(&sel)
	lost := x.good - (sel.rows() - bounces)
	return Part{Rate: rateOf(d, bounces), Bounces: bounces, Exceed: x.work.exceeds(d), Lost: max(lost, 0)}
}

// Chance returns the probability that rows of a kind bounce. It reports false for rows that would never be sent.
func (x *WhatIf) Chance(k RowKind) (p float64, ok bool) {
	if x.work == nil {
		return 0, false
	}
	if s := k.state(); s != soundState {
		return x.work.o.Params.get(settledRow[s]), s.scored()
	}
	at, ok := x.members[k]
	if !ok {
		return 0, false
	}
	g := groupOf[k.sound().reply()]
	return (&part{tilt: at.tilt}).chance(g, x.work.mean[at.segment][g]), true
}

// selection gathers rows into the parts of segments.
func (x *WhatIf) selection(rows iter.Seq2[RowKind, int64]) (sel selection) {
	parts, tilted := make([]part, len(x.work.fit.segs)), make([]float64, len(x.work.fit.segs))
	for k, n := range rows {
		if s := k.state(); s != soundState {
			if s.scored() {
				sel.settled[s] += float64(n)
			}
			continue
		}
		at, ok := x.members[k]
		if !ok {
			continue
		}
		p, g := &parts[at.segment], groupOf[k.sound().reply()]
		if p.rows[g] += float64(n); g != dead {
			p.tilt += float64(n) * at.tilt
			tilted[at.segment] += float64(n)
		}
	}
	for i := range parts {
		p := &parts[i]
		if p.rows.total() == 0 {
			continue
		}
		p.segment = i
		if tilted[i] == 0 || p.rows == x.work.fit.segs[i].rows {
			p.tilt = 1
		} else {
			p.tilt /= tilted[i]
		}
		sel.parts = append(sel.parts, *p)
	}
	return sel
}
