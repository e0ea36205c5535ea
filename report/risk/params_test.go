package risk

import (
	"slices"
	"testing"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

func TestEveryParameterSaysWhereItComesFrom(t *testing.T) {
	names := map[string]bool{}
	for i, p := range defaultParams().rows {
		lo, hi := param(i).limits()
		if p.Name == "" || p.Source == "" || p.SD <= 0 || p.Value < lo || p.Value > hi {
			t.Errorf("row %d: %+v, limits %g and %g", i, p, lo, hi)
		}
		if !slices.Contains([]Grounds{Documented, Reported, Assumed}, p.Kind) {
			t.Errorf("%s: kind %q", p.Name, p.Kind)
		}
		if names[p.Name] {
			t.Errorf("two rows are called %s", p.Name)
		}
		names[p.Name] = true
	}
}

func TestParametersAreReplacedByName(t *testing.T) {
	p, err := defaultParams().with(paramRow{Name: "b.form", Value: 0.03, SD: 0.001, Kind: learnedKind, Source: "7 campaigns"})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.rows[badness+param(segments.Form)]; got.Value != 0.03 || got.Kind != learnedKind {
		t.Errorf("%+v", got)
	}
	if defaultParams().rows[badness+param(segments.Form)].Value == 0.03 {
		t.Error("the defaults changed")
	}
	for _, bad := range []paramRow{{Name: "b.shape"}, {Name: "b.form", Value: 1.1}, {Name: "b.form", Value: 0.1, SD: -1},
		{Name: "probe.sensitivity", Value: 0.2}} {
		if _, err := defaultParams().with(bad); err == nil {
			t.Errorf("%+v: accepted", bad)
		}
	}
}

func TestAssumptionsAreTold(t *testing.T) {
	tally := NewTally(sendDay)
	tally.Add(Row{Provider: segments.Gmail, Source: segments.Form, Date: sendDay.AddDate(-1, 0, 0)}, 5000)
	tally.Add(Row{Settled: validate.DNSFailed}, 100)
	f := predict(t, tally, Options{})
	effects := map[string]float64{}
	for _, a := range f.Assumptions {
		effects[a.Name] = a.Effect
	}
	for _, name := range []string{"lambda.gmail", "b.form", "kind.bought", "p.dns_failed"} {
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
	if !slices.IsSortedFunc(f.Assumptions, func(a, b Assumption) int {
		return cmpFloat(abs(b.Effect),
			abs(a.Effect))
	}) {
		t.Error("not the largest effect first")
	}
}

func near(a, b float64) bool { return abs(a-b) < 1e-9 }

func abs(x float64) float64 { return max(x, -x) }
