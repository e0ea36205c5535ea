package report

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// observed is a list's rows by the values of its columns.
type observed struct {
	all     []batch.SettledCount
	columns []batch.Column
}

func observing(names ...string) *observed {
	o := &observed{}
	for _, name := range names {
		o.columns = append(o.columns, batch.Column{Name: name})
	}
	return o
}

// add counts rows about which the reason is settled.
func (o *observed) add(settled validate.Reason, rows int64, values ...string) {
	o.all = append(o.all, batch.SettledCount{Settled: settled, Rows: rows})
	for i, value := range values {
		v := o.value(i, value)
		v.Settled = append(v.Settled, batch.SettledCount{Settled: settled, Rows: rows})
	}
}

func (o *observed) value(column int, text string) *batch.Value {
	c := &o.columns[column]
	i := slices.IndexFunc(c.Values, func(v batch.Value) bool { return v.Text == text })
	if i < 0 {
		i = len(c.Values)
		c.Values = append(c.Values, batch.Value{Text: text})
	}
	return &c.Values[i]
}

func (o *observed) causes() CauseReport { return findCauses(o.all, o.columns) }

func TestCauses(t *testing.T) {
	names := []string{"source", "id", "country", "year"}
	fill := func(c *observed, from, to int) {
		for i := from; i < to; i++ {
			source, bad := "form", i%100 == 0
			if i%5 == 0 {
				source, bad = "Messe 2021", i%10 == 0
			}
			o := validate.NotProbed
			if bad {
				o = validate.NoDomain
			}
			c.add(o, 1, source, time.Duration(i).String(), []string{"de", "at", "ch"}[i%3], "")
		}
	}
	whole := observing(names...)
	fill(whole, 0, 6000)
	r := whole.causes()
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
	again := observing(names...)
	fill(again, 20, 6000)
	fill(again, 0, 20)
	x, _ := json.Marshal(r)
	if y, _ := json.Marshal(again.causes()); string(x) != string(y) {
		t.Errorf("in another order: %s, whole: %s", y, x)
	}
}

func TestCausesThatCantBeNamed(t *testing.T) {
	add := func(c *observed, n int, value string, o validate.Reason) {
		c.add(o, int64(n), value)
	}
	for _, c := range []struct {
		name string
		fill func(*observed)
		says string
	}{
		{"nothing observed", func(c *observed) { add(c, 1000, "a", validate.NotProbed) },
			"No bad rows were observed, so no column can be blamed."},
		{"too few rows", func(c *observed) { add(c, 19, "a", validate.BadSyntax); add(c, 9000, "b", validate.NotProbed) },
			"No column has few enough values, each with enough rows, to compare."},
		{"nothing to compare with", func(c *observed) { add(c, 900, "a", validate.BadSyntax) },
			"No column has few enough values, each with enough rows, to compare."},
		{"within chance", func(c *observed) {
			add(c, 500, "a", validate.NotProbed)
			add(c, 500, "b", validate.NotProbed)
			add(c, 4, "a", validate.BadSyntax)
			add(c, 2, "b", validate.BadSyntax)
		}, "No value of any column is worse than the rest beyond chance."},
	} {
		causes := observing("x")
		c.fill(causes)
		if r := causes.causes(); r.Says != c.says || len(r.Causes) != 0 {
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
		c := observing("a", "b", "c")
		values := make([]string, 3)
		for range 3000 {
			for i := range values {
				values[i] = string(rune('a' + rng.IntN(6)))
			}
			o := validate.NotProbed
			if rng.IntN(30) == 0 {
				o = validate.PastBounce
			}
			c.add(o, 1, values...)
		}
		blamed += min(len(c.causes().Causes), 1)
	}
	if blamed > lists/20+5 {
		t.Errorf("blamed by chance in %d of %d lists", blamed, lists)
	}
}

// company adds the rows of a company, all of which have one fate.
func (c *observed) company(rows int, gone bool, value string) {
	o := validate.NotProbed
	if gone {
		o = validate.NoDomain
	}
	c.add(o, int64(rows), value)
	if gone {
		bad := &c.value(0, value).Bad
		bad.Rows, bad.Sum, bad.Squared = bad.Rows+int64(rows), bad.Sum+float64(rows), bad.Squared+float64(rows*rows)
	}
}

// TestCausesOfSimulatedLists: with one owner for each company, and companies that close at random, hardly an owner is
// blamed; a cause that is there is found.
func TestCausesOfSimulatedLists(t *testing.T) {
	const lists = 40
	blamed, third, tenfold := 0, 0, 0
	for i := range lists {
		rng := rand.New(rand.NewPCG(uint64(i), 6))
		owners := 3 + rng.IntN(20)
		null := observing("owner")
		for range 800 {
			size := min(1+int(2/(rng.Float64()+0.02)), 60)
			null.company(size, rng.Float64() < 0.04, string(rune('a'+rng.IntN(owners))))
		}
		three, ten := observing("source"), observing("source")
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
		if len(null.causes().Causes) > 0 {
			blamed++
		}
		if r := three.causes(); len(r.Causes) > 0 && r.Causes[0].Value == "a" {
			third++
		}
		if r := ten.causes(); len(r.Causes) > 0 && r.Causes[0].Value == "a" {
			tenfold++
		}
	}
	t.Logf("of %d lists, blamed for nothing: %d; three times the rate found: %d; ten times: %d", lists, blamed, third,
		tenfold)
	if blamed > lists/20+4 || 30*third < 14*lists || 30*tenfold < 28*lists {
		t.Error("blamed for nothing too often, or found too seldom")
	}
}
