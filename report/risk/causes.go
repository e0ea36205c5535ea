package risk

const (
	mostValues  = 50  // a column with more distinct values is not a grouping
	mostColumns = 256 // columns that are examined
)

// Outcome is an observation about a row that is certain to bounce. Assumptions and forecasts are not outcomes: only
// observations count against a column.
type Outcome uint8

const (
	Fine           Outcome = iota // nothing bad was observed
	SyntaxOutcome                 // not a valid address
	DomainOutcome                 // the domain is dead
	BounceOutcome                 // an earlier send bounced
	RefusalOutcome                // the mail server refused the mailbox
	numOutcomes
)

// Outcomes counts rows by outcome.
type Outcomes [numOutcomes]int64

func (o *Outcomes) rows() (n int64) {
	for _, x := range o {
		n += x
	}
	return n
}

func (o *Outcomes) bad() int64 { return o.rows() - o[Fine] }

// Grouped counts the rows of one column by value.
type Grouped struct {
	Name     string
	Values   map[string]Outcomes
	Clusters map[string]Clusters // of each value's bad rows; nil: each row is one observation
}

// Clusters describes how bad rows are spread over domains. Rows at one company share their fate.
type Clusters struct {
	Rows         float64 // bad rows at companies
	Sum, Squared float64 // of their numbers by domain, of all domains or of a sample
}

// effect is how many rows one observation is made of, of so many bad rows in all.
func (c Clusters) effect(bad float64) float64 {
	if c.Rows == 0 || c.Sum == 0 || bad == 0 {
		return 1
	}
	together := min(c.Rows, bad)
	return max((bad-together+together*c.Squared/c.Sum)/bad, 1)
}

func (c Clusters) minus(o Clusters) Clusters {
	return Clusters{max(c.Rows-o.Rows, 0), max(c.Sum-o.Sum, 0), max(c.Squared-o.Squared, 0)}
}

func (c Clusters) plus(o Clusters) Clusters {
	return Clusters{c.Rows + o.Rows, c.Sum + o.Sum, c.Squared + o.Squared}
}

// causes are outcomes by the values of columns.
type causes struct {
	all     Outcomes
	columns []Grouped
}

// Causes compares the rows of each value with the other rows of the same column; all holds the outcomes of all rows. A
// value needs at least twenty rows. It is reported only if Fisher's exact test finds it worse than the rest, both by
// rows and by effective observations (rows of one company share their fate). The significance level is corrected after
// Šidák for the number of values tried, and the Wilson intervals are widened accordingly. Columns with more than fifty
// values, and columns beyond the first 256, are skipped.
func Causes(all Outcomes, columns []Grouped) CauseReport {
	c := causes{all: all}
	for _, column := range columns[:min(len(columns), mostColumns)] {
		if len(column.Values) <= mostValues {
			c.columns = append(c.columns, column)
		}
	}
	return c.report()
}
