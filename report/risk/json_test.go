package risk

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// names lists the names of a JSON object with their paths. Of arrays it looks at the first element.
func names(path string, v any) (out []string) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			p := strings.TrimPrefix(path+"."+name, ".")
			out = append(append(out, p), names(p, inner)...)
		}
	case []any:
		if len(v) > 0 {
			out = names(path, v[0])
		}
	}
	return out
}

func TestJSONHasStableNames(t *testing.T) {
	ses, _ := ProfileNamed("ses")
	tally := small(1, 4000, 100)
	tally.Add(Row{Settled: validate.NoDomain}, 10)
	tally.Add(Row{Provider: segments.Gmail, Source: segments.Confirmed, Sign: segments.Acted, Date: sendDay.AddDate(0, -1, 0)}, 9000)
	b, err := json.Marshal(predict(t, tally, Options{Profile: ses, Seed: 7, Stopped: "decision"}))
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(b, &object); err != nil {
		t.Fatal(err)
	}
	got := names("", object)
	for _, want := range strings.Fields(`
		model as_of n_rows n_scored n_suppressed n_duplicates seed
		rate.as_is.mean rate.as_is.median rate.as_is.ci50 rate.as_is.ci90 rate.as_is.ci95 rate.cleaned.mean rate.core.mean
		expected_bounces.as_is expected_bounces.cleaned
		expected_bounces.by_class.user_unknown expected_bounces.by_class.disabled
		expected_bounces.by_class.dead_domain expected_bounces.by_class.syntax
		threshold.profile threshold.target threshold.kind threshold.history.sent threshold.history.hard
		threshold.p_exceed.as_is threshold.p_exceed.cleaned threshold.p_exceed.core
		verdict.code verdict.because
		categories.name categories.rows categories.bounces_saved categories.ci90 categories.good_lost categories.rate_change_pp
		segments.provider segments.source segments.age segments.rows segments.probed segments.informative
		segments.dead_seen segments.theta segments.ci90 segments.basis
		evidence_share.observed evidence_share.learned evidence_share.assumed
		uncertainty.sampling_sd_pp uncertainty.systematic_sd_pp uncertainty.blind_sd_pp uncertainty.floor_halfwidth95_pp
		probes.rcpt probes.informative probes.catchall probes.unknown probes.policy probes.stopped
		assumptions.name assumptions.value assumptions.kind assumptions.effect_pp`) {
		if !slices.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestExpectedBouncesAreSplitByClass(t *testing.T) {
	tally := small(2, 4000, 100)
	for state := soundState + 1; state < numStates; state++ {
		tally.Add(Row{Settled: states[state].reason}, 50)
	}
	e := predict(t, tally, Options{}).Expected
	c := e.ByClass
	if sum := c.UserUnknown + c.Disabled + c.DeadDomain + c.Syntax; abs(sum-e.AsIs) > 1e-6 {
		t.Errorf("classes add up to %v, all bounces to %v", sum, e.AsIs)
	}
	if !near(c.Syntax, 50*0.999) || !near(c.DeadDomain, 50*0.98+50*0.2) {
		t.Errorf("%+v", c)
	}
}
