package risk

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate"
)

// Category is a kind of row that could be removed from a list. Besides the categories below, there is one for each
// high-risk segment, named "segment PROVIDER/SOURCE/AGE".
type Category string

// CategoryAside are rows that cleaning removes for reasons other than bounces.
const CategoryAside Category = "aside"

// categoryBlind are rows whose mail server can't be asked.
const categoryBlind Category = "blind"

const segmentPrefix = "segment "

// Segment returns the names of what a category that is a single segment consists of; false for any other category.
func (c Category) Segment() (provider, source, age string, ok bool) {
	name, ok := strings.CutPrefix(string(c), segmentPrefix)
	parts := strings.SplitN(name, "/", 3)
	if !ok || len(parts) < 3 {
		return "", "", "", false
	}
	return parts[0], parts[1], parts[2], true
}

// Words names a category for people: "earlier bounces". It is empty for a single segment.
func (c Category) Words() string {
	if i := slices.IndexFunc(categories, func(row categoryRow) bool { return row.name == c }); i >= 0 {
		return categories[i].words
	}
	return ""
}

// RemovedBy returns the categories that cleaning removes besides certain bounces, because the policy does not keep the
// reason that stands for them in clean.
func RemovedBy(p validate.Policy) (out []Category) {
	for _, c := range [...]struct {
		reason validate.Reason
		name   Category
	}{{validate.Disposable, "disposable"}, {validate.Role, "role"}, {validate.CatchAll, "catch_all"}} {
		if p.List(c.reason) != validate.Clean {
			out = append(out, c.name)
		}
	}
	return out
}

// rowKind is a kind of rows as categories see it: settled, or sound and of a kind.
type rowKind struct {
	state state
	kind
	segment int
}

// categoryRow is a category and what belongs to it.
type categoryRow struct {
	name    Category
	words   string // for people
	removed bool   // always taken out by cleaning
	fits    func(*rowKind) bool
}

func ofState(s state) func(*rowKind) bool { return func(r *rowKind) bool { return r.state == s } }

func sound(is func(*rowKind) bool) func(*rowKind) bool {
	return func(r *rowKind) bool { return r.state == soundState && is(r) }
}

// categories are in the order in which they are taken out: what was settled, replies, then habits.
var categories = []categoryRow{
	{name: "past_bounce", words: "earlier bounces", removed: true, fits: ofState(bouncedState)},
	{name: "syntax", words: "invalid addresses", removed: true, fits: ofState(syntaxState)},
	{name: "dead_domain", words: "dead domains", removed: true, fits: ofState(deadState)},
	{name: "typo", words: "typo domains", removed: true, fits: ofState(typoState)},
	{name: "refused", words: "refused mailboxes", removed: true,
		fits: sound(func(r *rowKind) bool { return groupOf[r.reply()] == dead && !r.kept() })},
	{name: "dns_failed", words: "domains in doubt", removed: true, fits: ofState(failedState)},
	{name: "disposable", words: "disposable addresses",
		fits: sound(func(r *rowKind) bool { return r.disposable() })},
	{name: "catch_all", words: "catch-all domains",
		fits: sound(func(r *rowKind) bool { return r.reply() == catchAllReply })},
	{name: "role", words: "role addresses",
		fits: sound(func(r *rowKind) bool { return r.role() })},
	{name: CategoryAside, words: "other rows for review", removed: true,
		fits: sound(func(r *rowKind) bool { return r.aside() })},
	{name: "unknown", words: "mailboxes without a usable reply",
		fits: sound(func(r *rowKind) bool { return r.reply() == silentReply })},
	{name: categoryBlind, words: "mailboxes that can't be asked",
		fits: sound(func(r *rowKind) bool { return r.blind() })},
}

func (c Category) known() bool { return c.Words() != "" }

// gone reports whether cleaning removes a row: settled rows, refused rows, and what the options add.
func (w *work) gone(r *rowKind) bool {
	return slices.ContainsFunc(categories, func(c categoryRow) bool { return w.cleans(c) && c.fits(r) })
}

// cleans reports whether cleaning removes a category.
func (w *work) cleans(c categoryRow) bool { return c.removed || slices.Contains(w.o.Remove, c.name) }

// steps are the categories in the order in which they are taken out: those that cleaning does first.
func (w *work) steps() []categoryRow {
	all := append(slices.Clone(categories), w.highRisk()...)
	last := func(c categoryRow) int {
		if w.cleans(c) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b categoryRow) int { return last(a) - last(b) })
	return all
}

