package risk

import "github.com/prebounce/prebounce/validate/segments"

// village is a world that is not drawn from the model.
type village struct {
	name string
	rows int
	view viewed
	make func(g *people, n int) []person
	mail int  // days since the last send that took out what bounces; less than zero: there was none
	kept bool // a healthy list of consumers, by how it came about
}

var allSeen = viewed{dates: true, opens: true}

// monthly is a newsletter that is mailed every month.
func monthly(shares [numProviders]float64, wrong float64) func(*people, int) []person {
	return func(g *people, n int) []person {
		g.draw(shares, wrong)
		last := g.lastMailed()
		var list []person
		for range n {
			list = append(list, g.kept(segments.Form, g.years(2, 7), last))
		}
		g.opens(list, 0.6, 60, 2)
		return list
	}
}

// lastMailed is between five days and five weeks ago.
func (g *people) lastMailed() int { return 5 + g.rng.IntN(30) }

func dormantList(days int) func(*people, int) []person {
	return func(g *people, n int) []person {
		g.draw(consumers, 0.012)
		var list []person
		for range n {
			list = append(list, g.kept(segments.Form, days+g.years(2, 7), days))
		}
		g.opens(list, 0.5, 90, days)
		return list
	}
}

// yearly goes on gaining contacts, and is mailed once a year.
func yearly(g *people, n int) []person {
	g.draw(consumers, 0.02)
	var list []person
	for range n {
		list = append(list, g.kept(segments.Form, g.years(2, 7), 360))
	}
	return list
}

func rawList(shares [numProviders]float64, source segments.Source, mean float64) func(*people, int) []person {
	return func(g *people, n int) []person {
		g.draw(shares, 0.03)
		var list []person
		for range n {
			list = append(list, g.raw(source, 30+g.years(mean, 12)))
		}
		return list
	}
}

// boughtList is bought, scraped or guessed, and imported lately.
func boughtList(source segments.Source) func(*people, int) []person {
	return func(g *people, n int) []person {
		g.draw(companies, 0.18)
		for i := range g.hazard {
			g.hazard[i] /= 3
		}
		day := 5 + g.rng.IntN(60)
		var list []person
		for range n {
			p := g.raw(source, g.years(1.5, 5))
			p.joined = day
			list = append(list, p)
		}
		return list
	}
}

// verified is an old CRM from which another service took out most of the dead a month ago.
func verified(g *people, n int) []person {
	all := rawList(companies, segments.Event, 3.5)(g, 2*n)
	var list []person
	for _, p := range all {
		if p.dead && g.rng.Float64() < 0.9 {
			continue
		}
		if p.sent = -1; len(list) < n {
			list = append(list, p)
		}
	}
	return list
}

// machines open everything, dead or alive, of a list that was never cleansed.
func machinesOpen(g *people, n int) []person {
	list := rawList(consumers, segments.UnnamedSource, 3)(g, n)
	for i := range list {
		if p := &list[i]; g.rng.Float64() < 0.7 {
			p.opened = min(1+g.rng.IntN(80), p.joined)
		}
	}
	return list
}

// mingled puts a share of bought contacts into a list that is mailed monthly.
func mingled(share float64, label segments.Source, days int) func(*people, int) []person {
	return func(g *people, n int) []person {
		list := monthly(consumers, 0.012)(g, n)
		rate := 0.12 + 0.15*g.rng.Float64()
		for i := range list {
			if g.rng.Float64() < share {
				p := g.one(label)
				p.joined, p.dead = days+g.rng.IntN(3), g.rng.Float64() < rate
				list[i] = p
			}
		}
		return list
	}
}

func trackingOff(g *people, n int) []person {
	list := monthly(consumers, 0.012)(g, n)
	for i := range list {
		list[i].opened, list[i].acted = -1, -1
	}
	g.opens(list, 0.6, 60, 200+g.rng.IntN(300))
	return list
}

func sameDay(make func(*people, int) []person, days int) func(*people, int) []person {
	return func(g *people, n int) []person {
		list := make(g, n)
		for i := range list {
			list[i].joined = days
		}
		return list
	}
}

// newUndated is a list that is mailed monthly with new contacts of which nobody says when they came.
func newUndated(g *people, n int) []person {
	list := mingled(0.3, segments.UnnamedSource, 10)(g, n)
	for i := range list {
		list[i].undated = list[i].source == segments.UnnamedSource
	}
	return list
}

func villages() []village {
	noOpens, noDates := viewed{dates: true}, viewed{opens: true}
	news := monthly(consumers, 0.012)
	return []village{
		{"newsletter mailed monthly", 4000, allSeen, news, 30, true},
		{"the same without opens", 4000, noOpens, news, 30, true},
		{"the same without dates", 4000, noDates, news, 30, true},
		{"the same, 300,000 rows", 300_000, allSeen, news, 30, true},
		{"the same, joined in 2015 by an import", 4000, allSeen, sameDay(news, 4200), 30, true},
		{"the same, tracking switched off", 4000, allSeen, trackingOff, 30, true},
		{"the same, 30 rows", 30, allSeen, news, 30, true},
		{"sign-ups of the last month", 5000, noOpens, func(g *people, n int) []person {
			g.draw(consumers, 0.015)
			var list []person
			for range n {
				list = append(list, g.raw(segments.Form, g.rng.IntN(30)))
			}
			return list
		}, -1, false},
		{"companies mailed monthly", 4000, allSeen, monthly(companies, 0.012), 30, false},
		{"old CRM, verified a month ago", 4000, noOpens, verified, 30, false},
		{"dormant for a year", 4000, allSeen, dormantList(365), 365, false},
		{"mailed once a year", 4000, noOpens, yearly, 360, false},
		{"CRM never mailed", 4000, noOpens, rawList(companies, segments.Event, 3), -1, false},
		{"consumers never mailed", 4000, noOpens, rawList(consumers, segments.UnnamedSource, 3), -1, false},
		{
			"dates reset by a migration, never mailed",
			4000,
			noOpens,
			sameDay(rawList(companies, segments.UnnamedSource, 3), 40),
			-1,
			false,
		},
		{"opens made by machines, never cleansed", 4000, allSeen, machinesOpen, -1, false},
		{"bought, labelled", 4000, noOpens, boughtList(segments.Purchased), -1, false},
		{"bought, not labelled", 4000, noOpens, boughtList(segments.UnnamedSource), -1, false},
		{"a labelled bought segment", 4000, allSeen, mingled(0.2, segments.Purchased, 20), 30, false},
		{"a bought segment, not labelled", 4000, allSeen, mingled(0.2, segments.Form, 20), 30, false},
		{"30% bought, without a date", 4000, allSeen, newUndated, 30, false},
		{"a bad import inside a good list", 4000, allSeen, mingled(0.1, segments.UnnamedSource, 45), 30, false},
	}
}
