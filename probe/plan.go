package probe

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/known"
)

// Plan is what is going to be asked, sorted into lanes. A million questions at 100,000 domains take about 100 MiB,
// the addresses' text not counted.
type Plan struct {
	Questions int // that may be asked about
	Beyond    int // left out for the budget

	rules   *Rules
	lanes   []*queue
	byHosts map[string]*queue
	domains map[string]*domain
	series  *Series
	unasked []validate.Answered // settled without asking
}

// Plan sorts questions into lanes. The text of the addresses, and the Mail they point to, are kept, so they must not
// change.
func (p *Prober) Plan(questions iter.Seq[validate.Question]) *Plan {
	plan := &Plan{rules: p.Rules, byHosts: make(map[string]*queue), domains: make(map[string]*domain), series: p.Series}
	if plan.series == nil {
		plan.series = new(Series)
	}
	if plan.rules == nil {
		plan.rules = DefaultRules()
	}
	if questions == nil {
		return plan
	}
	for q := range questions {
		plan.add(&q, p.Budget, p.patience())
	}
	return plan
}

// add takes in one question.
func (p *Plan) add(q *validate.Question, budget int, patience time.Time) {
	if !askable(q) {
		op := p.operator("")
		op.Questions++
		p.leave(q, op, validate.Unaskable, "there is no mail host to ask", &op.Unaskable)
		return
	}
	d := p.domain(q)
	op := d.lane.operator
	op.Questions++
	switch {
	case !op.rule.Ask:
		p.leave(q, op, validate.Unaskable, op.rule.Why, &op.Unaskable)
	case q.Taken != nil:
		p.Questions++
		d.add(q)
	case q.Again.After(patience):
		p.leave(q, op, validate.Postponed, "it is too early to ask again", &op.Postponed)
	case budget > 0 && p.Questions == budget:
		p.Beyond++
		p.leave(q, op, validate.Postponed, "beyond the budget", &op.Postponed)
	default:
		p.Questions++
		d.add(q)
	}
}

// leave settles a question without asking.
func (p *Plan) leave(q *validate.Question, op *operator, s validate.AnswerStatus, why string, count *int) {
	*count++
	p.unasked = append(p.unasked, validate.Answered{ID: q.ID, Answer: validate.Answer{
		Status: s, Detail: why, Operator: op.Operator, Tries: q.Tries, Again: q.Again,
	}})
}

// askable reports whether the question names somewhere to ask.
func askable(q *validate.Question) bool {
	return q.Mail != nil && q.Mail.Status.Takes() && q.Address.Local != "" && q.Address.Domain != ""
}

func (p *Plan) domain(q *validate.Question) *domain {
	d := p.domains[q.Address.Domain]
	if d == nil {
		l := p.lane(q.Mail)
		d = &domain{name: q.Address.Domain, lane: l}
		p.domains[d.name] = d
		l.domains = append(l.domains, d)
	}
	return d
}

// lane finds the lane of a domain's mail hosts: domains with the same hosts share it.
func (p *Plan) lane(m *validate.Mail) *queue {
	var key strings.Builder
	for _, h := range m.Hosts {
		fmt.Fprintf(&key, "%s %v,", h.Name, h.Addrs)
	}
	l := p.byHosts[key.String()]
	if l == nil {
		l = &queue{operator: p.operator(m.Operator), hosts: m.Hosts}
		p.byHosts[key.String()] = l
		p.lanes = append(p.lanes, l)
	}
	return l
}

func (p *Plan) operator(name string) *operator {
	op := p.series.operators[name]
	if op == nil {
		op = &operator{Asking: validate.Asking{Operator: name}, rule: p.rules.Of(name)}
		p.series.put(name, op)
	}
	return op
}

// Part is what a plan holds for one operator.
type Part struct {
	Operator  string `json:"operator"`
	Questions int    `json:"questions"`
	Domains   int    `json:"domains"`
	Hosts     int    `json:"lanes"` // sets of mail hosts
	// RCPT commands at most: one for each question, and a control for each domain
	Asked    int `json:"rcpts"`
	Sessions int `json:"sessions"` // at least
	// at least, at the polite pace; greylisting may add half an hour
	Takes     time.Duration `json:"takes_ns"`
	Undecided string        `json:"undecided,omitempty"` // why asking proves nothing, or perhaps nothing, there
	Ask       bool          `json:"ask"`
}

// Parts lists the operators, the one with most questions first.
func (p *Plan) Parts() []Part {
	if p.series == nil {
		return nil
	}
	parts := make(map[*operator]*Part)
	for _, op := range p.series.operators {
		parts[op] = &Part{Operator: op.Operator, Questions: op.Questions, Ask: op.rule.Ask, Undecided: op.undecided()}
	}
	for _, l := range p.lanes {
		l.plan(parts[l.operator])
	}
	all := make([]Part, 0, len(parts))
	for _, part := range parts {
		all = append(all, *part)
	}
	slices.SortFunc(all, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Questions, a.Questions), strings.Compare(a.Operator, b.Operator))
	})
	return all
}

// undecided says why asking may decide nothing at an operator.
func (op *operator) undecided() string {
	if !op.rule.Ask {
		return op.rule.Why
	}
	if o, ok := known.OperatorNamed(op.Operator); ok && o.AcceptAll != "no" && o.AcceptAll != "unknown" {
		return "often takes any recipient"
	}
	return ""
}

// plan adds what a lane will cost to its operator's part.
func (l *queue) plan(part *Part) {
	n, domains := 0, 0
	for _, d := range l.domains {
		if len(d.todo)+len(d.late)+len(d.taken) > 0 {
			n += len(d.todo) + len(d.late) + 1
			domains++
		}
	}
	part.Domains += len(l.domains)
	part.Hosts++
	if n == 0 {
		return
	}
	rule := &l.operator.rule
	sessions := (n + rule.Session - 1) / rule.Session
	if !rule.Mix {
		sessions = max(sessions, domains)
	}
	part.Asked += n
	part.Sessions += sessions
	part.Takes = max(part.Takes, l.takes(n, sessions), AtLeast(part.Asked, rule))
}

// takes is how long a lane needs for n recipients in so many sessions.
func (l *queue) takes(n, sessions int) time.Duration {
	rule := &l.operator.rule
	minutes := time.Duration(0)
	if n > rule.First {
		minutes = time.Minute + time.Duration(n-rule.First-1)*time.Minute/time.Duration(rule.Minute)
	}
	return max(minutes, time.Duration(sessions-1)*betweenConnections)
}

// AtLeast is how long an operator's own limits make n recipients last, from however many addresses.
func AtLeast(n int, rule *Rule) time.Duration {
	day, hour := max(rule.Day, 1), max(rule.Hour, 1)
	days, rest := (n-1)/day, (n-1)%day
	return time.Duration(days)*24*time.Hour + time.Duration(rest/hour)*time.Hour
}

// Takes is how long the whole plan lasts at least: its slowest operator, or all of it at the pace of one address of
// ours.
func (p *Plan) Takes() time.Duration {
	all, asked := time.Duration(0), 0
	for _, part := range p.Parts() {
		all, asked = max(all, part.Takes), asked+part.Asked
	}
	return max(all, time.Duration(asked)*time.Minute/PerMinute)
}
