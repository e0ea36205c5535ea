package fleet

import (
	"time"

	"github.com/prebounce/prebounce/probe"
)

// Need is how long a fleet takes at one operator, within its limits.
type Need struct {
	Operator string        `json:"operator"`
	RCPTs    int           `json:"rcpts"`    // at most
	Takes    time.Duration `json:"takes_ns"` // with that many workers, at least
	Least    time.Duration `json:"least_ns"` // with any number of workers
	Enough   int           `json:"enough"`   // workers, beyond which more of them don't help
}

// Needs says how long a fleet of that many workers, each with an address of its own, takes for each part of a plan,
// and for all of it. What an operator bears in an hour and a day is the same for any number of workers; a worker works
// on its own minute's worth, and on one domain at a time until its control is known.
func Needs(parts []probe.Part, rules *probe.Rules, workers int) (needs []Need, all time.Duration) {
	rcpts := 0
	workers = max(workers, 1)
	if rules == nil {
		rules = probe.DefaultRules()
	}
	for _, p := range parts {
		if !p.Ask || p.Asked == 0 {
			continue
		}
		n := need(&p, rules.Of(p.Operator), workers)
		needs, rcpts, all = append(needs, n), rcpts+n.RCPTs, max(all, n.Takes)
	}
	perAddress := time.Duration(rcpts) * time.Minute / time.Duration(probe.PerMinute*workers)
	return needs, max(all, perAddress)
}

func need(p *probe.Part, rule probe.Rule, workers int) Need {
	n := Need{Operator: p.Operator, RCPTs: p.Asked, Least: probe.AtLeast(p.Asked, &rule), Enough: 1}
	one := oneWorker(p.Asked, &rule)
	useful := max(1, min(p.Hosts, p.Domains))
	for n.Enough < useful && one/time.Duration(n.Enough) > n.Least {
		n.Enough++
	}
	n.Least = max(n.Least, one/time.Duration(n.Enough))
	n.Takes = max(n.Least, one/time.Duration(min(workers, n.Enough)))
	return n
}

// oneWorker is how long one address takes for n recipients.
func oneWorker(n int, rule *probe.Rule) time.Duration {
	minutes := time.Duration(0)
	if n > rule.First {
		minutes = time.Minute + time.Duration(n-rule.First-1)*time.Minute/time.Duration(max(rule.Minute, 1))
	}
	return max(minutes, probe.AtLeast(n, rule))
}

// mostWorkers bounds the search of [Enough].
const mostWorkers = 1000

// Enough is how many workers are so many that one more does not make it faster.
func Enough(parts []probe.Part, rules *probe.Rules) int {
	_, least := Needs(parts, rules, mostWorkers)
	for n := 1; n < mostWorkers; n++ {
		if _, takes := Needs(parts, rules, n); takes <= least {
			return n
		}
	}
	return mostWorkers
}
