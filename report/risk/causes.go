package risk

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	mostValues   = 50  // a column with more different values is no grouping
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
