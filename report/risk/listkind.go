package risk

import (
	"math"
	"time"

	"github.com/prebounce/prebounce/validate/segments"
)

// listKind is a kind of list.
type listKind uint8

const (
	maintained listKind = iota // mailed regularly, and what bounced was taken out
	dormant                    // the same, long ago
	raw                        // nobody ever took out what bounces
	bought                     // or scraped, or guessed
	numMakeups
)

var makeupNames = [numMakeups]string{"maintained", "dormant", "never_cleansed", "bought"}

// makeups are chances of the kinds, or factors on them.
type makeups [numMakeups]float64

func (m *makeups) times(o makeups) {
	for i := range m {
		m[i] *= o[i]
	}
}

func (m *makeups) normalise() {
	sum := 0.0
	for _, x := range m {
		sum += x
	}
	for i := range m {
		m[i] /= max(sum, 1e-300)
	}
}

// atLeast raises some kinds together to a share of all, and lowers the others.
func (m *makeups) atLeast(share float64, of ...listKind) {
	sum := 0.0
	for _, k := range of {
		sum += m[k]
	}
	if sum >= share || sum <= 0 {
		return
	}
	for i := range m {
		m[i] *= (1 - share) / (1 - sum)
	}
	for _, k := range of {
		m[k] *= share / sum * (1 - sum) / (1 - share)
	}
}

// leastRowsShown is the length of a list under which what it shows says nothing of its kind.
const leastRowsShown = 100

// No column proves that what bounced was taken out, and none proves that it was not: whatever a list shows,
// without word of a send these chances are left.
const (
	leastUncleansed = 0.25
	leastMaintained = 0.20
	leastLabelled   = 0.03 // of being maintained, if the list itself says that it was bought
)

// shown is something that a list may show of its kind, and what that does to the odds of the kinds. All
// factors are assumed.
type shown struct {
	name string
	odds makeups // maintained, dormant, never cleansed, bought
	is   func(*listView) bool
}

// showings are tried in order; all that hold count.
var showings = []shown{
	{"most rows came from a form or an opt-in", makeups{2.5, 1, 0.5, 0.2},
		func(l *listView) bool { return l.optIn > 0.5 }},
	{"many rows came from a CRM or an event", makeups{0.5, 1, 1.5, 1}, func(l *listView) bool { return l.event > 0.3 }},
	{"most rows are labelled as bought", makeups{0.05, 0.3, 1, 100},
		func(l *listView) bool { return l.labelled > 0.5 }},
	{"most rows are at companies", makeups{0.6, 1, 1.5, 1}, func(l *listView) bool { return l.companies > 0.5 }},
	{"opens are recent", makeups{6, 0.1, 1, 0.1}, func(l *listView) bool { return l.opens() == plausible45 }},
	{"opens are recent, but suspiciously alike", makeups{2, 0.1, 1, 0.3},
		func(l *listView) bool { return l.opens() == alike45 }},
	{"opens are recent, but rare", makeups{1.5, 0.3, 1, 0.3}, func(l *listView) bool { return l.opens() == thin45 }},
	{"the last opens were long ago", makeups{0.05, 12, 1, 1}, func(l *listView) bool { return l.opens() == longAgo }},
	{"all rows joined at the same time", makeups{0.15, 0.5, 4, 4}, func(l *listView) bool { return l.atOnce() }},
	{"the newest contacts joined long ago", makeups{0.5, 4, 1, 1}, func(l *listView) bool { return l.stale() }},
	{"contacts joined recently", makeups{1, 0.4, 1, 1}, func(l *listView) bool {
		return l.dated() &&
			l.signs.Joined.Newest <= 45 && !l.atOnce()
	}},
	{"some addresses are invalid", makeups{0.3, 0.6, 2, 1.5}, func(l *listView) bool {
		return l.invalid > 0.002 &&
			l.invalidRows >= 3
	}},
	{"some domains are typos", makeups{0.4, 0.8, 1.5, 1}, func(l *listView) bool {
		return l.typos > 0.003 &&
			l.typoRows >= 3
	}},
	{"many addresses are disposable", makeups{0.6, 1, 1.5, 1}, func(l *listView) bool { return l.disposable > 0.02 }},
	{"the export is from a service that suppresses bounced addresses", makeups{1.5, 1, 0.7, 0.5},
		func(l *listView) bool { return l.signs.Suppressing }},
}

// listView is what the counts and dates of a list show.
type listView struct {
	signs                  *Signs
	now                    time.Time
	rows                   float64 // sound ones
	optIn, event, labelled float64 // shares of the rows that say where they come from
	companies, disposable  float64 // shares of the sound rows
	invalid, typos         float64 // shares of all
	invalidRows, typoRows  int64
	// sound rows whose age counts from joining; newcomers beyond the usual, of all rows
	joinedRows, newcomersRate  float64
	unknownRows, survivedShare float64
	operators                  [numProviders]float64 // rows
	cells                      [numCells]float64
}

// ownVariance is how much of the variance of the logarithm of a list's rate comes from the effects of its
// operators and segments.
func (l *listView) ownVariance(p *Params) (sum float64) {
	for _, n := range l.operators {
		sum += square(n / max(l.rows, 1) * p.get(providerSD))
	}
	mean := 0.0
	for _, s := range usual().spreads {
		mean += s * s / float64(len(usual().spreads))
	}
	for _, n := range l.cells {
		sum += square(n/max(l.rows, 1)) * mean
	}
	return sum
}

