package risk

import (
	"errors"
	"fmt"
	"math"
	"time"
)

const (
	halfLife    = 365 // days after which a campaign counts half
	priorWeight = 4   // campaigns that the assumed spreads of lists and operators are worth
	priorSpread = 0.8 // standard deviation, in logits, that the prior of a segment is trusted to
)

// cell is what segments are told apart by, the same in every list.
type cell struct {
	provider Provider
	source   Source
	age      Age
}

func (k kind) cell() cell { return cell{k.provider(), k.source(), ageOf(k.age())} }

// seen is how many were sent, and how many bounced, each campaign counting by its age.
type seen struct{ sent, hard float64 }

// past is what earlier campaigns teach. The zero value teaches nothing.
type past struct {
	campaigns float64 // each counting by its age
	cells     map[cell]seen
}

// Learn returns the table with what the user's own campaigns teach, for a forecast made at now. Each campaign is a
// Tally of the list as it was sent, made for the day of the send, in which the rows that bounced hard have the
// answer Dead and the delivered ones Live; other rows count for nothing. What a service suppressed without sending
// must not be in it.
//
// History shifts the prior of each segment, but never claims to know a new list better than lists differ from each
// other, and it sets how much lists and operators differ.
func (p Params) Learn(now time.Time, campaigns ...*Tally) (Params, error) {
	if len(campaigns) == 0 {
		return p, errors.New("no campaign to learn from")
	}
	out := p
	out.past = past{cells: map[cell]seen{}}
	for _, c := range campaigns {
		age := now.Sub(c.now).Hours() / 24
		if age < 0 {
			return p, fmt.Errorf("the campaign of %s lies after %s", c.now.Format(time.DateOnly), now.Format(time.DateOnly))
		}
		out.past.add(c, math.Exp2(-age/halfLife))
	}
	if len(out.past.cells) == 0 {
		return p, errors.New("no campaign says what was delivered and what bounced")
	}
	out.learnSpreads(campaigns)
	return out, nil
}

func (h *past) add(t *Tally, weight float64) {
	h.campaigns += weight
	for _, k := range t.sorted() {
		n := weight * float64(t.kinds[k].rows)
		have := h.cells[k.cell()]
		switch groupOf[k.reply()] {
		case dead:
			have.sent, have.hard = have.sent+n, have.hard+n
		case live:
			have.sent += n
		default:
			continue
		}
		h.cells[k.cell()] = have
	}
}

// teach moves the prior mean of a segment towards what its cells did in earlier campaigns, and returns which share of
// the new mean these made. However many were sent, they count for no more rows than as many lists can tell about
// another one.
func (p *Params) teach(s *segment, m float64) (mean, share float64) {
	var sum seen
	told := map[cell]bool{}
	for _, member := range s.members {
		if c := member.kind.cell(); !told[c] {
			told[c] = true
			sum.sent += p.past.cells[c].sent
			sum.hard += p.past.cells[c].hard
		}
	}
	if sum.sent == 0 {
		return m, 0
	}
	unit := 1 / (m * (1 - m))
	own := max(unit/(priorSpread*priorSpread)-1, 1)
	rows := min(sum.sent, unit*p.past.campaigns/max(square(p.get(listSD)), 0.01))
	return clampRate((own*m + rows*p.centre(sum.hard/sum.sent)) / (own + rows)), rows / (own + rows)
}

// centre is the rate of a list without effects of its own, if lists with their effects have the given mean rate. The
// logistic function is taken as a normal's, which turns the mean of its values into the value at a mean.
func (p *Params) centre(mean float64) float64 {
	mean = clampRate(mean)
	variance := square(p.get(listSD)) + square(p.get(providerSD))
	logit := math.Log(mean/(1-mean)) * math.Sqrt(1+math.Pi/8*variance)
	return 1 / (1 + math.Exp(-logit))
}

// learnSpreads sets how much lists and operators differ from what the segments' priors say, by what the campaigns'
// own effects were.
func (p *Params) learnSpreads(campaigns []*Tally) {
	sure := *p
	for row, value := range map[param]float64{sensitivity: 1, falsePositive: 0, silenceOdds: 0} {
		sure.rows[row].Value = value // a send makes no errors
	}
	var lists, operators float64
	for _, c := range campaigns {
		list, operator := newFit(segments(c.sent(), &sure), &sure, usual()).effects()
		lists += list
		operators += operator
	}
	p.learnSpread(listSD, lists, len(campaigns))
	p.learnSpread(providerSD, operators, len(campaigns))
}

// learnSpread averages n squared effects with the square of the assumed spread.
func (p *Params) learnSpread(i param, squares float64, n int) {
	row := &p.rows[i]
	all := priorWeight + float64(n)
	row.Value = math.Sqrt((priorWeight*row.Value*row.Value + squares) / all)
	row.SD *= math.Sqrt(priorWeight / all)
	row.Kind, row.Source = Learned, fmt.Sprintf("%d of your own campaigns", n)
}

// sent is the part of a campaign that was delivered or bounced.
func (t *Tally) sent() *Tally {
	out := NewTally(t.now)
	for k, c := range t.kinds {
		if g := groupOf[k.reply()]; g == dead || g == live {
			out.put(k, *c)
		}
	}
	return out
}

// effects are the mean squares of the list's effect and of its operators' effects.
func (f *fit) effects() (list, operator float64) {
	u, v := f.grid.list, f.grid.operator
	operators := 0.0
	for k, w := range f.node {
		list += w * square(float64(k%len(u.weight)-u.half)*f.grid.step)
	}
	for _, cond := range f.cond {
		if cond == nil {
			continue
		}
		operators++
		for i, w := range cond {
			operator += f.node[i/len(v.weight)] * w * square(float64(i%len(v.weight)-v.half)*f.grid.step)
		}
	}
	return list, operator / max(operators, 1)
}

func square(x float64) float64 { return x * x }
