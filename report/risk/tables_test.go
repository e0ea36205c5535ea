package risk

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEveryParameterSaysWhereItComesFrom(t *testing.T) {
	names := map[string]bool{}
	for i, p := range Defaults().Table() {
		lo, hi := param(i).limits()
		if p.Name == "" || p.Source == "" || p.SD <= 0 || p.Value < lo || p.Value > hi {
			t.Errorf("row %d: %+v, limits %g and %g", i, p, lo, hi)
		}
		if !slices.Contains([]Kind{Documented, Reported, Assumed}, p.Kind) {
			t.Errorf("%s: kind %q", p.Name, p.Kind)
		}
		if names[p.Name] {
			t.Errorf("two rows are called %s", p.Name)
		}
		names[p.Name] = true
	}
}

func TestParametersAreReplacedByName(t *testing.T) {
	p, err := Defaults().With(Param{Name: "b.form", Value: 0.03, SD: 0.001, Kind: Learned, Source: "7 campaigns"})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.rows[badness+param(Form)]; got.Value != 0.03 || got.Kind != Learned {
		t.Errorf("%+v", got)
	}
	if Defaults().rows[badness+param(Form)].Value == 0.03 {
		t.Error("the defaults changed")
	}
	for _, bad := range []Param{{Name: "b.shape"}, {Name: "b.form", Value: 1.1}, {Name: "b.form", Value: 0.1, SD: -1}, {Name: "probe.sensitivity", Value: 0.2}} {
		if _, err := Defaults().With(bad); err == nil {
			t.Errorf("%+v: accepted", bad)
		}
	}
}

func TestAssumptionsAreTold(t *testing.T) {
	tally := NewTally(sendDay)
	tally.AddN(Row{Provider: Gmail, Source: Form, Created: sendDay.AddDate(-1, 0, 0)}, 5000)
	tally.AddN(Row{State: DNSFailed}, 100)
	f := predict(t, tally, Options{})
	effects := map[string]float64{}
	for _, a := range f.Assumptions {
		effects[a.Name] = a.Effect
	}
	for _, name := range []string{"lambda.gmail", "b.form", "tau.list", "p.dns_failed"} {
		if effects[name] <= 0 {
			t.Errorf("%s: effect %v", name, effects[name])
		}
	}
	for _, name := range []string{"lambda.m365", "b.event", "p.typo", "probe.sensitivity", "odds.role"} {
		if _, told := effects[name]; told {
			t.Errorf("%s has nothing to do with the list, yet is told", name)
		}
	}
	if want := 100 * 0.12 * 100 / 5100; !near(effects["p.dns_failed"], want) {
		t.Errorf("p.dns_failed moves the rate by %v pp, want %v", effects["p.dns_failed"], want)
	}
	if !slices.IsSortedFunc(f.Assumptions, func(a, b Assumption) int { return cmpFloat(abs(b.Effect), abs(a.Effect)) }) {
		t.Error("not the largest effect first")
	}
}

func near(a, b float64) bool { return abs(a-b) < 1e-9 }
func abs(x float64) float64  { return max(x, -x) }

func TestProfiles(t *testing.T) {
	want := map[string][3]float64{ // warn, act, target
		"ses": {0.05, 0.10, 0.05}, "hubspot": {0.05, 0.05, 0.05}, "brevo": {0.02, 0.02, 0.02}, "sendgrid": {0.05, 0, 0.05},
		"klaviyo": {0.008, 0.015, 0.015}, "mailchimp": {0.02, 0.05, 0.02}, "mailgun": {0.05, 0.05, 0.05},
		"postmark": {0.05, 0.10, 0.05}, "generic": {0.02, 0.05, 0.02}, "strict": {0.01, 0.02, 0.01},
	}
	for _, p := range Profiles() {
		if got := [3]float64{p.Warn, p.Act, p.Target}; got != want[p.Name] {
			t.Errorf("%s: %v, want %v", p.Name, got, want[p.Name])
		}
		delete(want, p.Name)
		again, err := ParseProfile(strings.NewReader(p.String()))
		if err != nil || again != p {
			t.Errorf("%s reads back as %+v, %v", p.Name, again, err)
		}
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
	if _, ok := ProfileNamed("nobody"); ok {
		t.Error("found nobody")
	}
}

func TestParseProfile(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"warn alone is the target", "name=a\nwarn=2%", "target 0.02"},
		{"act is the target before warn", "name=a\nwarn=2%\nact = 0.04 # of our own", "target 0.04"},
		{"only act", "\n# house\nname=a\nact=4 %\n", "target 0.04"},
		{"no name", "act=4%", "profile has no name"},
		{"no line at all", "name=a", "profile a has none of warn, act and target"},
		{"a rate of nothing", "name=a\nact=0", `profile line 2: act = "0" is no rate between 0 and 100%`},
		{"a rate that is no number", "name=a\nact=NaN", `profile line 2: act = "NaN" is no rate between 0 and 100%`},
		{"acts before it warns", "name=a\nwarn=5%\nact=2%", "profile a warns at 0.05, after it acts at 0.02"},
		{"a line without a value", "name=a\nsource=\nact=2%", "profile line 2: source has no value"},
		{"a word nobody knows", "name=a\nactt=2%", `profile line 2: "actt=2%" is not one of`},
		{"a date that is none", "name=a\nact=2%\ndate=May", `profile line 3: date = "May" is not like 2026-11-01`},
		{"counts neither", "name=a\nact=2%\ncounts=soft", `profile line 3: counts = "soft" is none of`},
		{"endless", strings.Repeat("# nothing\n", 10_000), "profile is longer than"},
		{"one endless line", strings.Repeat("x", 70_000), "profile: bufio.Scanner: token too long"},
	} {
		p, err := ParseProfile(strings.NewReader(c.text))
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = fmt.Sprint("target ", p.Target)
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func FuzzParseProfile(f *testing.F) {
	f.Add("name = house\nwarn = 2%\nact = 4%\n")
	f.Add("name=a\nact=0.5\nsource=x # y\ncounts=hard+soft\nkind=reported\ndate=2026-01-02\n")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseProfile(strings.NewReader(s))
		if err != nil {
			return
		}
		again, err := ParseProfile(strings.NewReader(p.String()))
		if err != nil || again != p {
			t.Errorf("%+v reads back as %+v, %v", p, again, err)
		}
		if p.Target <= 0 || p.Target >= 1 {
			t.Errorf("target %v", p.Target)
		}
	})
}

