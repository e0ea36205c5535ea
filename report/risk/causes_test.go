package risk

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// sorter is a list's rows by the values of its columns.
type sorter struct {
	all     Outcomes
	columns []Grouped
}

func sorting(names ...string) *sorter {
	c := &sorter{}
	for _, name := range names {
		c.columns = append(c.columns, Grouped{name, map[string]Outcomes{}})
	}
	return c
}

// add counts a row.
func (c *sorter) add(o Outcome, values ...string) {
	c.all[o]++
	for i, value := range values {
		n := c.columns[i].Values[value]
		n[o]++
		c.columns[i].Values[value] = n
	}
}

func (c *sorter) report() CauseReport { return Causes(c.all, c.columns) }

func TestCauses(t *testing.T) {
	names := []string{"source", "id", "country", "year"}
	fill := func(c *sorter, from, to int) {
		for i := from; i < to; i++ {
			source, bad := "form", i%100 == 0
			if i%5 == 0 {
				source, bad = "Messe 2021", i%10 == 0
			}
			o := Fine
			if bad {
				o = DomainOutcome
			}
			c.add(o, source, time.Duration(i).String(), []string{"de", "at", "ch"}[i%3], "")
		}
	}
	whole := sorting(names...)
	fill(whole, 0, 6000)
	r := whole.report()
	if r.Observed != 600 || r.Tried != 5 || len(r.Causes) != 1 {
		t.Fatalf("%+v", r)
	}
	c := r.Causes[0]
	if c.Column != "source" || c.Value != "Messe 2021" || c.Rows != 1200 || c.Bad != 600 || c.Domain != 600 || c.Rest != 0 {
		t.Errorf("%+v", c)
	}
	if c.Interval[0] >= 0.5 || c.Interval[1] <= 0.5 || c.Excess != 600 {
		t.Errorf("%+v", c)
	}
	if !strings.HasPrefix(r.Says, "source = “Messe 2021” carries most: 50% of its 1,200 rows") {
		t.Error(r.Says)
	}
	again := sorting(names...)
	fill(again, 20, 6000)
	fill(again, 0, 20)
	x, _ := json.Marshal(r)
	if y, _ := json.Marshal(again.report()); string(x) != string(y) {
		t.Errorf("in another order: %s, whole: %s", y, x)
	}
}

func TestCausesThatCantBeNamed(t *testing.T) {
	add := func(c *sorter, n int, value string, o Outcome) {
		for range n {
			c.add(o, value)
		}
	}
	for _, c := range []struct {
		name string
		fill func(*sorter)
		says string
	}{
		{"nothing observed", func(c *sorter) { add(c, 1000, "a", Fine) }, "Nothing was observed that would bounce, so no column can be blamed."},
		{"too few rows", func(c *sorter) { add(c, 199, "a", SyntaxOutcome); add(c, 9000, "b", Fine) }, "No column has few enough values with rows enough to be compared."},
		{"nothing to compare with", func(c *sorter) { add(c, 900, "a", SyntaxOutcome) }, "No column has few enough values with rows enough to be compared."},
		{"within chance", func(c *sorter) {
			add(c, 500, "a", Fine)
			add(c, 500, "b", Fine)
			add(c, 4, "a", SyntaxOutcome)
			add(c, 2, "b", SyntaxOutcome)
		}, "No value of any column is worse than the rest beyond chance."},
	} {
		causes := sorting("x")
		c.fill(causes)
		if r := causes.report(); r.Says != c.says || len(r.Causes) != 0 {
			t.Errorf("%s: %s", c.name, r.Says)
		}
	}
}

// With nothing behind the columns, the share of lists in which any column is blamed stays under five in a hundred.
func TestChanceIsSeldomBlamed(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	blamed := 0
	const lists = 100
	for range lists {
		c := sorting("a", "b", "c")
		values := make([]string, 3)
		for range 3000 {
			for i := range values {
				values[i] = string(rune('a' + rng.IntN(6)))
			}
			o := Fine
			if rng.IntN(30) == 0 {
				o = BounceOutcome
			}
			c.add(o, values...)
		}
		blamed += bool2int(len(c.report().Causes) > 0)
	}
	if blamed > lists/20+5 {
		t.Errorf("blamed by chance in %d of %d lists", blamed, lists)
	}
}
