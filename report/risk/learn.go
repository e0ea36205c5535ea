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
	ownShare    = 0.5 // share of the variance between lists that is one between senders, whose next list is like their last
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
	number    int     // of campaigns
	campaigns float64 // each counting by its age
	list      Habit   // of the sender's lists,
	operators [numProviders]Habit
	cells     map[cell]seen
	audit     *Audit
}

// Learn returns the table with what the user's own campaigns teach, for a forecast made at now. Each campaign is a
// Tally of the list as it was sent, made for the day of the send, in which the rows that bounced hard have the
// answer Dead and the delivered ones Live; other rows count for nothing. What a service suppressed without sending
// must not be in it.
//
// It learns in three steps: how the sender's lists, and their contacts at each operator, differ from the assumed; how much they differ
// from each other, which sets how well another one can be known; and what the contacts of each segment did. However many were sent,
// history never claims to know a new list better than the sender's lists differ from each other.
func (p Params) Learn(now time.Time, campaigns ...*Tally) (Params, error) {
	effects := make([]effect, len(campaigns))
	for i, c := range campaigns {
		effects[i] = p.effect(c)
	}
	return p.learn(now, campaigns, effects)
}

// learn is Learn with the campaigns' effects at hand.
func (p Params) learn(now time.Time, campaigns []*Tally, effects []effect) (Params, error) {
	if len(campaigns) == 0 {
		return p, errors.New("no campaign to learn from")
	}
	out := p
	out.past = past{number: len(campaigns), cells: map[cell]seen{}}
	weights := make([]float64, len(campaigns))
	for i, c := range campaigns {
		if now.Before(c.now) {
			return p, fmt.Errorf("the campaign of %s lies after %s", c.now.Format(time.DateOnly), now.Format(time.DateOnly))
		}
		weights[i] = Weight(now, c.now)
		out.past.add(c, weights[i])
	}
	if len(out.past.cells) == 0 {
		return p, errors.New("no campaign says what was delivered and what bounced")
	}
	out.learnHabits(effects, weights)
	return out, nil
}

// Weight is what a campaign of some time counts at now: half after a year.
func Weight(now, sent time.Time) float64 { return math.Exp2(-now.Sub(sent).Hours() / 24 / halfLife) }

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

// teach moves the prior mean of a segment to what the sender's lists are like, then towards what its cells did in earlier campaigns, and
// returns which share of the doubt about it these took away.
func (p *Params) teach(s *segment, m float64) (mean, share float64) {
	if p.past.number == 0 {
		return m, 0
	}
	list, operator := p.past.list, p.past.operators[s.provider]
	logit := math.Log(m/(1-m)) + list.Shift + operator.Shift
	own, doubt := square(priorSpread), 1.0
	if sum := p.past.of(s); sum.sent > 0 {
		m = clampRate(1 / (1 + math.Exp(-logit)))
		told := p.centre((sum.hard/p.through(s.provider) + m) / (sum.sent + 1)) // one row of the prior, so that none is no certainty
		noise := square(p.get(listSD))/p.past.campaigns + 1/(sum.sent*told*(1-told))
		doubt = noise / (own + noise)
		logit = doubt*logit + (1-doubt)*math.Log(told/(1-told))
	}
	lists, operators := ownShare*square(defaults[listSD].Value), ownShare*square(defaults[providerSD].Value)
	left := doubt*own + (1-list.Known)*lists + (1-operator.Known)*operators
	return clampRate(1 / (1 + math.Exp(-logit))), 1 - left/(own+lists+operators)
}

// through is the share of the dead mailboxes of a provider that a send to all contacts shows: some are at domains that take everything.
func (p *Params) through(provider Provider) float64 {
	if !hasCatchAll[provider] {
		return 1
	}
	return 1 - p.get(catchAllShare)*(1-p.get(catchAllBounce))
}

// of is what the cells of a segment did.
func (h *past) of(s *segment) (sum seen) {
	told := map[cell]bool{}
	for _, member := range s.members {
		if c := member.kind.cell(); !told[c] {
			told[c] = true
			sum.sent += h.cells[c].sent
			sum.hard += h.cells[c].hard
		}
	}
	return sum
}

