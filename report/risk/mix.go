package risk

import (
	"math"
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate/segments"
)

// atom is a rate that the sound rows of a list may have, and its chance.
type atom struct{ weight, rate float64 }

// mix is what is thought of the rate of a list before anybody was asked: a mixture over the ways in which it
// may have come about.
type mix struct {
	look    *listView
	shows   []string
	before  makeups // by the counts and dates of the list
	after   makeups // also by the domains that DNS knows to be dead
	atoms   []atom
	learned float64 // chance that the list is like the sender's others
	told    *signEvidence
	prior   map[kind]float64 // of rows, by the bare kind: the mean chance

	rows  map[kind]count // by the bare kind
	kinds []kind         // in a fixed order
}

// newMix makes it. Its cost is scenarios × kinds of rows, a few milliseconds at most.
func newMix(t *Tally, p *Params, o *Options) *mix {
	m := &mix{look: t.look()}
	m.look.now = t.now
	m.rows, m.kinds = bareKinds(t)
	m.think(p, o)
	m.sort()
	return m
}

// again is what is thought of the same list with other parameters or options. Its rates are in no order: sort
// it before you ask for quantiles.
func (m *mix) again(p *Params, o *Options) *mix {
	again := &mix{look: m.look, rows: m.rows, kinds: m.kinds}
	again.think(p, o)
	return again
}

func (m *mix) sort() {
	slices.SortFunc(m.atoms, func(a, b atom) int { return cmpFloat(a.rate, b.rate) })
}

// think weighs the ways in which the list may have come about.
func (m *mix) think(p *Params, o *Options) {
	all, shows := m.look.scenarios(p, o.Claim)
	m.shows = shows
	rows, kinds := m.rows, m.kinds
	told := newTold(p, m.look.signs)
	m.told = told
	if own := m.look.own(p, o); own > 0 {
		all = append(lessLikely(all, 1-own), scenario{listKind: maintained, weight: own, own: true})
	}
	chances := make([][]float64, len(all))
	for i := range all {
		s := &all[i]
		m.before[s.listKind] += s.weight
		if s.own {
			var atoms []atom
			atoms, chances[i] = m.look.ownAtoms(p, o, kinds, rows)
			s.weight = m.addOwn(atoms, s.weight, told)
			m.learned = s.weight
			continue
		}
		chances[i] = make([]float64, len(kinds))
		for j, k := range kinds {
			chances[i][j] = s.chance(m.look, p, k, rows[k])
		}
		s.weight = m.addAtoms(s, p, meanOf(chances[i], kinds, rows), bouncing(chances[i], kinds, rows), told)
	}
	m.settle(all)
	mean := make([]float64, len(kinds))
	for j := range kinds {
		for i := range all {
			mean[j] += all[i].weight * chances[i][j]
		}
	}
	// What was learned, and what DNS told, moves all kinds of rows alike.
	factor := m.mean() / max(meanOf(mean, kinds, rows), 1e-9)
	m.prior = make(map[kind]float64, len(kinds))
	for j, k := range kinds {
		m.prior[k] = min(factor*mean[j], mostRate)
	}
}

// lessLikely scales the weights of scenarios.
func lessLikely(all []scenario, factor float64) []scenario {
	for i := range all {
		all[i].weight *= factor
	}
	return all
}

// addOwn adds the rates of a list that is like the sender's others.
func (m *mix) addOwn(atoms []atom, weight float64, told *signEvidence) (after float64) {
	for _, a := range atoms {
		a.rate = clampRate(a.rate)
		a.weight *= weight * told.fits(a.rate)
		after += a.weight
		m.atoms = append(m.atoms, a)
	}
	return after
}

// bareKinds counts rows by what a prior chance depends on, in a fixed order.
func bareKinds(t *Tally) (rows map[kind]count, kinds []kind) {
	rows = map[kind]count{}
	for _, k := range t.sorted() {
		c, bare := *t.kinds[k], k.bare()
		if have, ok := rows[bare]; ok {
			c.add(have)
		} else {
			kinds = append(kinds, bare)
		}
		rows[bare] = c
	}
	return rows, kinds
}

func meanOf(chances []float64, kinds []kind, rows map[kind]count) float64 {
	sum, n := 0.0, 0.0
	for j, k := range kinds {
		sum += chances[j] * float64(rows[k].rows)
		n += float64(rows[k].rows)
	}
	return sum / max(n, 1)
}

const (
	atomReach = 3.25 // standard deviations
	atomStep  = 0.25
	mostRate  = 0.9

	leastVariance = 0.04 // of the logarithm of a list's rate, beside what its operators' effects do
)

// bouncing is the mean chance of the rows that bounce.
func bouncing(chances []float64, kinds []kind, rows map[kind]count) float64 {
	sum, n := 0.0, 0.0
	for j, k := range kinds {
		b := chances[j] * float64(rows[k].rows)
		sum, n = sum+b*chances[j], n+b
	}
	return clampRate(sum / max(n, 1e-12))
}

