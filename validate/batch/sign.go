package batch

import (
	"github.com/prebounce/prebounce/validate/exports"
	"github.com/prebounce/prebounce/validate/segments"
)

const numSigns = segments.Opened + 1

// signWeight says which of a row's dates its note keeps: of those that weigh alike the later one.
var signWeight = [numSigns]uint8{segments.Joined: 0, segments.Opened: 1, segments.Acted: 2, segments.Survived: 2}

// Signs holds evidence about how a list was built, besides the kinds of its rows.
type Signs struct {
	// Dates are how many dates of each sign lie so many days back. What lies further back counts as the last.
	Dates [numSigns][]int64
	// Claimed is how many dates of sends are no proof by themselves: neither the row nor what is known of the
	// export says that what bounced was taken out.
	Claimed int64
	// Suppressing reports whether an export of a service that stops at the first hard bounce was recognised.
	Suppressing bool

	DNS           bool  // DNS was asked and its answers are trusted
	Domains, Dead int64 // distinct domains where not everybody can get a mailbox; of these, domains that accept no mail
}

// mostSignDays is how many days are told apart.
const mostSignDays = 8192

// signCounts counts dates.
type signCounts struct {
	days    [numSigns][]int64
	claimed int64
}

func (c *signCounts) add(s segments.Sign, days uint16) {
	if days >= futureDays {
		return
	}
	if c.days[s] == nil {
		c.days[s] = make([]int64, mostSignDays)
	}
	c.days[s][min(days, mostSignDays-1)]++
}

// signs brings together what the dates, the domains and the export tell.
func (r *Run) signs(l *lookedUp, pulled bool) (out Signs) {
	if l.survey.columns != nil {
		for _, w := range l.survey.columns.workers {
			out.Claimed += w.signs.claimed
			for s, days := range w.signs.days {
				if days != nil && out.Dates[s] == nil {
					out.Dates[s] = make([]int64, mostSignDays)
				}
				for i, n := range days {
					out.Dates[s][i] += n
				}
			}
		}
	}
	out.Suppressing = r.suppressing()
	r.countDomains(l, pulled, &out)
	return out
}

// countDomains counts the domains that DNS was asked about.
func (r *Run) countDomains(l *lookedUp, pulled bool, out *Signs) {
	if out.DNS = r.Resolver != nil && !pulled; !out.DNS {
		return
	}
	for id := range l.facts {
		f := &l.facts[id]
		if f.consumer || l.marks[id]&disposableMark != 0 || l.survey.domains.rows[id] == 0 {
			continue
		}
		out.Domains++
		if l.marks[id].state() == deadState && f.reasons&dnsReasons != 0 {
			out.Dead++
		}
	}
}

// suppressing reports whether some list is the export of a service that stops mailing an address at the first
// hard bounce.
func (r *Run) suppressing() bool {
	for _, s := range r.sources() {
		l := s.Layout()
		e := exports.Read(exports.Sample{Names: l.Names, Width: len(l.Names), Cells: func(int) []string { return nil }})
		if sender := e.Sender(); sender != nil && sender.Drops == exports.Yes {
			return true
		}
	}
	return false
}
