package risk

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate/segments"
)

const (
	halfLife      = 365  // days after which a campaign counts half
	mostCampaigns = 100  // that count: the latest
	cellWeight    = 3    // bounces that the assumed rate of a sort of contacts is worth
	unusual       = 0.03 // share of the rows beyond the usual of a sort that history does not speak for
	cohortMedian  = 0.12 // rate of such rows, if they are raw
	cohortSD      = 0.8
)

// cell is what segments are told apart by, the same in every list.
type cell struct {
	provider segments.Provider
	source   segments.Source
	age      segments.Age
	sign     segments.Sign
}

func (k kind) cell() cell { return cell{k.provider(), k.source(), ageOf(k.age()), k.sign()} }

// seen is how many were sent, how many bounced, and how many were to be expected, each campaign counting by its age.
type seen struct{ sent, hard, expected float64 }

func (s *seen) add(o seen) {
	s.sent, s.hard, s.expected = s.sent+o.sent, s.hard+o.hard, s.expected+o.expected
}

// past is what earlier campaigns teach. The zero value teaches nothing.
type past struct {
	number    int       // of campaigns
	campaigns float64   // each counting by its age
	ratio     []float64 // chances of the next list's rate against what is to be expected, on the grid of ratios
	cells     map[cell]seen
	usual     [numSorts]float64 // shares
	audit     *Audit
}

// Sorts of rows that a sender's lists usually have their share of.
const (
	sortNew     = iota // joined within three months
	sortUndated        // the time is unknown
	sortSource         // one for each source
	numSorts    = sortSource + int(numSources)
)

// wellKnown is how many rows of a source campaigns must have held, so that a list with more of them is nothing new.
const wellKnown = 500

// foreign is the share of rows of a sort that history does not speak for, if they are a share of a list.
func (h *past) foreign(sort int, share float64) float64 {
	if share-h.usual[sort] <= unusual {
		return 0
	}
	if source := segments.Source(sort - sortSource); sort >= sortSource && source != segments.Purchased {
		sent := 0.0
		for _, c := range sortedCells(h.cells) {
			if c.source == source {
				sent += h.cells[c].sent
			}
		}
		if sent >= wellKnown {
			return 0
		}
	}
	return share - h.usual[sort]
}

func (k kind) is(sort int) bool {
	switch sort {
	case sortNew:
		return k.sign() == segments.Joined && k.age() == 0
	case sortUndated:
		return k.sign() == segments.Joined && k.age() == ageUnknown
	}
	return k.source() == segments.Source(sort-sortSource)
}

// usualScenario is what lists are compared with: a list that was mailed a month before.
func usualScenario(l *listView, claim Claim) scenario {
	years := 30. / 365
	if !claim.LastSent.IsZero() {
		years = max(years, float64(l.days(claim.LastSent))/daysPerYear)
	}
	if l.survivedShare >= leastSurvived {
		years = max(years, float64(l.signs.Sent.Newest)/daysPerYear)
	}
	return scenario{listKind: maintained, weight: 1, sent: years, age: 2}
}

// settles is the share of the doubt about a sender's next list that the campaigns took away.
func (h *past) settles() float64 {
	if h.number == 0 {
		return 1
	}
	return max(1-variance(h.ratio)/variance(newBelief().next(0)), 0)
}

// lesson is one campaign, counted.
type lesson struct {
	weight float64
	cells  map[cell]seen
	sent   float64
	sorts  [numSorts]float64
}

// lesson counts a campaign.
func (p *Params) lesson(c *Tally, weight float64) *lesson {
	out := &lesson{weight: weight, cells: map[cell]seen{}}
	l := c.look()
	l.now = c.now
	s := usualScenario(l, Claim{})
	for _, k := range c.sorted() {
		n := *c.kinds[k]
		x := seen{sent: float64(n.rows)}
		switch groupOf[k.reply()] {
		case dead:
			x.hard = x.sent
		case live:
		default:
			continue
		}
		x.expected = x.sent * s.chance(l, p, k.bare(), n)
		have := out.cells[k.cell()]
		have.add(x)
		out.cells[k.cell()] = have
		out.sent += x.sent
		for sort := range numSorts {
			if k.is(sort) {
				out.sorts[sort] += x.sent
			}
		}
	}
	for sort := range out.sorts {
		out.sorts[sort] /= max(out.sent, 1)
	}
	return out
}

// Campaign is a send whose result is known.
type Campaign struct {
	// List counts the rows as they were sent, for the day of the send. Rows that bounced hard have the reply
	// MailboxUnknown, delivered rows have Accepted, and other rows do not count. Leave out rows that a service
	// suppressed without sending.
	List *Tally
	// Proof is what mail servers had said before the send, against what it brought; nil: nobody asked.
	Proof *Proof
}

