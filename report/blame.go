package report

import (
	"cmp"
	"math"
	"slices"

	"github.com/prebounce/prebounce/report/risk"
)

const (
	leastRows = 20   // a value with fewer rows says too little
	leastBad  = 3    // a value with fewer bad rows is not reported
	blame     = 0.06 // probability that any value is reported by chance; exact tests of counts stay below it
)

// CauseReport lists the column values with more than their share of the observed bounces.
type CauseReport struct {
	Rows     int64   `json:"rows"`
	Observed int64   `json:"observed"` // rows with a bad outcome
	Tried    int     `json:"tried"`    // values compared, for which the intervals are widened
	Causes   []Cause `json:"causes"`   // worst first
	Says     string  `json:"says"`     // in a sentence
}

// Cause is a value of a column whose rows bounce more than the other rows of that column, beyond chance.
type Cause struct {
	Column   string     `json:"column"`
	Value    string     `json:"value"`
	Rows     int64      `json:"rows"`
	Bad      int64      `json:"bad"`
	Syntax   int64      `json:"syntax"`
	Domain   int64      `json:"dead_domain"`
	Bounce   int64      `json:"past_bounce"`
	Refused  int64      `json:"refused"`
	Rate     float64    `json:"rate"`
	Interval [2]float64 `json:"interval"`  // of Rate, 95% for all values tried together
	Rest     float64    `json:"rest_rate"` // of the other rows
	Excess   float64    `json:"excess"`    // bad rows beyond what the rest's rate would give
}

func (c *causeFinder) report() CauseReport {
	out := CauseReport{Rows: c.all.rows(), Observed: c.all.bad(), Causes: []Cause{}}
	if out.Observed == 0 {
		out.Says = "No bad rows were observed, so no column can be blamed."
		return out
	}
	out.Tried = c.tried()
	z, level := sidak(out.Tried), -math.Expm1(math.Log(1-blame)/float64(max(out.Tried, 1)))
	for _, column := range c.columns {
		var all together
		for _, v := range column.values {
			all = all.plus(v.together)
		}
		for _, v := range column.values {
			if !c.comparable(&v.outcomes) {
				continue
			}
			if cause, worse := c.compare(&v, all, z, level); worse {
				cause.Column, cause.Value = column.name, v.text
				out.Causes = append(out.Causes, cause)
			}
		}
	}
	slices.SortFunc(out.Causes, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(b.Excess, a.Excess), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Value, b.Value))
	})
	out.Says = out.sentence()
	return out
}

// comparable reports whether a value has enough rows, and enough other rows to be compared with.
func (c *causeFinder) comparable(o *outcomes) bool {
	return o.rows() >= leastRows && c.all.rows()-o.rows() >= leastRows
}

func (c *causeFinder) tried() (n int) {
	for _, column := range c.columns {
		for _, v := range column.values {
			if c.comparable(&v.outcomes) {
				n++
			}
		}
	}
	return n
}

func (c *causeFinder) compare(v *groupedValue, all together, z, level float64) (Cause, bool) {
	n, bad := float64(v.outcomes.rows()), float64(v.outcomes.bad())
	restN, restBad := float64(c.all.rows())-n, float64(c.all.bad())-bad
	p, rest := bad/n, restBad/restN
	effect := v.together.effect(bad)
	low, high := wilson(bad/effect, n/effect, z)
	cause := Cause{
		Rows: v.outcomes.rows(), Bad: v.outcomes.bad(), Rate: p, Interval: [2]float64{low, high}, Rest: rest, Excess: bad - n*rest,
		Syntax: v.outcomes[badSyntax], Domain: v.outcomes[deadDomain], Bounce: v.outcomes[pastBounce],
		Refused: v.outcomes[refusedByHost],
	}
	if bad < leastBad || p <= rest || fisher(bad, n, restBad, restN) > level {
		return cause, false
	}
	others := all.minus(v.together).effect(restBad)
	return cause, fisher(bad/effect, n/effect, restBad/others, restN/others) <= level
}

// fisher is the chance of at least y bad ones among n, if they are drawn at random together with the rest:
// Fisher's exact test. Counts are rounded against the value.
func fisher(y, n, restY, restN float64) float64 {
	y, n, restY, restN = math.Floor(y), math.Ceil(n), math.Ceil(restY), math.Floor(restN)
	if y <= 0 || y*restN <= restY*n {
		return 1
	}
	bad, all := y+restY, n+max(restN, restY)
	term := math.Exp(choose(n, y) + choose(all-n, bad-y) - choose(all, bad))
	sum := 0.0
	for x := y; x <= min(n, bad) && term > 1e-12*sum; x++ {
		sum += term
		term *= (n - x) / (x + 1) * (bad - x) / (all - n - bad + x + 1)
	}
	return min(sum, 1)
}

// choose is the logarithm of n over k.
func choose(n, k float64) float64 {
	a, _ := math.Lgamma(n + 1)
	b, _ := math.Lgamma(k + 1)
	c, _ := math.Lgamma(n - k + 1)
	return a - b - c
}

func (r *CauseReport) sentence() string {
	if r.Tried == 0 {
		return "No column has few enough values, each with enough rows, to compare."
	}
	if len(r.Causes) == 0 {
		return "No value of any column is worse than the rest beyond chance."
	}
	c := r.Causes[0]
	return c.Column + " = " + quoted(c.Value) + " carries most: " + risk.Percent(c.Rate) + " of its " + number(c.Rows) +
		" rows are bad, against " + risk.Percent(c.Rest) + " of the others."
}

func quoted(s string) string {
	if s == "" {
		return "(empty)"
	}
	return "“" + s + "”"
}

// wilson is Wilson's score interval for y in n, at z standard deviations.
func wilson(y, n, z float64) (low, high float64) {
	p, zz := y/n, z*z/n
	middle := (p + zz/2) / (1 + zz)
	half := z / (1 + zz) * math.Sqrt(p*(1-p)/n+zz/(4*n))
	return max(middle-half, 0), min(middle+half, 1)
}

// sidak is the two-sided width at which all of m independent 95 % intervals hold together.
func sidak(m int) float64 {
	alpha := -math.Expm1(math.Log(0.95) / float64(max(m, 1)))
	return math.Sqrt2 * math.Erfinv(2*(1-alpha/2)-1)
}
