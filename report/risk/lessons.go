package risk

import (
	"errors"
	"fmt"
	"math"

	"github.com/prebounce/prebounce/validate/segments"
)

// Lessons are what a forecast learned from the user's own sends. They are stored with the forecast so that it can be
// reproduced.
type Lessons struct {
	Campaigns int     `json:"campaigns"`
	Weight    float64 `json:"weight"` // of all campaigns, each counting by its age
	// chances of the next list's rate against what is to be expected: e to the power of -6, -5.95 and so on
	Ratio []float64 `json:"ratio"`
	// shares of contacts that joined within three months, of those without a date, and of each source
	Usual [numSorts]float64 `json:"usual"`
	Cells []Lesson          `json:"cells"`
	Audit *Audit            `json:"audit,omitempty"` // nil: no refused mailbox was sent to
}

// Audit is the outcome of mail that was sent to mailboxes despite a refusal. Each campaign is weighted by its age.
type Audit struct {
	Tried float64 `json:"tried"`
	Wrong float64 `json:"wrong"`        // of these, accepted the mail
	True  float64 `json:"refusal_true"` // share of all refusals in those campaigns that the forecast now believes
}

// Lesson is what earlier campaigns showed about one kind of row: how many were sent, how many bounced and how many
// were expected to bounce. Each campaign is weighted by its age.
type Lesson struct {
	Provider string  `json:"provider"`
	Source   string  `json:"source"`
	Age      string  `json:"age"`
	Since    string  `json:"since"` // what the age counts from
	Sent     float64 `json:"sent"`
	Hard     float64 `json:"hard"`
	Expected float64 `json:"expected"`
}

// lessons are nil if nothing was learned.
func (p *Params) lessons() *Lessons {
	if p.past.number == 0 {
		return nil
	}
	out := &Lessons{Campaigns: p.past.number, Weight: p.past.campaigns, Ratio: p.past.ratio, Usual: p.past.usual,
		Audit: p.past.audit}
	for _, c := range sortedCells(p.past.cells) {
		n := p.past.cells[c]
		out.Cells = append(out.Cells, Lesson{c.provider.String(), c.source.String(), c.age.String(), c.sign.String(),
			n.sent, n.hard, n.expected})
	}
	return out
}

// recall puts the lessons back into a table. What no campaign can have taught is refused.
func (l *Lessons) recall(p *Params) error {
	if l == nil {
		return nil
	}
	if l.Campaigns < 1 || !(l.Weight > 0) || l.Weight > float64(l.Campaigns) || len(l.Cells) == 0 {
		return errors.New("invalid lessons: want at least one campaign")
	}
	if a := l.Audit; a != nil && !(0 <= a.Wrong && a.Wrong <= a.Tried && a.Tried <= mostRows && 0 <= a.True &&
		a.True <= 1) {
		return fmt.Errorf("invalid lessons: impossible audit %v", *a)
	}
	if !chances(l.Ratio) {
		return errors.New("invalid lessons: the probabilities of the ratios must add up to 1")
	}
	p.past = past{number: l.Campaigns, campaigns: l.Weight, ratio: l.Ratio, usual: l.Usual, cells: map[cell]seen{},
		audit: l.Audit}
	for _, c := range l.Cells {
		k, err := c.cell()
		if err != nil {
			return err
		}
		p.past.cells[k] = seen{c.Sent, c.Hard, c.Expected}
	}
	return nil
}

// chances reports whether numbers are the chances on the grid of ratios.
func chances(x []float64) bool {
	sum := 0.0
	for _, w := range x {
		if !(w >= 0) {
			return false
		}
		sum += w
	}
	return len(x) == numRatios && math.Abs(sum-1) < 1e-6
}

func (c *Lesson) cell() (cell, error) {
	provider, ok1 := segments.Named[segments.Provider](c.Provider)
	source, ok2 := segments.Named[segments.Source](c.Source)
	age, ok3 := segments.Named[segments.Age](c.Age)
	sign, ok4 := segments.Named[segments.Sign](c.Since)
	if !(ok1 && ok2 && ok3 && ok4) || !(c.Hard >= 0) || !(c.Sent >= c.Hard) || c.Sent > mostRows ||
		!(c.Expected >= 0) || c.Expected > c.Sent {
		return cell{}, fmt.Errorf("invalid lessons: impossible counts %v", *c)
	}
	return cell{provider, source, age, sign}, nil
}