// addAtoms adds the rates that the list may have in one scenario, and returns its weight by what DNS told.
// The odds of its rows move alike: where most bounces come from rows that nearly all bounce, the rate moves
// little.
func (m *mix) addAtoms(s *scenario, p *Params, base, bouncing float64, told *signEvidence) (after float64) {
	sd := p.get(spread + param(s.listKind))
	if s.raw {
		sd = math.Hypot(sd, 0.5)
	}
	sd = math.Sqrt(max(sd*sd-m.look.ownVariance(p), leastVariance))
	sum, mean, first, odds := 0.0, 0.0, len(m.atoms), bouncing/(1-bouncing)
	for z := -atomReach; z <= atomReach; z += atomStep {
		w, x := math.Exp(-z*z/2), odds*math.Exp(sd*z)
		x /= 1 + x
		sum, mean = sum+w, mean+w*x
		m.atoms = append(m.atoms, atom{w, x})
	}
	for i := first; i < len(m.atoms); i++ {
		a := &m.atoms[i]
		a.rate = clampRate(base * a.rate / (mean / sum))
		a.weight *= s.weight / sum * told.fits(a.rate)
		after += a.weight
	}
	return after
}

// settle makes the weights chances.
func (m *mix) settle(all []scenario) {
	sum := 0.0
	for _, a := range m.atoms {
		sum += a.weight
	}
	for i := range m.atoms {
		m.atoms[i].weight /= sum
	}
	m.learned /= sum
	for i := range all {
		all[i].weight /= sum
		m.after[all[i].listKind] += all[i].weight
	}
}

// mean is that of the rates.
func (m *mix) mean() (rate float64) {
	for _, a := range m.atoms {
		rate += a.weight * a.rate
	}
	return rate
}

// quantile is the rate that is not exceeded with a chance.
func (m *mix) quantile(q float64) float64 {
	sum := 0.0
	for _, a := range m.atoms {
		if sum += a.weight; sum >= q {
			return a.rate
		}
	}
	return mostRate
}

// signEvidence is what dead domains say of a list's rate: among distinct domains so many are dead.
type signEvidence struct {
	domains, dead float64
	shares        []spell // of dead domains against the rate of the mailboxes
}

const (
	silentDomains = 0.3   // chance that the dead mailboxes of a list are all at domains that live
	strayDomains  = 0.001 // share of dead domains in any list
	leastDomains  = 5
	mostDomains   = 2000 // that count: beyond, it is how lists differ that is not known
)

// newTold is nil if DNS was not asked, or about too few domains.
func newTold(p *Params, s *Signs) *signEvidence {
	if !s.DNS || s.Domains < leastDomains {
		return nil
	}
	most := min(1, mostDomains/float64(s.Domains))
	t := &signEvidence{domains: most * float64(s.Domains), dead: most * float64(s.Dead)}
	for z := -2.5; z <= 2.5; z += 0.5 {
		t.shares = append(t.shares, spell{p.get(domainShare) * math.Exp(p.get(domainSD)*z), math.Exp(-z * z / 2)})
	}
	return t
}

// fits is how well a rate fits what DNS told, up to a factor.
func (t *signEvidence) fits(rate float64) float64 {
	if t == nil {
		return 1
	}
	sum, weights := 0.0, 0.0
	for _, s := range t.shares {
		sum += s.weight * t.fit(strayDomains+s.years*rate)
		weights += s.weight
	}
	return silentDomains*t.fit(strayDomains) + (1-silentDomains)*sum/weights
}

// fit is the chance of so many dead domains, against that at the share that was seen.
func (t *signEvidence) fit(q float64) float64 {
	q = min(q, 0.5)
	seen := min(max(t.dead/t.domains, 1e-9), 1-1e-9)
	return math.Exp(t.dead*math.Log(q/seen) + (t.domains-t.dead)*math.Log((1-q)/(1-seen)))
}

func (l *listView) days(at time.Time) int64 { return (l.now.Unix() - at.Unix()) / secondsPerDay }

// uses reports whether a row can matter to the list.
func (m *mix) uses(i param) bool {
	has := func(is func(kind) bool) bool {
		for k := range m.prior {
			if is(k) {
				return true
			}
		}
		return false
	}
	switch {
	case i < badness:
		return has(func(k kind) bool { return k.provider() == segments.Provider(i-lambda) })
	case i < share:
		return has(func(k kind) bool {
			return k.source() == segments.Source(i-badness) && k.sign() != segments.Survived &&
				k.sign() != segments.Acted
		})
	case i == importDates:
		return m.look.joinedRows > 0
	case i == machineOpens:
		return m.look.signs.Opened.Rows > 0
	case i == burstRaw:
		return m.look.newcomersRate > 0
	case i == unknownAge:
		return m.look.unknownRows > 0
	case i == domainShare, i == domainSD:
		return m.told != nil
	}
	return len(m.prior) > 0
}

func (m *mix) makeup() ListKinds {
	out := ListKinds{Chances: map[string]float64{}, Shows: m.shows}
	for i, p := range m.after {
		out.Chances[makeupNames[i]] = p
	}
	return out
}
