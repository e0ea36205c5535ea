package probe

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate/known"
)

// Rule is how one operator is asked. Its fields are the columns of rules.csv, whose head explains them.
type Rule struct {
	Operator    string
	Ask         bool
	Connections int
	Transaction int
	Session     int
	Refusals    int
	Mix         bool
	First       int
	Minute      int
	Hour        int
	Day         int
	Why         string

	general bool // the row *, for an operator without one of its own
}

// Rules is the table of operators. Its zero value is nobody's; see [DefaultRules] and [ReadRules].
type Rules struct {
	rest   Rule
	byName map[string][]string // rows as they stand: what they leave empty is the row *'s, whenever that came
}

//go:embed rules.csv
var ruleTable string

// RuleTable is the text of the program's table, its head included.
func RuleTable() string { return ruleTable }

// DefaultRules is the table that the program carries.
func DefaultRules() *Rules {
	r := &Rules{byName: make(map[string][]string)}
	if err := r.read(strings.NewReader(ruleTable)); err != nil {
		panic(err) // a test reads it
	}
	return r
}

// ReadRules takes a user's table over the program's: a row replaces the operator's, an empty field is as in the row *.
func ReadRules(table io.Reader) (*Rules, error) {
	r := DefaultRules()
	return r, r.read(table)
}

// Of is the rule for an operator. One that nobody should ask by the table of operators is not asked, unless a row
// says so.
func (r *Rules) Of(operator string) Rule {
	if row, ok := r.byName[operator]; ok {
		rule, _ := r.rule(row) // it was read once
		return rule
	}
	rule := r.rest
	rule.Operator, rule.general = operator, true
	if o, ok := known.OperatorNamed(operator); ok && o.Probe == "no" {
		rule.Ask, rule.Why = false, "the table of operators calls asking there useless or unwelcome"
	}
	return rule
}

// maxRules is how much of a table is read.
const maxRules = 1 << 20

var ruleColumns = []string{"operator", "ask", "connections", "transaction", "session", "refusals", "mix", "first",
	"minute", "hour", "day", "why"}

func (r *Rules) read(table io.Reader) error {
	c := csv.NewReader(io.LimitReader(table, maxRules))
	c.Comment, c.FieldsPerRecord, c.TrimLeadingSpace = '#', len(ruleColumns), true
	rows, err := c.ReadAll()
	if err != nil {
		return err
	}
	for i, row := range rows {
		if i == 0 && row[0] == ruleColumns[0] {
			continue
		}
		if err := r.add(row); err != nil {
			return fmt.Errorf("row for %q: %w", row[0], err)
		}
	}
	return nil
}

func (r *Rules) add(row []string) error {
	rule, err := r.rule(row)
	switch {
	case err != nil:
		return err
	case rule.Operator == "*":
		r.rest = rule
	default:
		r.byName[rule.Operator] = row
	}
	return nil
}

// rule reads a row: an empty field is as in the row *.
func (r *Rules) rule(row []string) (rule Rule, err error) {
	rule = r.rest
	rule.Operator, rule.Why = row[0], row[11]
	for i, b := range map[int]*bool{1: &rule.Ask, 6: &rule.Mix} {
		if err = yesNo(row[i], b); err != nil {
			return rule, fmt.Errorf("%s: %w", ruleColumns[i], err)
		}
	}
	for i, n := range map[int]*int{2: &rule.Connections, 3: &rule.Transaction, 4: &rule.Session, 5: &rule.Refusals,
		7: &rule.First, 8: &rule.Minute, 9: &rule.Hour, 10: &rule.Day} {
		if err = positive(row[i], n); err != nil {
			return rule, fmt.Errorf("%s: %w", ruleColumns[i], err)
		}
	}
	return rule, nil
}

// Named lists the operators that have a row of their own, sorted.
func (r *Rules) Named() []string { return slices.Sorted(maps.Keys(r.byName)) }

func yesNo(word string, b *bool) error {
	switch word {
	case "":
	case "yes", "no":
		*b = word == "yes"
	default:
		return fmt.Errorf("%q is neither yes nor no", word)
	}
	return nil
}

func positive(word string, n *int) error {
	if word == "" {
		return nil
	}
	v, err := strconv.Atoi(word)
	if err != nil || v < 1 {
		return fmt.Errorf("invalid number %q: want a whole number from 1", word)
	}
	*n = v
	return nil
}
