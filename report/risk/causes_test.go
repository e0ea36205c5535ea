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
		c.columns = append(c.columns, Grouped{Name: name, Values: map[string]Outcomes{}})
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
	if c.Column != "source" || c.Value != "Messe 2021" || c.Rows != 1200 || c.Bad != 600 || c.Domain != 600 ||
		c.Rest != 0 {
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
		{"nothing observed", func(c *sorter) { add(c, 1000, "a", Fine) },
			"No bad rows were observed, so no column can be blamed."},
		{"too few rows", func(c *sorter) { add(c, 19, "a", SyntaxOutcome); add(c, 9000, "b", Fine) },
			"No column has few enough values, each with enough rows, to compare."},
		{"nothing to compare with", func(c *sorter) { add(c, 900, "a", SyntaxOutcome) },
			"No column has few enough values, each with enough rows, to compare."},
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

// company adds the rows of a company, all of which have one fate.
func (c *sorter) company(rows int, gone bool, value string) {
	o := Fine
	if gone {
		o = DomainOutcome
	}
	for range rows {
		c.add(o, value)
	}
	if gone {
		of := &c.columns[0]
		if of.Clusters == nil {
			of.Clusters = map[string]Clusters{}
		}
		of.Clusters[value] = of.Clusters[value].plus(Clusters{float64(rows), float64(rows), float64(rows * rows)})
	}
}

// TestSimCauses: with one owner for each company, and companies that close at random, hardly an owner is
// blamed; a cause that is there is found.
func TestSimCauses(t *testing.T) {
	n := max(*worlds, 40)
	blamed, third, tenfold := make([]bool, n), make([]bool, n), make([]bool, n)
	each(n, func(i int) {
		rng := rand.New(rand.NewPCG(uint64(i), 6))
		owners := 3 + rng.IntN(20)
		null := sorting("owner")
		for range 800 {
			size := min(1+int(2/(rng.Float64()+0.02)), 60)
			null.company(size, rng.Float64() < 0.04, string(rune('a'+rng.IntN(owners))))
		}
		blamed[i] = len(null.report().Causes) > 0
		three, ten := sorting("source"), sorting("source")
		for j := range 4000 {
			value, rate := string(rune('b'+rng.IntN(5))), 0.02
			if j < 400 {
				value, rate = "a", 0.06
			}
			three.company(1, rng.Float64() < rate, value)
			if value, rate = string(rune('b'+rng.IntN(5))), 0.02; j < 150 {
				value, rate = "a", 0.2
			}
			ten.company(1, rng.Float64() < rate, value)
		}
		named := func(c *sorter) bool { r := c.report(); return len(r.Causes) > 0 && r.Causes[0].Value == "a" }
		third[i], tenfold[i] = named(three), named(ten)
	})
	count := func(all []bool) (w wrongs) {
		for _, x := range all {
			w.count(x)
		}
		return w
	}
	b, x3, x10 := count(blamed), count(third), count(tenfold)
	t.Logf("blamed for nothing: %s; three times the rate found: %s; ten times: %s", b, x3, x10)
	b.check(t, "blamed for nothing", 0.05)
	if 30*x3.wrong < 14*x3.lists || 30*x10.wrong < 28*x10.lists {
		t.Errorf("found three times the rate %s, ten times %s", x3, x10)
	}
}
