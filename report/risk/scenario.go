package risk

import (
	"math"
	"time"

	"github.com/prebounce/prebounce/validate/segments"
)

// Claim is what the user states about the list. It may be wrong.
type Claim struct {
	// the day of the last send after which bounced addresses were removed
	LastSent time.Time `json:"last_sent,omitzero"`
	Never    bool      `json:"never,omitempty"` // it was never mailed
}

func (c Claim) none() bool { return !c.Never && c.LastSent.IsZero() }

// scenario is one way in which a list may have come about. All its years count back from the send.
type scenario struct {
	listKind
	weight   float64
	sent     float64 // since a send that took out what bounces; infinite: there was none
	age      float64 // since contacts came whose date is not known or not to be trusted
	imported bool    // dates of joining are those of an import
	machines bool    // opens are made by machines
	raw      bool    // the newcomers beyond the usual were never mailed, and did not sign up
	claimed  bool    // somebody says when that send was
	own      bool    // it is like the sender's other lists
}

// scenarios are all ways in which the list may have come about, with their chances.
func (l *listView) scenarios(p *Params, claim Claim) (out []scenario, shows []string) {
	kinds, shows := l.kinds(p)
	sure := 0.0
	if wrong, known := l.doubtOf(p, claim); known {
		sure = 1 - wrong
		out = append(out, l.known(claim, kinds)...)
		for i := range out {
			out[i].weight *= sure
		}
	}
	for _, s := range l.unknown(p, kinds) {
		s.weight *= 1 - sure
		out = append(out, s)
	}
	return l.branch(p, out), shows
}

// doubtOf is the chance that what is said of a last send does not hold; false if nothing is.
func (l *listView) doubtOf(p *Params, claim Claim) (wrong float64, said bool) {
	switch {
	case claim.Never, !claim.LastSent.IsZero(), l.survivedShare > 0 && l.signs.SentClaimed:
		return p.get(flagWrong), true
	case l.survivedShare >= leastSurvived:
		return p.get(columnWrong), true
	}
	return 0, false
}

// leastSurvived is the share of the rows that must have survived a send for that to be evidence about the list.
const leastSurvived = 0.3

// known are the scenarios if what is said of the last send holds.
func (l *listView) known(claim Claim, kinds makeups) []scenario {
	if claim.Never {
		both := kinds[raw] + kinds[bought]
		return []scenario{
			{listKind: raw, weight: kinds[raw] / both, sent: math.Inf(1), age: 2},
			{listKind: bought, weight: kinds[bought] / both, sent: math.Inf(1), age: 2},
		}
	}
	years := math.Inf(1)
	if !claim.LastSent.IsZero() {
		years = max(float64(l.days(claim.LastSent)), 0) / daysPerYear
	}
	return []scenario{{listKind: maintained, weight: 1, sent: years, age: 2, claimed: true}}
}

// days and weights of last sends, and of the ages of contacts without a date that can be trusted.
type spell struct{ years, weight float64 }

var (
	maintainedSent = []spell{{7. / 365, 0.15}, {14. / 365, 0.20}, {30. / 365, 0.35}, {60. / 365, 0.20},
		{90. / 365, 0.10}}
	dormantSent = []spell{{180. / 365, 0.3}, {1, 0.4}, {2, 0.2}, {3, 0.1}}
	lateSent    = []spell{{1, 0.7}, {1.5, 0.15}, {2.5, 0.15}} // times the last date that the list shows
	undatedAge  = []spell{{0.35, 0.25}, {1, 0.40}, {2.25, 0.35}}
)

// unknown are the scenarios if nobody says when the last send was.
func (l *listView) unknown(p *Params, kinds makeups) (out []scenario) {
	add := func(m listKind, weight, sent, age float64) {
		out = append(out, scenario{listKind: m, weight: kinds[m] * weight, sent: sent, age: age})
	}
	age := p.get(unknownAge)
	for _, s := range maintainedSent {
		add(maintained, s.weight, s.years, age)
	}
	for _, s := range l.dormantSent() {
		add(dormant, s.weight, s.years, age)
	}
	for _, a := range undatedAge {
		add(raw, a.weight, math.Inf(1), a.years*age)
	}
	add(bought, 1, math.Inf(1), age)
	return out
}

// dormantSent is when a dormant list was last mailed: about when people were last seen, or the last ones joined.
func (l *listView) dormantSent() []spell {
	last := int64(0)
	switch {
	case l.opens() == longAgo:
		last = l.lastSeen()
	case l.stale():
		last = l.signs.Joined.Newest
	default:
		return dormantSent
	}
	out := make([]spell, len(lateSent))
	for i, s := range lateSent {
		out[i] = spell{s.years * float64(last) / daysPerYear, s.weight}
	}
	return out
}

func (l *listView) lastSeen() int64 {
	if l.signs.Opened.Rows > l.signs.Acted.Rows {
		return l.signs.Opened.Newest
	}
	return l.signs.Acted.Newest
}

