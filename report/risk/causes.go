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
	Name   string
	Values map[string]Outcomes
}

// causes are outcomes by the values of columns.
type causes struct {
	all     Outcomes
	columns []Grouped
}

// Causes compares each value of at least two hundred rows with the other rows of its column, where all are the outcomes of all rows.
// Intervals are Wilson's, widened after Šidák for the number of values tried; a value is named only if Newcombe's interval for the
// difference to the rest lies above zero. Columns with more than fifty values, and those beyond 256, are left out.
func Causes(all Outcomes, columns []Grouped) CauseReport {
	c := causes{all: all}
	for _, column := range columns[:min(len(columns), mostColumns)] {
		if len(column.Values) <= mostValues {
			c.columns = append(c.columns, column)
		}
	}
	return c.report()
}
