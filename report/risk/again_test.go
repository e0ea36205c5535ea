package risk

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

func TestForecastIsMadeAgainFromItsJSON(t *testing.T) {
	tally := small(5, 20_000, 300)
	tally.Add(Row{Settled: validate.DNSFailed}, 120)
	tally.Add(Row{Provider: segments.Corporate, Role: true}, 400)
	p, err := defaultParams().with(paramRow{Name: "b.form", Value: 0.03, SD: 0.02, Kind: Assumed, Source: "our own guess"})
	if err != nil {
		t.Fatal(err)
	}
	house := Profile{Name: "house", Act: 0.03, Source: "our contract"}
	first := predict(t, tally, Options{Profile: house, Params: &p, History: History{Sent: 500, Hard: 7},
		Remove: []Category{"role"}, Seed: 3})

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

func TestForecastThatLearnedIsMadeAgainFromItsJSON(t *testing.T) {
	h := newHouse(3)
	p, err := defaultParams().learnFrom(sendDay, h.send(h.list(8000)), h.send(h.list(4000)))
	if err != nil {
		t.Fatal(err)
	}
	p = p.learnProbe(Proof{Refused: 100, Tried: 10, Wrong: 2, Accepted: 900, Sent: 900, Bounced: 9})
	tally := small(5, 20_000, 300)
	first := predict(t, tally, Options{Params: &p})
	if first.Lessons == nil || first.Lessons.Campaigns != 2 || first.Evidence.Learned == 0 {
		t.Fatalf("it learned %+v, %v of it counts", first.Lessons, first.Evidence.Learned)
	}
	want, err := json.Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	var kept Forecast
	if err := json.Unmarshal(want, &kept); err != nil {
		t.Fatal(err)
	}
	o, err := kept.Options()
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(predict(t, tally, o))
	if diff := cmp.Diff(string(want), string(again)); diff != "" || err != nil {
		t.Errorf("%v: the forecast made again differs (-first +again):\n%s", err, diff)
	}
	for name, spoil := range map[string]func(*Lessons){
		"of no campaign":            func(l *Lessons) { l.Campaigns = 0 },
		"that weigh too much":       func(l *Lessons) { l.Weight = 3 },
		"without a cell":            func(l *Lessons) { l.Cells = nil },
		"of more than were sent":    func(l *Lessons) { l.Cells[0].Hard = l.Cells[0].Sent + 1 },
		"of an unknown operator":    func(l *Lessons) { l.Cells[0].Provider = "carrier" },
		"of an unknown age":         func(l *Lessons) { l.Cells[0].Age = "old" },
		"of chances beyond one":     func(l *Lessons) { l.Ratio[0]++ },
		"of a chance below nothing": func(l *Lessons) { l.Ratio[0], l.Ratio[1] = -1, l.Ratio[1]+1+l.Ratio[0] },
		"of an impossible audit":    func(l *Lessons) { l.Audit.Wrong = l.Audit.Tried + 1 },
		"of an unknown sign":        func(l *Lessons) { l.Cells[0].Since = "birth" },
	} {
		var spoiled Forecast
		if err := json.Unmarshal(want, &spoiled); err != nil {
			t.Fatal(err)
		}
		if spoil(spoiled.Lessons); spoiled.Lessons != nil {
			if _, err := spoiled.Options(); err == nil {
				t.Errorf("lessons %s: accepted", name)
			}
		}
	}
}

func TestForecastThatLearnedWithoutItsLessonsIsNotMadeAgain(t *testing.T) {
	f := predict(t, small(5, 20_000, 0), Options{})
	f.Evidence.Learned = 0.2
	if _, err := f.Options(); err == nil || !strings.Contains(err.Error(), "not stored") {
		t.Errorf("error %v", err)
	}
}

func TestStepsOfCleaningAddUp(t *testing.T) {
	tally := small(6, 20_000, 300)
	for i, s := range []state{bouncedState, syntaxState, deadState, typoState, failedState, suppressedState} {
		tally.Add(Row{Settled: states[s].reason}, int64(40*(i+1)))
	}
	tally.Add(Row{Provider: segments.Corporate, Disposable: true, Role: true}, 300)
	tally.Add(Row{Provider: segments.Corporate, Role: true}, 400)
	for _, remove := range [][]Category{nil, {"role"}, {"unknown", "blind"}} {
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