func (t *Tally) look() *listView {
	l := &listView{signs: &t.Signs, invalidRows: t.states[syntaxState], typoRows: t.states[typoState]}
	sourced := 0.0
	for _, k := range t.sorted() {
		n := float64(t.kinds[k].rows)
		l.rows += n
		l.operators[k.provider()] += n
		l.cells[k.cell().number()] += n
		l.source(k, n, &sourced)
		switch {
		case k.sign() == segments.Survived:
			l.survivedShare += n
		case k.sign() != segments.Joined:
		case k.age() == ageUnknown:
			l.unknownRows += n
		default:
			l.joinedRows += n
		}
		if k.provider() == segments.UnknownProvider || k.provider() >= segments.Workspace {
			l.companies += n
		}
		if k.disposable() {
			l.disposable += n
		}
	}
	l.shares(sourced, float64(t.rows()))
	l.newcomersRate = l.newcomers()
	return l
}

func (l *listView) source(k kind, n float64, sourced *float64) {
	switch k.source() {
	case segments.UnnamedSource:
		return
	case segments.Confirmed, segments.Form:
		l.optIn += n
	case segments.Event:
		l.event += n
	case segments.Purchased:
		l.labelled += n
	}
	*sourced += n
}

// shares turns counts into shares.
func (l *listView) shares(sourced, all float64) {
	sound, told := max(l.rows, 1), max(sourced, 1)
	if 2*sourced < l.rows { // few rows say where they come from
		told = sound
	}
	for _, x := range [...]*float64{&l.optIn, &l.event, &l.labelled} {
		*x /= told
	}
	l.companies, l.disposable, l.survivedShare = l.companies/sound, l.disposable/sound, l.survivedShare/sound
	l.invalid, l.typos = float64(l.invalidRows)/max(all, 1), float64(l.typoRows)/max(all, 1)
}

// enough reports whether there are enough dates of one kind to describe the list rather than a few rows.
func (l *listView) enough(d *Dates) bool {
	return d.Rows >= leastRowsShown && float64(d.Rows) >= 0.05*l.rows
}

func (l *listView) dated() bool {
	return l.enough(&l.signs.Joined) && float64(l.signs.Joined.Rows) >= 0.3*l.rows
}

// The ways in which opens may lie.
const (
	noOpens = iota
	between45
	plausible45 // recent, and spread as people open
	alike45     // nearly all of them recent, as machines open
	thin45
	longAgo
)

// opens is how the last signs of people lie.
func (l *listView) opens() int {
	d := &l.signs.Acted
	if l.signs.Opened.Rows > d.Rows {
		d = &l.signs.Opened
	}
	if !l.enough(d) {
		return noOpens
	}
	closeShare := float64(d.Close) / float64(d.Rows)
	switch {
	case d.Newest > 120:
		return longAgo
	case d.Newest > 45:
		return between45
	case closeShare > 0.9:
		return alike45
	case closeShare < 0.15:
		return thin45
	}
	return plausible45
}

// atOnce reports whether all contacts joined within four months.
func (l *listView) atOnce() bool {
	d := &l.signs.Joined
	return l.dated() && d.Oldest-d.Newest <= 120
}

// stale reports whether nobody has joined for a long time.
func (l *listView) stale() bool { return l.dated() && l.signs.Joined.Newest > 150 }

// imported is the chance that dates of joining are those of an import.
func (l *listView) imported(p *Params) float64 {
	d := &l.signs.Joined
	switch {
	case l.joinedRows == 0 || !l.dated():
		return 0
	case d.Oldest-d.Newest <= 7, !l.atOnce() && float64(d.Oldest-d.Newest) < 0.3*float64(d.Median):
		return 0.9
	case l.atOnce() && l.optIn <= 0.5:
		return 0.5
	}
	return p.get(importDates)
}

// machines is the chance that opens are made by machines.
func (l *listView) machines(p *Params) float64 {
	d := &l.signs.Opened
	if d.Rows == 0 {
		return 0
	}
	switch closeShare := float64(d.Close) / float64(d.Rows); {
	case closeShare > 0.9:
		return 0.8
	case closeShare < 0.65:
		return 0.25
	}
	return p.get(machineOpens)
}

const newcomerDays = 60

// newcomers is the share of the rows that joined in the last 60 days beyond what joined before lets expect. A
// list whose dates are those of an import has none.
func (l *listView) newcomers() float64 {
	d := &l.signs.Joined
	if !l.dated() || l.atOnce() {
		return 0
	}
	usual := 1.15 * float64(d.Year-d.Last60) * newcomerDays / (365 - newcomerDays)
	more := float64(d.Last60) - usual - 3*math.Sqrt(usual)
	if more < 0.03*l.rows {
		return 0
	}
	return (float64(d.Last60) - usual) / l.rows
}

// kinds are the chances of the kinds by what the list shows, and what that was.
func (l *listView) kinds(p *Params) (out makeups, shows []string) {
	for i := range out {
		out[i] = p.get(share + param(i))
	}
	least := leastMaintained
	if l.rows >= leastRowsShown {
		for _, s := range showings {
			if s.is(l) {
				out.times(s.odds)
				shows = append(shows, s.name)
			}
		}
		if l.labelled > 0.5 {
			least = leastLabelled
		}
	}
	out.normalise()
	out.atLeast(leastUncleansed, raw, bought)
	out.atLeast(least, maintained)
	return out, shows
}
