package risk

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestForecastIsMadeAgainFromItsJSON(t *testing.T) {
	tally := small(5, 20_000, 300)
	tally.AddN(Row{State: DNSFailed}, 120)
	tally.AddN(Row{Provider: Corporate, Role: true}, 400)
	p, err := Defaults().With(Param{Name: "b.form", Value: 0.03, SD: 0.02, Kind: Assumed, Source: "our own guess"})
	if err != nil {
		t.Fatal(err)
	}
	house := Profile{Name: "house", Act: 0.03, Source: "our contract"}
	first := predict(t, tally, Options{Profile: house, Params: &p, History: History{Sent: 500, Hard: 7}, Remove: []Category{CategoryRole}, Seed: 3})

	kept := struct {
		Risk  *Forecast
		Tally *Tally
	}{first, tally}
	written, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	kept.Risk, kept.Tally = nil, nil
	if err := json.Unmarshal(written, &kept); err != nil {
		t.Fatal(err)
	}
	o, err := kept.Risk.Options()
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(predict(t, kept.Tally, o))
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(first)
	if diff := cmp.Diff(string(want), string(again)); diff != "" {
		t.Errorf("the forecast made again differs (-first +again):\n%s", diff)
	}
}

func TestForecastThatLearnedIsNotMadeAgain(t *testing.T) {
	f := predict(t, small(5, 20_000, 0), Options{})
	f.Evidence.Learned = 0.2
	if _, err := f.Options(); err == nil || !strings.Contains(err.Error(), "not kept") {
		t.Errorf("error %v", err)
	}
}

func TestStepsOfCleaningAddUp(t *testing.T) {
	tally := small(6, 20_000, 300)
	for i, s := range []State{PastBounce, BadSyntax, DeadDomain, Typo, DNSFailed, Suppressed} {
		tally.AddN(Row{State: s}, int64(40*(i+1)))
	}
	tally.AddN(Row{Provider: Corporate, Disposable: true, Role: true}, 300)
	tally.AddN(Row{Provider: Corporate, Role: true}, 400)
	for _, remove := range [][]Category{nil, {CategoryRole}, {CategoryUnknown, CategoryBlind}} {
		f := predict(t, tally, Options{Remove: remove})
		saved, rows, ended := 0.0, int64(0), false
		for _, c := range f.Categories {
			if !c.Cleaned {
				ended = true
				continue
			}
			if ended {
				t.Errorf("removing %v: %s comes after what cleaning leaves", remove, c.Name)
			}
			saved, rows = saved+c.Saved, rows+c.Rows
		}
		if got := f.Expected.AsIs - saved; abs(got-f.Expected.Cleaned) > 1e-6 {
			t.Errorf("removing %v: the steps leave %v bounces, cleaning %v", remove, got, f.Expected.Cleaned)
		}
		if got := f.Rate.AsIs.Rows - rows; got != f.Rate.Cleaned.Rows {
			t.Errorf("removing %v: the steps leave %d rows, cleaning %d", remove, got, f.Rate.Cleaned.Rows)
		}
	}
}