// tilt computes how much worse each kind of rows is than its segment's average. Odds move alike within a segment;
// the chances are then scaled so that they add up to the segment's.
func (w *work) tilt() {
	w.tilts = make([][]float64, len(w.fit.segs))
	for i, s := range w.fit.segs {
		theta := clampRate(w.mean[i][open])
		factor := theta / (1 - theta) * (1 - s.m) / s.m
		w.tilts[i] = make([]float64, len(s.members))
		var sum, rows counts
		for j, m := range s.members {
			odds := m.prior / (1 - m.prior) * factor
			w.tilts[i][j] = odds / (1 + odds) / theta
			g := groupOf[m.kind.reply()]
			sum[g] += float64(m.count.rows) * w.tilts[i][j]
			rows[g] += float64(m.count.rows)
		}
		for j, m := range s.members {
			g := groupOf[m.kind.reply()]
			w.tilts[i][j] *= rows[g] / sum[g]
		}
	}
}

// choose selects the scored rows of the kinds that fit.
func (w *work) choose(fits func(*rowKind) bool) selection {
	var sel selection
	for state := soundState + 1; state.scored(); state++ {
		if n := w.tally.states[state]; n > 0 && fits(&rowKind{state: state}) {
			sel.settled[state] = float64(n)
		}
	}
	for i := range w.fit.segs {
		if p := w.part(i, fits); p.rows.total() > 0 {
			sel.parts = append(sel.parts, p)
		}
	}
	return sel
}

// part selects the rows of one segment that fit. A part that holds the whole segment has a tilt of exactly one.
func (w *work) part(i int, fits func(*rowKind) bool) part {
	out, tilt, tilted := part{segment: i}, 0.0, 0.0
	for j, m := range w.fit.segs[i].members {
		if !fits(&rowKind{soundState, m.kind, i}) {
			continue
		}
		n, g := float64(m.count.rows), groupOf[m.kind.reply()]
		out.rows[g] += n
		if g != dead {
			tilt += n * w.tilts[i][j]
			tilted += n
		}
	}
	out.tilt = 1
	if tilted > 0 && out.rows != w.fit.segs[i].rows {
		out.tilt = tilt / tilted
	}
	return out
}

// categories computes what taking out each category does.
func (w *work) categories() []CategoryEffect {
	out := []CategoryEffect{}
	taken := []func(*rowKind) bool{}
	left := w.sel[AsIs]
	for _, c := range w.steps() {
		alone := w.choose(c.fits)
		// nobody was asked, so it is no reason
		if alone.rows() == 0 || (c.name == categoryBlind && w.answers() == 0 && !w.cleans(c)) {
			continue
		}
		first := func(r *rowKind) bool { return c.fits(r) && !anyFits(taken, r) }
		effect := CategoryEffect{Name: c.name, Cleaned: w.cleans(c), Alone: w.effect(&w.sel[AsIs], &alone)}
		now := w.choose(first)
		effect.Effect = w.effect(&left, &now)
		taken = append(taken, c.fits)
		left = w.choose(func(r *rowKind) bool { return !anyFits(taken, r) })
		effect.Exceed = w.exceeds(w.fit.approximate(&left, w.systematic(&left)))
		out = append(out, effect)
	}
	return out
}

func anyFits(taken []func(*rowKind) bool, r *rowKind) bool {
	return slices.ContainsFunc(taken, func(fits func(*rowKind) bool) bool { return fits(r) })
}

// effect is what taking out some rows of a list does.
func (w *work) effect(from, out *selection) Effect {
	n, all := out.rows(), from.rows()
	b, total := w.expected(out), w.expected(from)
	e := Effect{Rows: int64(n), Saved: b, CI90: w.range90(out), GoodLost: max(n-b, 0)}
	switch {
	case all > n:
		e.RateChange = 100 * ((total-b)/(all-n) - total/all)
	case all > 0:
		e.RateChange = -100 * total / all
	}
	return e
}

// range90 is the 90 % interval of the bounces of a selection, by the quick way of reckoning.
func (w *work) range90(sel *selection) [2]float64 {
	m, n := mixed(w.fit.node, w.fit.spread(sel)).plus(w.systematic(sel)), sel.rows()
	return [2]float64{math.Round(m.quantile(0.05, n)), math.Round(m.quantile(0.95, n))}
}

const mostHighRisk = 5

// highRisk makes categories of the segments that are expected to bounce at more than twice the line, those with most
// bounces first.
func (w *work) highRisk() (out []categoryRow) {
	type risky struct {
		segment int
		bounces float64
	}
	var found []risky
	for i, s := range w.fit.segs {
		if theta := w.mean[i][open]; theta > 2*w.o.Profile.Target && s.rows.total() >= smallest && s.rows[open] > 0 {
			found = append(found, risky{i, theta * s.rows[open]})
		}
	}
	slices.SortStableFunc(found, func(a, b risky) int { return cmpFloat(b.bounces, a.bounces) })
	for _, r := range found[:min(len(found), mostHighRisk)] {
		s := w.fit.segs[r.segment]
		name := fmt.Sprintf(segmentPrefix+"%s/%s/%s", s.provider, s.sourceName(), s.ageName())
		out = append(out, categoryRow{name: Category(name),
			fits: sound(func(k *rowKind) bool { return k.segment == r.segment })})
	}
	return out
}
