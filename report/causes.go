package report

import (
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

const (
	mostValues  = 50  // a column with more distinct values is not a grouping
	mostColumns = 256 // columns that are examined
)

// outcome is an observation about a row that is certain to bounce. Assumptions and forecasts are not outcomes: only
// observations count against a column.
type outcome uint8

const (
	fine          outcome = iota // nothing bad was observed
	badSyntax                    // not a valid address
	deadDomain                   // the domain is dead
	pastBounce                   // an earlier send bounced
	refusedByHost                // the mail server refused the mailbox
	numOutcomes
)

// outcomeOf are the outcomes of what a run settles; everything else is fine.
var outcomeOf = map[validate.Reason]outcome{
	validate.BadSyntax:      badSyntax,
	validate.NoDomain:       deadDomain,
	validate.PastBounce:     pastBounce,
	validate.MailboxUnknown: refusedByHost,
}

// outcomes counts rows by outcome.
type outcomes [numOutcomes]int64

func outcomesOf(counts []batch.SettledCount) (out outcomes) {
	for _, c := range counts {
		out[outcomeOf[c.Settled]] += c.Rows
	}
	return out
}

func (o *outcomes) rows() (n int64) {
	for _, x := range o {
		n += x
	}
	return n
}

func (o *outcomes) bad() int64 { return o.rows() - o[fine] }

// together tells how bad rows are spread over domains.
type together batch.Clusters

// effect is how many rows one observation is made of, of so many bad rows in all.
func (c together) effect(bad float64) float64 {
	if c.Rows == 0 || c.Sum == 0 || bad == 0 {
		return 1
	}
	rows := min(float64(c.Rows), bad)
	return max((bad-rows+rows*c.Squared/c.Sum)/bad, 1)
}

func (c together) minus(o together) together {
	return together{max(c.Rows-o.Rows, 0), max(c.Sum-o.Sum, 0), max(c.Squared-o.Squared, 0)}
}

func (c together) plus(o together) together {
	return together{c.Rows + o.Rows, c.Sum + o.Sum, c.Squared + o.Squared}
}

// causeFinder holds outcomes by the values of columns.
type causeFinder struct {
	all     outcomes
	columns []groupedRows
}

// groupedRows are the rows of one column by value.
type groupedRows struct {
	name   string
	values []groupedValue
}

type groupedValue struct {
	text     string
	outcomes outcomes
	together together // of its bad rows; zero: each row is one observation
}

// findCauses compares the rows of each value with the other rows of the same column; all holds what was settled about
// all rows. A value needs at least twenty rows. It is reported only if Fisher's exact test finds it worse than the
// rest, both by rows and by effective observations (rows of one company share their fate). The significance level is
// corrected after Šidák for the number of values tried, and the Wilson intervals are widened accordingly. Columns with
// more than fifty values, and columns beyond the first 256, are skipped.
func findCauses(all []batch.SettledCount, columns []batch.Column) CauseReport {
	c := causeFinder{all: outcomesOf(all)}
	for _, column := range columns[:min(len(columns), mostColumns)] {
		if len(column.Values) > mostValues {
			continue
		}
		g := groupedRows{name: column.Name}
		for _, v := range column.Values {
			g.values = append(g.values, groupedValue{v.Text, outcomesOf(v.Settled), together(v.Bad)})
		}
		c.columns = append(c.columns, g)
	}
	return c.report()
}
