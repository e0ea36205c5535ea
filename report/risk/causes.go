package risk

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	mostValues   = 50  // a column with more different values is no grouping
	leastRows    = 200 // a value with fewer rows says too little
	longestValue = 64  // bytes of a value that are told apart
	mostColumns  = 256 // columns that are looked at
)

// Outcome is what was observed about a row that is sure to bounce. Assumptions and forecasts are no outcomes: a
// column is blamed for what was seen only.
type Outcome uint8

const (
	Fine           Outcome = iota // nothing bad observed
	SyntaxOutcome                 // can't be an address
	DomainOutcome                 // the domain is dead
	BounceOutcome                 // an earlier send bounced
	RefusalOutcome                // the mail host refused the mailbox
	numOutcomes
)

// OutcomeOf is what was observed about a row.
func OutcomeOf(r Row) Outcome {
	switch {
	case r.State == BadSyntax:
		return SyntaxOutcome
	case r.State == DeadDomain:
		return DomainOutcome
	case r.State == PastBounce:
		return BounceOutcome
	case r.State == Sound && !r.Blind && groupOf[r.Answer.Reply%numReplies] == dead:
		return RefusalOutcome
	}
	return Fine
}

// Outcomes counts rows by outcome.
type Outcomes [numOutcomes]int64

func (o *Outcomes) rows() (n int64) {
	for _, x := range o {
		n += x
	}
	return n
}

func (o *Outcomes) bad() int64 { return o.rows() - o[Fine] }

// column counts outcomes by value; nil once it has too many values.
type column map[string]*Outcomes

// Causes counts observed outcomes by the values of each column of the user's list. Its size is bounded: a column with
// more than fifty values is dropped. Like a Tally it is for one goroutine, and the result depends neither on the
// order of rows nor on how they were shared out.
type Causes struct {
	names   []string
	columns []column
	all     Outcomes
}

// NewCauses counts for the named columns, the first 256 of them.
func NewCauses(names []string) *Causes {
	names = slices.Clone(names[:min(len(names), mostColumns)])
	c := &Causes{names: names, columns: make([]column, len(names))}
	for i := range c.columns {
		c.columns[i] = column{}
	}
	return c
}

// Grouped counts the rows of each value of one column.
type Grouped struct {
	Name   string
	Values map[string]Outcomes
}

// CausesOf makes Causes of rows that were counted elsewhere: all of them, and by the values of each column.
func CausesOf(all Outcomes, columns []Grouped) *Causes {
	columns = columns[:min(len(columns), mostColumns)]
	c := &Causes{all: all, names: make([]string, len(columns)), columns: make([]column, len(columns))}
	for i, from := range columns {
		c.names[i] = from.Name
		if len(from.Values) > mostValues {
			continue
		}
		c.columns[i] = column{}
		for value, counts := range from.Values {
			c.columns[i][value] = &counts
		}
	}
	return c
}

// Add counts one row: a value for each column, in order. Missing ones count as empty, those too many are ignored.
// Values are told apart by their first 64 bytes, without spaces around them; they are not kept otherwise.
func (c *Causes) Add(values [][]byte, o Outcome) {
	o %= numOutcomes
	c.all[o]++
	for i, column := range c.columns {
		if column == nil {
			continue
		}
		var value []byte
		if i < len(values) {
			value = short(values[i])
		}
		if counts := column[string(value)]; counts != nil {
			counts[o]++
			continue
		}
		c.admit(i, strings.ToValidUTF8(string(value), "\uFFFD"))[o]++
	}
}

// short trims a value and cuts it at a letter.
func short(b []byte) []byte {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	if len(b) <= longestValue {
		return b
	}
	end := longestValue
	for end > longestValue-utf8.UTFMax && !utf8.RuneStart(b[end]) {
		end--
	}
	return b[:end]
}

// admit makes room for a value, or drops the column if it has too many.
func (c *Causes) admit(i int, value string) *Outcomes {
	if have := c.columns[i][value]; have != nil {
		return have
	}
	if len(c.columns[i]) >= mostValues {
		c.columns[i] = nil
		return &Outcomes{}
	}
	fresh := &Outcomes{}
	c.columns[i][value] = fresh
	return fresh
}

// Merge adds the counts of o, which must be of the same columns.
func (c *Causes) Merge(o *Causes) {
	for k, n := range o.all {
		c.all[k] += n
	}
	for i, from := range o.columns[:min(len(o.columns), len(c.columns))] {
		if from == nil {
			c.columns[i] = nil
		}
		for value, counts := range from {
			if c.columns[i] == nil {
				break
			}
			to := c.admit(i, value)
			for k, n := range counts {
				to[k] += n
			}
		}
	}
}

// CauseReport says which values of which columns carry more than their share of the bounces that were observed.
type CauseReport struct {
	Rows     int64   `json:"rows"`
	Observed int64   `json:"observed"` // rows with a bad outcome
	Tried    int     `json:"tried"`    // values compared, for which the intervals are widened
	Causes   []Cause `json:"causes"`   // worst first
	Says     string  `json:"says"`     // in a sentence
}

// Cause is one value of one column that is worse than the rest of its column beyond chance.
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

// Report compares each value of at least two hundred rows with the other rows of its column. Intervals are Wilson's,
// widened after Šidák for the number of values tried; a value is named only if Newcombe's interval for the difference
// to the rest lies above zero.
func (c *Causes) Report() CauseReport {
	out := CauseReport{Rows: c.all.rows(), Observed: c.all.bad(), Causes: []Cause{}}
	if out.Observed == 0 {
		out.Says = "Nothing was observed that would bounce, so no column can be blamed."
		return out
	}
	out.Tried = c.tried()
	z := sidak(out.Tried)
	for i, column := range c.columns {
		for value, counts := range column {
			if !c.comparable(counts) {
				continue
			}
			if cause, worse := c.compare(counts, z); worse {
				cause.Column, cause.Value = c.names[i], value
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

// comparable says whether a value has rows enough, and others to be compared with.
func (c *Causes) comparable(o *Outcomes) bool {
	return o.rows() >= leastRows && c.all.rows()-o.rows() >= leastRows
}

func (c *Causes) tried() (n int) {
	for _, column := range c.columns {
		for _, counts := range column {
			if c.comparable(counts) {
				n++
			}
		}
	}
	return n
}

func (c *Causes) compare(o *Outcomes, z float64) (Cause, bool) {
	n, bad := float64(o.rows()), float64(o.bad())
	restN, restBad := float64(c.all.rows())-n, float64(c.all.bad())-bad
	p, rest := bad/n, restBad/restN
	low, high := wilson(bad, n, z)
	_, restHigh := wilson(restBad, restN, z)
	cause := Cause{
		Rows: o.rows(), Bad: o.bad(), Rate: p, Interval: [2]float64{low, high}, Rest: rest, Excess: bad - n*rest,
		Syntax: o[SyntaxOutcome], Domain: o[DomainOutcome], Bounce: o[BounceOutcome], Refused: o[RefusalOutcome],
	}
	return cause, p-rest > math.Hypot(p-low, restHigh-rest)
}

func (r *CauseReport) sentence() string {
	if r.Tried == 0 {
		return "No column has few enough values with rows enough to be compared."
	}
	if len(r.Causes) == 0 {
		return "No value of any column is worse than the rest beyond chance."
	}
	c := r.Causes[0]
	return c.Column + " = " + quoted(c.Value) + " carries most: " + Percent(c.Rate) + " of its " + thousands(c.Rows) +
		" rows are bad, against " + Percent(c.Rest) + " of the others."
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
	return normalQuantile(1 - alpha/2)
}