// centre is the rate of a list without effects of its own, if lists with their effects have the given mean rate. The
// logistic function is taken as a normal's, which turns the mean of its values into the value at a mean.
func (p *Params) centre(mean float64) float64 {
	mean = clampRate(mean)
	variance := square(p.get(listSD)) + square(p.get(providerSD))
	logit := math.Log(mean/(1-mean)) * math.Sqrt(1+math.Pi/8*variance)
	return clampRate(1 / (1 + math.Exp(-logit)))
}

// learnHabits sets what the sender's lists and operators are like, and how much they still differ from each other.
func (p *Params) learnHabits(effects []effect, weights []float64) {
	var lists []normal
	var operators [numProviders][]normal
	var operatorWeights [numProviders][]float64
	for i, e := range effects {
		lists = append(lists, e.list)
		for o, v := range e.operators {
			if v.variance > 0 {
				operators[o], operatorWeights[o] = append(operators[o], v), append(operatorWeights[o], weights[i])
			}
		}
	}
	habits := p.learnSpread(listSD, len(effects), [][]normal{lists}, [][]float64{weights})
	p.past.list = habits[0]
	copy(p.past.operators[:], p.learnSpread(providerSD, len(effects), operators[:], operatorWeights[:]))
}

// learnSpread splits the assumed variance of effects into one between senders and one within: each group of effects has a mean of its
// own, about which they vary as all groups do together. The variance of the next effect is what is left of both.
func (p *Params) learnSpread(i param, campaigns int, groups [][]normal, weights [][]float64) []Habit {
	row := &p.rows[i]
	between := ownShare * row.Value * row.Value
	squares, n := priorWeight*(1-ownShare)*row.Value*row.Value, float64(priorWeight)
	means, sums := make([]float64, len(groups)), make([]float64, len(groups))
	for g, group := range groups {
		for j, e := range group {
			sums[g] += weights[g][j]
			means[g] += weights[g][j] * e.mean
		}
		means[g] /= max(sums[g], 1e-9)
		for j, e := range group {
			squares += weights[g][j] * (e.variance + square(e.mean-means[g]))
			n += weights[g][j]
		}
	}
	within := squares / n
	habits, left, met := make([]Habit, len(groups)), 0.0, 0.0
	for g := range groups {
		known := between / (between + within/max(sums[g], 1e-9))
		if sums[g] == 0 {
			continue
		}
		habits[g] = Habit{Shift: known * means[g], Known: known}
		left, met = left+(1-known)*between, met+1
	}
	row.Value = math.Sqrt(within + left/max(met, 1))
	row.SD *= math.Sqrt(priorWeight / n)
	row.Kind, row.Source = Learned, fmt.Sprintf("%d of your own campaigns", campaigns)
	return habits
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

// normal is what is known of an effect, in logits.
type normal struct{ mean, variance float64 }

// effect is by how much one campaign's list, and its contacts at each operator, differed from the assumed. Operators without contacts
// have no variance.
type effect struct {
	list      normal
	operators [numProviders]normal
}

// effect finds out the effects of one campaign.
func (p Params) effect(c *Tally) (e effect) {
	p.past = past{}
	for row, value := range map[param]float64{sensitivity: 1, falsePositive: 0, silenceOdds: 0} {
		p.rows[row].Value = value // a send makes no errors
	}
	f := newFit(segments(c.sent(), &p), &p, usual())
	e.list = f.listEffect()
	v := f.grid.operator
	for o, cond := range f.cond {
		if cond == nil {
			continue
		}
		weight := make([]float64, len(v.weight))
		for i, w := range cond {
			weight[i%len(v.weight)] += f.node[i/len(v.weight)] * w
		}
		e.operators[o] = f.grid.normal(weight)
	}
	return e
}

// listEffect is what is known of the list's effect.
func (f *fit) listEffect() normal {
	weight := make([]float64, len(f.grid.list.weight))
	for k, w := range f.node {
		weight[k%len(weight)] += w
	}
	return f.grid.normal(weight)
}

// normal sums up weights along an axis.
func (g *grid) normal(weight []float64) (n normal) {
	half := len(weight) / 2
	for i, w := range weight {
		n.mean += w * float64(i-half) * g.step
	}
	for i, w := range weight {
		n.variance += w * square(float64(i-half)*g.step-n.mean)
	}
	return n
}

func square(x float64) float64 { return x * x }
