package risk

const (
	mostValues  = 50  // a column with more different values is no grouping
	mostColumns = 256 // columns that are looked at
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

// Outcomes counts rows by outcome.
type Outcomes [numOutcomes]int64

func (o *Outcomes) rows() (n int64) {
	for _, x := range o {
		n += x
	}
	return n
}

func (o *Outcomes) bad() int64 { return o.rows() - o[Fine] }

// Grouped counts the rows of each value of one column.
type Grouped struct {
	Name     string
	Values   map[string]Outcomes
	Clusters map[string]Clusters // of each value's bad rows; nil: each row is one observation
}

// Clusters says how bad rows share domains. Those of one company share their fate.
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

// Causes compares each value of at least twenty rows with the other rows of its column, where all are the outcomes of all rows. A value
// is named only if Fisher's exact test says that it is worse than the rest, by rows and by what they count for where companies share
// their fate, at a level corrected after Šidák for the number of values tried. Intervals are Wilson's, widened likewise. Columns with
// more than fifty values, and those beyond 256, are left out.
func Causes(all Outcomes, columns []Grouped) CauseReport {
	c := causes{all: all}
	for _, column := range columns[:min(len(columns), mostColumns)] {
		if len(column.Values) <= mostValues {
			c.columns = append(c.columns, column)
		}
	}
	return c.report()
}