func TestSourceOf(t *testing.T) {
	for text, want := range map[string]Source{
		"": NoSource, "  ": NoSource, "Double Opt-In": Confirmed, "newsletter form": Form, "Website": Form, "Trade show 2023": Event,
		"CRM import": Event, "purchased list Q3": Purchased, "Apollo": Purchased, "purple": OtherSource,
	} {
		if got := SourceOf(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestTallyIsKept(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	tally := NewTally(sendDay)
	for range 5000 {
		tally.Add(randomRow(rng))
	}
	b, err := json.Marshal(tally)
	if err != nil {
		t.Fatal(err)
	}
	var again Tally
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(predict(t, tally, Options{}))
	got, _ := json.Marshal(predict(t, &again, Options{}))
	if string(got) != string(want) {
		t.Error("another forecast after reading back")
	}
	if tally.Rows() != 5000 || again.Rows() != 5000 {
		t.Errorf("%d rows, read back %d", tally.Rows(), again.Rows())
	}
}

func TestTalliesOfDifferentTimesDontMix(t *testing.T) {
	if err := NewTally(sendDay).Merge(NewTally(sendDay.Add(time.Hour))); err == nil {
		t.Error("merged")
	}
}

func TestTallyThatCantBeIsRefused(t *testing.T) {
	for _, s := range []string{
		`{"version":2}`, `{"version":1,"states":{"sound":1}}`, `{"version":1,"states":{"dead_domain":-1}}`,
		`{"version":1,"kinds":[[-1,1,0,0]]}`, `{"version":1,"kinds":[[4194304,1,0,0]]}`, `{"version":1,"kinds":[[7,-1,0,0]]}`,
		`{"version":1,"kinds":[[7,1,9223372036854775807,0]]}`, `{"version":1,"kinds":[[48,1,0,0]]}`, `[]`,
	} {
		if err := json.Unmarshal([]byte(s), new(Tally)); err == nil {
			t.Errorf("%s: accepted", s)
		}
	}
}

func FuzzTally(f *testing.F) {
	f.Add([]byte(`{"version":1,"now":"2026-11-01T00:00:00Z","states":{"dead_domain":3},"kinds":[[1,20,400,0],[513,7,0,0]]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var tally Tally
		if json.Unmarshal(b, &tally) != nil {
			return
		}
		if tally.Rows() > 100_000 {
			return
		}
		got, err := Predict(&tally, Options{})
		if err != nil {
			t.Fatal(err)
		}
		sane(t, got)
	})
}

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

func TestSmallSegmentsMergeAlongAgeThenSource(t *testing.T) {
	at := func(months int) time.Time { return sendDay.AddDate(0, -months, 0) }
	tally := NewTally(sendDay)
	for _, r := range []struct {
		source Source
		months int
		rows   int64
	}{{Form, 1, 100}, {Form, 6, 7}, {Form, 18, 100}, {Form, 60, 100}, {Event, 1, 5}, {Event, 30, 4}, {Purchased, 6, 19}} {
		tally.AddN(Row{Provider: Gmail, Source: r.source, Created: at(r.months)}, r.rows)
	}
	tally.AddN(Row{Provider: Gmail, Source: Event, Blind: true, Created: at(1)}, 3)
	var got []string
	for _, s := range predict(t, tally, Options{}).Segments {
		got = append(got, fmt.Sprintf("%s/%s/%s %d %s", s.Provider, s.Source, s.Age, s.Rows, s.Basis))
	}
	want := []string{
		"gmail/form/<3m to 3-12m 107 prior", "gmail/form/1-2y 100 prior", "gmail/form/>4y 100 prior",
		"gmail/mixed/<3m to 2-4y 28 prior", "gmail/event/<3m 3 blind",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