// Learn returns the built-in table adjusted to the user's own campaigns up to now, and the number of these campaigns.
//
// It learns two things: how contacts of each kind differ from the assumptions, and how the rates of whole lists vary
// around what those contacts predict. However much was sent, the uncertainty about a new list never falls below the
// variation between the sender's lists. If mail servers were asked before the sends, it also learns how often they err.
func Learn(now time.Time, campaigns []Campaign) (Params, int, error) {
	var past []*Tally
	var all Proof
	for _, c := range campaigns {
		if c.List.now.After(now) {
			continue
		}
		past = append(past, c.List)
		if c.Proof != nil {
			all = all.plus(*c.Proof, weightOf(now, c.List.now))
		}
	}
	p := defaultParams()
	if len(past) == 0 {
		return p, 0, nil
	}
	p, err := p.learnFrom(now, past...)
	return p.learnProbe(all), len(past), err
}

// learnFrom is the table adjusted to campaigns, for a forecast made at now.
func (p Params) learnFrom(now time.Time, campaigns ...*Tally) (Params, error) {
	lessons, err := p.lessonsOf(now, campaigns)
	if err != nil {
		return p, err
	}
	return p.learn(lessons), nil
}

func (p *Params) lessonsOf(now time.Time, campaigns []*Tally) (out []*lesson, err error) {
	if len(campaigns) == 0 {
		return nil, errors.New("no campaign to learn from")
	}
	sent := 0.0
	for _, c := range campaigns[max(0, len(campaigns)-mostCampaigns):] {
		if now.Before(c.now) {
			return nil, fmt.Errorf("the campaign of %s is later than %s", c.now.Format(time.DateOnly),
				now.Format(time.DateOnly))
		}
		out = append(out, p.lesson(c, weightOf(now, c.now)))
		sent += out[len(out)-1].sent
	}
	if sent == 0 {
		return nil, errors.New("no campaign records what was delivered and what bounced")
	}
	return out, nil
}

// learn is learnFrom with the campaigns counted.
func (p Params) learn(lessons []*lesson) Params {
	h := past{number: len(lessons), cells: map[cell]seen{}}
	for _, l := range lessons {
		h.campaigns += l.weight
		for c, x := range l.cells {
			have := h.cells[c]
			have.add(seen{l.weight * x.sent, l.weight * x.hard, l.weight * x.expected})
			h.cells[c] = have
		}
	}
	for sort := range h.usual {
		var shares []float64
		for _, l := range lessons {
			shares = append(shares, l.sorts[sort])
		}
		slices.Sort(shares)
		h.usual[sort] = shares[len(shares)/2]
	}
	factors := h.factors()
	b := newBelief()
	for _, l := range lessons {
		var hard, expected float64
		for _, c := range sortedCells(l.cells) {
			hard, expected = hard+l.cells[c].hard, expected+l.cells[c].expected*factors.of(c)
		}
		b.see(hard, expected, l.weight, 0)
	}
	h.ratio = b.next(0)
	h.audit = p.past.audit
	p.past = h
	return p
}

// sortedCells are in a fixed order, so that sums have the same bits in every run.
func sortedCells(cells map[cell]seen) []cell {
	out := make([]cell, 0, len(cells))
	for c := range cells {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b cell) int { return a.number() - b.number() })
	return out
}

const numCells = int(numProviders) * int(numSources) * int(numAges) * int(numSigns)

func (c cell) number() int {
	return ((int(c.provider)*int(numSources)+int(c.source))*int(numAges)+int(c.age))*int(numSigns) + int(c.sign)
}

// factors are how much worse the sorts of a sender's contacts are than assumed, against all of the sender's contacts.
type factors struct {
	operators [numProviders]float64
	cells     map[cell]float64
}

func (f *factors) of(c cell) float64 {
	if x, ok := f.cells[c]; ok {
		return f.operators[c.provider] * x
	}
	return f.operators[c.provider]
}

func (h *past) factors() *factors {
	var all seen
	var operators [numProviders]seen
	cells := sortedCells(h.cells)
	for _, c := range cells {
		all.add(h.cells[c])
		operators[c.provider].add(h.cells[c])
	}
	overall := (all.hard + 0.5) / max(all.expected, 1e-9)
	out := &factors{cells: map[cell]float64{}}
	for i, x := range operators {
		out.operators[i] = (x.hard + cellWeight) / (overall*x.expected + cellWeight)
	}
	for _, c := range cells {
		x := h.cells[c]
		out.cells[c] = (x.hard + cellWeight) / (overall*out.operators[c.provider]*x.expected + cellWeight)
	}
	return out
}

// weightOf returns how much a campaign sent at the given time counts at now. The weight halves every year.
func weightOf(now, sent time.Time) float64 { return math.Exp2(-now.Sub(sent).Hours() / 24 / halfLife) }

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

func square(x float64) float64 { return x * x }
