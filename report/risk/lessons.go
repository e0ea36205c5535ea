package risk

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Lessons are what a forecast learned from the user's own sends. They are kept with it, so that it can be made again.
type Lessons struct {
	Campaigns int      `json:"campaigns"`
	Weight    float64  `json:"weight"` // of all campaigns, each counting by its age
	List      Habit    `json:"list"`
	Operators []Habit  `json:"operators"`
	Cells     []Lesson `json:"cells"`
	Audit     *Audit   `json:"audit,omitempty"` // nil: no refused mailbox was sent to
}

// Habit is by how many logits a sender's lists, or their contacts at one operator, differ from what is assumed of all senders', and which
// share of the doubt about that the campaigns took away.
type Habit struct {
	Provider string  `json:"provider,omitempty"`
	Shift    float64 `json:"shift"`
	Known    float64 `json:"known"`
}

// Audit is what came of refused mailboxes that were sent to all the same, each campaign counting by its age.
type Audit struct {
	Tried float64 `json:"tried"`
	Wrong float64 `json:"wrong"`        // of them, took the mail
	True  float64 `json:"refusal_true"` // share of all refusals in those campaigns that the forecast now takes for true
}

// Lesson is what one sort of rows taught: how many were sent and bounced, each campaign counting by its age.
type Lesson struct {
	Provider string  `json:"provider"`
	Source   string  `json:"source"`
	Age      string  `json:"age"`
	Sent     float64 `json:"sent"`
	Hard     float64 `json:"hard"`
}

// lessons are nil if nothing was learned.
func (p *Params) lessons() *Lessons {
	if p.past.number == 0 {
		return nil
	}
	out := &Lessons{Campaigns: p.past.number, Weight: p.past.campaigns, List: p.past.list, Audit: p.past.audit}
	for i, h := range p.past.operators {
		if h.Known > 0 {
			h.Provider = Provider(i).String()
			out.Operators = append(out.Operators, h)
		}
	}
	for c, n := range p.past.cells {
		out.Cells = append(out.Cells, Lesson{c.provider.String(), c.source.String(), c.age.String(), n.sent, n.hard})
	}
	slices.SortFunc(out.Cells, func(a, b Lesson) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Age, b.Age))
	})
	return out
}

// recall puts the lessons back into a table. What no campaign can have taught is refused.
func (l *Lessons) recall(p *Params) error {
	if l == nil {
		return nil
	}
	if l.Campaigns < 1 || !(l.Weight > 0) || l.Weight > float64(l.Campaigns) || len(l.Cells) == 0 {
		return errors.New("lessons: they are of no campaign")
	}
	if a := l.Audit; a != nil && !(0 <= a.Wrong && a.Wrong <= a.Tried && a.Tried <= mostRows && 0 <= a.True && a.True <= 1) {
		return fmt.Errorf("lessons: the audit %v can't be", *a)
	}
	p.past = past{number: l.Campaigns, campaigns: l.Weight, list: l.List, cells: map[cell]seen{}, audit: l.Audit}
	for _, h := range append(l.Operators, l.List) {
		provider, ok := ProviderNamed(h.Provider)
		if !ok && h != l.List || !(h.Known >= 0 && h.Known < 1) || !(math.Abs(h.Shift) <= edge) {
			return fmt.Errorf("lessons: %v can't be", h)
		}
		if h.Provider != "" {
			p.past.operators[provider] = Habit{Shift: h.Shift, Known: h.Known}
		}
	}
	for _, c := range l.Cells {
		provider, ok := ProviderNamed(c.Provider)
		source, ok2 := SourceNamed(c.Source)
		age := slices.Index(ageNames[:], c.Age)
		if !ok || !ok2 || age < 0 || !(c.Hard >= 0) || !(c.Sent >= c.Hard) || c.Sent > mostRows {
			return fmt.Errorf("lessons: %v can't be", c)
		}
		p.past.cells[cell{provider, source, Age(age)}] = seen{c.Sent, c.Hard}
	}
	return nil
}
