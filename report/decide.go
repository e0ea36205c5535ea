package report

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// Decision is what a person wants to send of a list. The zero value is what the run decided.
type Decision struct {
	// reasons whose rows go elsewhere than in the run
	Lists map[validate.Reason]validate.List `json:"lists,omitempty"`
	Hold  []segments.Segment                `json:"hold,omitempty"` // rows of any of these go to review
	// rows that are likelier to bounce go to review; 0: none
	MaxRisk float64 `json:"max_risk,omitempty"`
}

// fixed are the reasons that no decision moves: what a person said, what bounced, and what cannot be sent to.
var fixed = validate.Of(validate.OptedOut, validate.Complained, validate.Suppressed, validate.PastBounce,
	validate.NoAddress, validate.BadSyntax, validate.DomainLiteral, validate.DotlessDomain, validate.ReservedDomain,
	validate.Duplicate)

// errFixed says that a decision would mail people who must not be mailed, or addresses that cannot be.
var errFixed = errors.New("rows with this reason stay where the run put them")

// Decider tries decisions about a finished run. It reads counts and nothing else: no list, no network. It is
// for one goroutine.
type Decider struct {
	judged Judged
	policy validate.Policy
	model  *risk.WhatIf
	p      []float64 // of each row of judged; -1: it would never be sent
}

// NewDecider makes the decider of a run. It fails with [ErrNoForecast] for one that did not count what it takes.
func NewDecider(r *Result) (*Decider, error) {
	if r.Risk == nil || r.Tally == nil || r.Judged == nil {
		return nil, ErrNoForecast
	}
	o, err := r.Risk.Options()
	if err != nil {
		return nil, err
	}
	d := &Decider{judged: r.Judged, policy: r.policy()}
	if d.model, err = risk.NewWhatIf(r.Tally, o); err != nil {
		return nil, err
	}
	for _, rows := range d.judged {
		p, ok := d.model.Chance(rows.Kind)
		if !ok {
			p = -1
		}
		d.p = append(d.p, p)
	}
	return d, nil
}

// policy is the one that the run went by, as far as its rows show.
func (r *Result) policy() (p validate.Policy) {
	r.Brake.Restrain(&p)
	for _, c := range r.Reasons {
		if p.List(c.Reason) != c.List && c.Reason != validate.HighRisk {
			p.Move(c.List, c.Reason)
		}
	}
	return p
}

// Decided is what a decision comes to.
type Decided struct {
	risk.Part
	Clean   int64 `json:"clean"`
	Review  int64 `json:"review"`
	Removed int64 `json:"removed"`
}

// Decide forecasts what a decision would send. It fails if one moves a reason that no decision moves.
func (d *Decider) Decide(want Decision) (out Decided, err error) {
	if d.model == nil {
		return out, ErrNoForecast
	}
	policy, err := d.policyOf(want)
	if err != nil {
		return out, err
	}
	counts := [3]int64{}
	out.Part = d.model.Forecast(d.clean(&want, policy, &counts))
	out.Clean, out.Review, out.Removed = counts[validate.Clean], counts[validate.Review], counts[validate.Removed]
	return out, nil
}

func (d *Decider) policyOf(want Decision) (validate.Policy, error) {
	policy := d.policy
	for r, list := range want.Lists {
		if fixed.Has(r) && policy.List(r) != list {
			return policy, fmt.Errorf("%s: %w", r, errFixed)
		}
		policy.Move(list, r)
	}
	return policy, nil
}

// clean gives the kinds that a decision sends, and counts the rows of each list.
func (d *Decider) clean(want *Decision, p validate.Policy, counts *[3]int64) iter.Seq2[risk.RowKind, int64] {
	return func(yield func(risk.RowKind, int64) bool) {
		for i, rows := range d.judged {
			list := want.list(&rows, d.p[i], p)
			counts[list] += rows.Rows
			if list == validate.Clean && !yield(rows.Kind, rows.Rows) {
				return
			}
		}
	}
}

// list is where a decision sends rows.
func (want *Decision) list(rows *JudgedRows, p float64, policy validate.Policy) validate.List {
	list := policy.List(policy.Judge(rows.Reasons))
	if list == validate.Clean && (want.holds(rows.Kind) || (want.MaxRisk > 0 && p > want.MaxRisk)) {
		return validate.Review
	}
	return list
}

func (want *Decision) holds(k risk.RowKind) bool {
	if len(want.Hold) == 0 || !k.Sound() {
		return false
	}
	of := k.Segments()
	return slices.ContainsFunc(want.Hold, func(s segments.Segment) bool { return slices.Contains(of[:], s) })
}

// Flags are those of clean that carry a decision out.
func (want *Decision) Flags() (flags []string) {
	for list, flag := range map[validate.List]string{validate.Clean: "--keep", validate.Review: "--review",
		validate.Removed: "--remove"} {
		var names []string
		for r, to := range want.Lists {
			if to == list {
				names = append(names, r.String())
			}
		}
		if slices.Sort(names); len(names) > 0 {
			flags = append(flags, flag+"="+strings.Join(names, ","))
		}
	}
	for _, s := range want.Hold {
		flags = append(flags, "--hold="+string(s))
	}
	if want.MaxRisk > 0 {
		flags = append(flags, "--max-risk="+strconv.FormatFloat(100*want.MaxRisk, 'f', -1, 64)+"%")
	}
	slices.Sort(flags)
	return flags
}

// Switch is something that a decision can turn: a reason or a segment, with the rows that it is about.
type Switch struct {
	Reason  validate.Reason  `json:"reason,omitempty"`
	Segment segments.Segment `json:"segment,omitempty"`
	Rows    int64            `json:"rows"`
	List    validate.List    `json:"list"`  // where the run sends rows with the reason
	Mean    float64          `json:"mean"`  // chance that a row of these bounces
	Fixed   bool             `json:"fixed"` // no decision moves it
}

// Switches lists what a decision can turn: reasons in order of weight, then segments with the most rows first.
func (d *Decider) Switches() []Switch {
	reasons, parts := map[validate.Reason]*Switch{}, map[segments.Segment]*Switch{}
	for i, rows := range d.judged {
		for _, r := range rows.Reasons.All() {
			if reasons[r] == nil {
				reasons[r] = &Switch{Reason: r, List: d.policy.List(r), Fixed: fixed.Has(r)}
			}
			reasons[r].add(rows.Rows, d.p[i])
		}
		if !rows.Kind.Sound() {
			continue
		}
		for _, s := range rows.Kind.Segments() {
			if parts[s] == nil {
				parts[s] = &Switch{Segment: s}
			}
			parts[s].add(rows.Rows, d.p[i])
		}
	}
	return sortedSwitches(reasons, parts)
}

func (s *Switch) add(rows int64, p float64) {
	if s.Rows += rows; s.Rows > 0 {
		s.Mean += (max(p, 0) - s.Mean) * float64(rows) / float64(s.Rows)
	}
}

func sortedSwitches(reasons map[validate.Reason]*Switch, parts map[segments.Segment]*Switch) (all []Switch) {
	for _, r := range slices.Sorted(maps.Keys(reasons)) {
		all = append(all, *reasons[r])
	}
	first := len(all)
	for _, s := range parts {
		all = append(all, *s)
	}
	slices.SortFunc(all[first:], func(a, b Switch) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Segment, b.Segment))
	})
	return all
}
