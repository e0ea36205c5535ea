package risk

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestCauses(t *testing.T) {
	names := []string{"source", "id", "country", "year"}
	fill := func(c *Causes, from, to int) {
		for i := from; i < to; i++ {
			source, bad := "form", i%100 == 0
			if i%5 == 0 {
				source, bad = " Messe 2021 ", i%10 == 0
			}
			o := Fine
			if bad {
				o = DomainOutcome
			}
			c.Add([][]byte{[]byte(source), []byte(time.Duration(i).String()), []byte([]string{"de", "at", "ch"}[i%3])}, o)
		}
	}
	whole := NewCauses(names)
	fill(whole, 0, 6000)
	r := whole.Report()
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
	a, b := NewCauses(names), NewCauses(names)
	fill(a, 0, 20)
	fill(b, 20, 6000)
	a.Merge(b)
	x, _ := json.Marshal(r)
	if y, _ := json.Marshal(a.Report()); string(x) != string(y) {
		t.Errorf("merged: %s, whole: %s", y, x)
	}
	fill(b, 0, 20)
	if y, _ := json.Marshal(b.Report()); string(x) != string(y) {
		t.Errorf("in another order: %s, whole: %s", y, x)
	}
}

func TestCausesThatCantBeNamed(t *testing.T) {
	add := func(c *Causes, n int, value string, o Outcome) {
		for range n {
			c.Add([][]byte{[]byte(value)}, o)
		}
	}
	for _, c := range []struct {
		name string
		fill func(*Causes)
		says string
	}{
		{"nothing observed", func(c *Causes) { add(c, 1000, "a", Fine) }, "Nothing was observed that would bounce, so no column can be blamed."},
		{"too few rows", func(c *Causes) { add(c, 199, "a", SyntaxOutcome); add(c, 9000, "b", Fine) }, "No column has few enough values with rows enough to be compared."},
		{"nothing to compare with", func(c *Causes) { add(c, 900, "a", SyntaxOutcome) }, "No column has few enough values with rows enough to be compared."},
		{"within chance", func(c *Causes) {
			add(c, 500, "a", Fine)
			add(c, 500, "b", Fine)
			add(c, 4, "a", SyntaxOutcome)
			add(c, 2, "b", SyntaxOutcome)
		}, "No value of any column is worse than the rest beyond chance."},
	} {
		causes := NewCauses([]string{"x"})
		c.fill(causes)
		if r := causes.Report(); r.Says != c.says || len(r.Causes) != 0 {
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
		c := NewCauses([]string{"a", "b", "c"})
		values := make([][]byte, 3)
		for range 3000 {
			for i := range values {
				values[i] = []byte{byte('a' + rng.IntN(6))}
			}
			o := Fine
			if rng.IntN(30) == 0 {
				o = BounceOutcome
			}
			c.Add(values, o)
		}
		blamed += bool2int(len(c.Report().Causes) > 0)
	}
	if blamed > lists/20+5 {
		t.Errorf("blamed by chance in %d of %d lists", blamed, lists)
	}
}

func TestOutcomeOf(t *testing.T) {
	for _, c := range []struct {
		row  Row
		want Outcome
	}{
		{Row{}, Fine}, {Row{State: BadSyntax}, SyntaxOutcome}, {Row{State: DeadDomain}, DomainOutcome}, {Row{State: PastBounce}, BounceOutcome},
		{Row{Answer: Answer{Reply: Disabled}}, RefusalOutcome}, {Row{Answer: Answer{Reply: Policy}}, Fine},
		{Row{Blind: true, Answer: Answer{Reply: Dead}}, Fine}, {Row{State: DNSFailed}, Fine},
	} {
		if got := OutcomeOf(c.row); got != c.want {
			t.Errorf("%+v: %d, want %d", c.row, got, c.want)
		}
	}
}

func TestLongValuesAreCutAtALetter(t *testing.T) {
	for _, s := range []string{strings.Repeat("a", 100), strings.Repeat("é", 50), strings.Repeat("漢", 40), "x" + strings.Repeat("😀", 20)} {
		got := string(short([]byte("  " + s + "\t")))
		if len(got) > longestValue || len(got) < longestValue-3 || !strings.HasPrefix(s, got) || strings.ToValidUTF8(got, "?") != got {
			t.Errorf("%q", got)
		}
	}
}