// branch splits scenarios by what else is open: whether dates are those of an import, opens those of
// machines, and newcomers raw.
func (l *listView) branch(p *Params, all []scenario) []scenario {
	all = split(all, l.imported(p), func(s *scenario) { s.imported = true })
	if machines := l.machines(p); machines > 0 {
		all = split(all, machines, func(s *scenario) { s.machines = true })
		favourMachines(all, machines)
	}
	if l.newcomersRate > 0 {
		kept := func(s *scenario) { s.raw = s.listKind == maintained || s.listKind == dormant }
		all = split(all, p.get(burstRaw), kept)
	}
	return all
}

// rawMachines is the least chance that the opens of a list that was never cleansed are those of machines:
// dead mailboxes behind scanners look engaged.
const rawMachines = 0.6

// favourMachines moves the weights of lists that were never cleansed, which were split by a chance, to the
// least that they have.
func favourMachines(all []scenario, chance float64) {
	for i := range all {
		s := &all[i]
		switch {
		case s.listKind < raw || chance >= rawMachines:
		case s.machines:
			s.weight *= rawMachines / chance
		default:
			s.weight *= (1 - rawMachines) / (1 - chance)
		}
	}
}

func split(all []scenario, chance float64, turn func(*scenario)) []scenario {
	if chance == 0 {
		return all
	}
	out := make([]scenario, 0, 2*len(all))
	for _, s := range all {
		turned := s
		turn(&turned)
		s.weight, turned.weight = (1-chance)*s.weight, chance*turned.weight
		out = append(out, s, turned)
	}
	return out
}

// chance is that of a row of a kind to bounce if the list came about so.
func (s *scenario) chance(l *listView, p *Params, k kind, c count) float64 {
	if s.listKind == bought {
		return boughtMean(p)
	}
	years, fresh := s.exposure(l, k, c)
	alive := math.Exp(-p.get(lambda+param(k.provider())) * years)
	if fresh {
		alive *= 1 - p.get(badness+param(k.source()))
	}
	if s.raw && k.sign() == segments.Joined && k.age() == 0 {
		raw := l.rawShare() * boughtMean(p)
		if s.claimed && !fresh {
			raw *= mailedAnyway // the claim says that they were mailed since
		}
		alive *= 1 - raw
	}
	return 1 - alive
}

// mailedAnyway is the chance that a claim about a list does not hold for many contacts that came shortly before.
const mailedAnyway = 0.3

// boughtMean is the mean of a lognormal rate.
func boughtMean(p *Params) float64 {
	return min(p.get(boughtRate)*math.Exp(square(p.get(spread+param(bought)))/2), 0.9)
}

// rawShare is the share of the rows that joined within three months that are newcomers beyond the usual.
func (l *listView) rawShare() float64 {
	return min(l.newcomersRate*l.rows/max(float64(l.signs.Joined.Last60), 1), 1)
}

// exposure is for how long nobody took out a row if it died, and whether it was never mailed, so that it may
// have been wrong from the start.
func (s *scenario) exposure(l *listView, k kind, c count) (years float64, fresh bool) {
	years = float64(c.days) / float64(max(c.rows, 1)) / daysPerYear
	switch sign := k.sign(); {
	case sign == segments.Survived, sign == segments.Acted, sign == segments.Opened && !s.machines:
		return min(years, s.sent), false
	case sign == segments.Opened:
		years = l.joinedYears(s.age)
	case k.age() == ageUnknown:
		if s.claimed && l.signs.Joined.Rows > 0 && float64(l.signs.Joined.Newest)/daysPerYear < s.sent {
			return s.age, true // others joined after the send, so this one may have, too
		}
		years = s.age
		if l.survivedShare >= leastSurvived {
			years = min(years, undatedLately) // the others were mailed; so it is likely to be new
		}
	case s.imported && l.fewUnsent():
		years = undatedLately // the date of the import is not the day on which they joined
	case s.imported:
		years = max(years, s.age)
	}
	if k.source() == segments.Purchased && !s.claimed {
		return min(years, s.sent), true // a list that is kept otherwise
	}
	return min(years, s.sent), years <= s.sent
}

// fewUnsent reports whether nearly all rows survived a send, so that the others are likely to have joined after it.
func (l *listView) fewUnsent() bool {
	return l.survivedShare >= leastSurvived && l.joinedRows <= mostUnsent*l.rows
}

// mostUnsent is the share of a list that is mailed regularly that joins between two sends.
const mostUnsent = 0.1

// undatedLately is the age, in years, of a contact without a date where the others say when they were last mailed.
const undatedLately = 0.5

// joinedYears is how long ago contacts joined, if other dates stand in their rows.
func (l *listView) joinedYears(unknown float64) float64 {
	if l.signs.Joined.Rows == 0 {
		return unknown
	}
	return float64(l.signs.Joined.Median) / daysPerYear
}
