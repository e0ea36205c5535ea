package risk

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// person is a contact whose truth is known. Days count back from the send; less than zero: never, or not told.
type person struct {
	provider segments.Provider
	domain   int // of a company; 0: a large provider's
	source   segments.Source

	joined, opened, acted, sent int
	dead, gone                  bool // gone: with its domain
	undated                     bool // the list does not say when it joined

	replied   validate.Reason // by its mail host, once it was asked
	repliedAt time.Time
}

// people draws lists. Nothing in it is taken from the model's table.
type people struct {
	rng     *rand.Rand
	shares  [numProviders]float64
	hazard  [numProviders]float64 // a year
	wrong   float64               // share that was wrong from the start
	closing float64               // share of the dead at companies that went with their domain
	domains int
}

var (
	consumers = [numProviders]float64{
		segments.UnknownProvider: 8,
		segments.Gmail:           50,
		segments.Yahoo:           14,
		segments.Outlook:         16,
		segments.Freemail:        12,
	}
	companies = [numProviders]float64{
		segments.UnknownProvider: 75,
		segments.Gmail:           12,
		segments.Yahoo:           3,
		segments.Outlook:         6,
		segments.Freemail:        4,
	}
	lives = [numProviders]float64{
		segments.UnknownProvider: 0.14,
		segments.Gmail:           0.03,
		segments.Yahoo:           0.06,
		segments.Outlook:         0.05,
		segments.Freemail:        0.08,
	}
)

// draw makes a list's ways: its hazards lie about those of all by a factor of its own and one of each provider.
func (g *people) draw(shares [numProviders]float64, wrong float64) {
	g.shares, g.wrong, g.closing = shares, wrong*math.Exp(0.5*g.rng.NormFloat64()), 0.1+0.2*g.rng.Float64()
	whole := math.Exp(0.45 * g.rng.NormFloat64())
	for i, h := range lives {
		g.hazard[i] = h * whole * math.Exp(0.3*g.rng.NormFloat64())
	}
}

func (g *people) one(source segments.Source) person {
	x, sum := g.rng.Float64(), 0.0
	for _, s := range g.shares {
		sum += s
	}
	p := person{source: source, opened: -1, acted: -1, sent: -1}
	for i, s := range g.shares {
		if x -= s / sum; x < 0 {
			p.provider = segments.Provider(i)
			break
		}
	}
	if p.provider == segments.UnknownProvider {
		p.domain = 1 + int(float64(g.domains)*math.Pow(g.rng.Float64(), 1.7))
	}
	return p
}

// kept is a contact of a list that was last mailed so many days ago, and rid of what bounced then.
func (g *people) kept(source segments.Source, joined, mailed int) person {
	p := g.one(source)
	p.joined = joined
	since := min(joined, mailed)
	if joined >= mailed {
		p.sent = mailed
	} else if g.rng.Float64() < g.wrong {
		p.dead = true
	}
	p.dead = p.dead || g.rng.Float64() < 1-math.Exp(-g.hazard[p.provider]*float64(since)/365)
	return p
}

// raw is a contact that nobody ever mailed.
func (g *people) raw(source segments.Source, joined int) person {
	p := g.kept(source, joined, math.MaxInt)
	return p
}

// years draws an age in days as lists have that grow: most contacts are young.
func (g *people) years(mean, most float64) int {
	for {
		if a := mean * g.rng.ExpFloat64(); a < most {
			return int(365 * a)
		}
	}
}

// opens gives some contacts a last open: people open now and then, the last time before the send some while ago.
func (g *people) opens(list []person, share, meanDays float64, from int) {
	for i := range list {
		p := &list[i]
		if at := from + int(meanDays*g.rng.ExpFloat64()); g.rng.Float64() < share && at < p.joined {
			p.opened = at
			if g.rng.Float64() < 0.3 {
				p.acted = at + int(meanDays*g.rng.ExpFloat64()/2)
			}
			if p.acted > p.joined {
				p.acted = -1
			}
		}
	}
}

// closures lets some of the dead at companies go with their domains: whole domains die, with all who are there.
func (g *people) closures(list []person) {
	at, dead := map[int]int{}, 0
	for i := range list {
		if list[i].domain > 0 {
			at[list[i].domain]++
			dead += bool2int(list[i].dead)
		}
	}
	left := int(g.closing * float64(dead))
	gone := map[int]bool{}
	for d := 1; d <= g.domains && left > 0; d++ {
		pick := 1 + g.rng.IntN(g.domains)
		if n := at[pick]; n > 0 && !gone[pick] && n <= left+1 {
			gone[pick] = true
			left -= n
		}
	}
	for i := range list {
		if p := &list[i]; gone[p.domain] {
			p.dead, p.gone = true, true
		}
	}
}

// shown is how a list is seen.
type viewed struct {
	dns, sends bool // DNS was asked; it has a column of the last send of each contact
	dates      bool
	opens      bool
}

func ago(days int) (t Row) { return Row{Date: sendDay.AddDate(0, 0, -days)} }

// tally counts the list as prebounce would.
func (v *viewed) tally(list []person) *Tally {
	t := NewTally(sendDay)
	days := [4][]int64{}
	for i := range days {
		days[i] = make([]int64, 8000)
	}
	domains, gone := map[int]bool{}, map[int]bool{}
	for i := range list {
		p := &list[i]
		if v.dns && p.domain > 0 {
			domains[p.domain] = true
			if p.gone {
				gone[p.domain] = true
			}
		}
		if v.dns && p.gone {
			t.Add(Row{Settled: validate.NoDomain}, 1)
		} else {
			t.Add(v.row(p), 1)
		}
		for j, d := range [...]int{p.joined, p.opened, p.acted, p.sent} {
			if d >= 0 && (j != 0 || (v.dates && !p.undated)) && (j == 0 || (j == 3 && v.sends) || (j < 3 && v.opens)) {
				days[j][min(d, 7999)]++
			}
		}
	}
	s := &t.Signs
	s.Joined, s.Opened, s.Acted, s.Sent = DatesOf(days[0]), DatesOf(days[1]), DatesOf(days[2]), DatesOf(days[3])
	s.DNS, s.Domains, s.Dead = v.dns, int64(len(domains)), int64(len(gone))
	return t
}

func (v *viewed) row(p *person) Row {
	r := Row{Provider: p.provider, Source: p.source, Blind: p.provider == segments.Yahoo,
		Replied: p.replied, RepliedAt: p.repliedAt}
	if v.dns && p.provider == segments.UnknownProvider {
		r.Provider = [...]segments.Provider{segments.Workspace, segments.Microsoft365, segments.Corporate}[p.domain%3]
	}
	acted := v.opens && p.acted >= 0
	switch {
	case v.sends && p.sent >= 0 && (!acted || p.sent <= p.acted):
		r.Sign, r.Date = segments.Survived, ago(p.sent).Date
	case acted:
		r.Sign, r.Date = segments.Acted, ago(p.acted).Date
	case v.opens && p.opened >= 0:
		r.Sign, r.Date = segments.Opened, ago(p.opened).Date
	case v.dates && !p.undated:
		r.Date = ago(p.joined).Date
	}
	return r
}
