package serve

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/segments"
)

// judgedResult is the report of a run over many rows of every kind, a part of which reasons speak against.
func judgedResult(tb testing.TB, rows int64) *report.Result {
	tb.Helper()
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	r := &report.Result{Summary: &batch.Summary{List: "list.csv"}, Tally: risk.NewTally(day)}
	each := rows / (8 * 6 * 40)
	speaks := []validate.Reasons{0, validate.Of(validate.Role), validate.Of(validate.Disposable),
		validate.Of(validate.Role, validate.DNSFailed), validate.Of(validate.OptedOut)}
	for p := range segments.Provider(8) {
		for s := range segments.Source(6) {
			for q := range 40 {
				row := risk.Row{Provider: p, Source: s, Date: day.AddDate(0, 0, -90*q)}
				r.Tally.Add(row, each)
				r.Judged = append(r.Judged, report.JudgedRows{Kind: r.Tally.KindOf(row),
					Reasons: speaks[q%len(speaks)], Rows: each})
			}
		}
	}
	f, err := risk.Predict(r.Tally, risk.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	r.Risk = f
	return r
}

// decided makes a run that is done, with a report.
func (x *site) decided(t *testing.T, r *report.Result) *Run {
	t.Helper()
	run := x.dropped(t, [2]string{"list.csv", "email\nann@acme.test\n"})
	b, err := json.Marshal(r)
	if err == nil {
		err = os.MkdirAll(run.out(), 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(run.out(), "report.json"), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// suppose asks what choices come to.
func (x *site) suppose(t *testing.T, run *Run, q string) (e effect, status int, text string) {
	t.Helper()
	r := x.request(t, "GET", "/runs/"+run.ID+"/what-if?"+q, nil)
	r.Header.Set("Accept", "application/json")
	a, text := exchange(t, r)
	if a.StatusCode == http.StatusOK {
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
	}
	return e, a.StatusCode, text
}

// TestTheEffectIsTheDeciders: whatever is chosen, for whatever service and last send is supposed.
func TestTheEffectIsTheDeciders(t *testing.T) {
	x := open(t, nil, nil)
	made := judgedResult(t, 40_000)
	run := x.decided(t, made)
	type lists = map[validate.Reason]validate.List
	for q, want := range map[string]report.Decision{
		"":                                    {},
		"try=1":                               {},
		"reason.role=clean":                   {Lists: lists{validate.Role: validate.Clean}},
		"step.roles=removed":                  {Lists: lists{validate.Role: validate.Removed}},
		"step.roles=clean&reason.role=review": {Lists: lists{validate.Role: validate.Clean}},
		"reason.role=review&hold=source%3Dpurchased&hold=age%3D%3E4y": {Hold: []segments.Segment{"source=purchased",
			"age=>4y"}},
		"max-risk=12%25&reason.disposable=clean": {MaxRisk: 0.12,
			Lists: lists{validate.Disposable: validate.Clean}},
		"for=mailchimp&hold=provider%3Dgmail":  {Hold: []segments.Segment{"provider=gmail"}},
		"last-sent=2026-10&step.unclear=clean": {Lists: lists{validate.DNSFailed: validate.Clean}},
		"reason.opted_out=removed":             {},
	} {
		t.Run(q, func(t *testing.T) {
			got, status, text := x.suppose(t, run, q)
			if status != http.StatusOK {
				t.Fatalf("%d: %s", status, text)
			}
			form, _ := url.ParseQuery(q)
			fresh, err := report.Load(run.out())
			if err != nil {
				t.Fatal(err)
			}
			p := supposedOf(form)
			if err := fresh.Rejudge(func(o *risk.Options) { p.change(o, fresh.Risk.AsOf) }); err != nil {
				t.Fatal(err)
			}
			d, err := report.NewDecider(fresh)
			if err != nil {
				t.Fatal(err)
			}
			now, err := d.Decide(want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(now, got.Now, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(want.Flags(), got.Flags, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNobodyTurnsWhatIsFixed: neither a switch of the page nor a field that somebody adds, and no list is made by it.
func TestNobodyTurnsWhatIsFixed(t *testing.T) {
	x := open(t, nil, nil)
	run := x.decided(t, judgedResult(t, 40_000))
	_, page := exchange(t, x.request(t, "GET", "/runs/"+run.ID, nil))
	if !strings.Contains(page, `name="reason.role"`) || !strings.Contains(page, "These have no switch") {
		t.Errorf("the page has no switches: %.3000s", page)
	}
	for _, reason := range []string{"opted_out", "complained", "suppressed", "past_bounce", "no_address",
		"bad_syntax", "duplicate"} {
		if strings.Contains(page, "reason."+reason) {
			t.Errorf("%s has a switch", reason)
		}
		for _, q := range []string{"reason." + reason + "=clean", "reason." + reason + "=clean&step.other=clean"} {
			if _, status, text := x.suppose(t, run, q); status != http.StatusBadRequest {
				t.Errorf("%s: %d: %s", q, status, text)
			}
			r := x.request(t, "POST", "/runs/"+run.ID+"/make", strings.NewReader(q))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if a, text := exchange(t, r); a.StatusCode != http.StatusBadRequest {
				t.Errorf("%s makes lists: %d: %s", q, a.StatusCode, text)
			}
		}
	}
	if all, err := x.runs.list(time.Now()); err != nil || len(all) != 1 {
		t.Errorf("there are %d runs: %v", len(all), err)
	}
}

func TestWhatCannotBeChosenIsRefused(t *testing.T) {
	x := open(t, nil, nil)
	run := x.decided(t, judgedResult(t, 40_000))
	for _, q := range []string{"reason.nothing=clean", "reason.role=moon", "step.moon=clean", "step.roles=moon",
		"hold=colour%3Dred", "max-risk=NaN", "max-risk=-1", "max-risk=101", "max-risk=x"} {
		if _, status, text := x.suppose(t, run, q); status != http.StatusBadRequest || !strings.HasPrefix(text,
			"prebounce: ") {
			t.Errorf("%s: %d: %s", q, status, text)
		}
		if a, text := exchange(t, x.request(t, "GET", "/runs/"+run.ID+"?"+q, nil)); a.StatusCode != http.StatusOK ||
			!strings.Contains(text, `role="alert"`) {
			t.Errorf("%s: the page does not say what is wrong: %d", q, a.StatusCode)
		}
	}
	open := x.dropped(t, [2]string{"other.csv", "email\nann@acme.test\n"})
	if _, status, _ := x.suppose(t, open, "try=1"); status != http.StatusNotFound {
		t.Errorf("a run that is not done: %d", status)
	}
}

// TestDecidersAreBoundedAndNew: the last few are kept, and none outlives its report.
func TestDecidersAreBoundedAndNew(t *testing.T) {
	x := open(t, nil, nil)
	run := x.decided(t, judgedResult(t, 40_000))
	first, err := x.deciders.of(run, supposed{})
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := x.deciders.of(run, supposed{}); again != first {
		t.Error("the same run is read again")
	}
	path := filepath.Join(run.out(), "report.json")
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if again, _ := x.deciders.of(run, supposed{}); again == first {
		t.Error("the report is another one, and the decider is that of the old one")
	}
	for _, service := range risk.Profiles() {
		if _, err := x.deciders.of(run, supposed{Service: service.Name}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(x.deciders.all); n != mostDeciders {
		t.Errorf("%d deciders are kept, want %d", n, mostDeciders)
	}
}

// BenchmarkWhatIf asks what another choice of a million rows comes to, over HTTP.
func BenchmarkWhatIf(b *testing.B) {
	run := &Run{ID: "20261122-101010-AAAAAAAA", dir: b.TempDir()}
	text, err := json.Marshal(judgedResult(b, 1_000_000))
	if err == nil {
		err = os.MkdirAll(run.out(), 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(run.out(), "report.json"), text, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			var all deciders
			if _, err := all.of(run, supposed{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("again", func(b *testing.B) {
		var all deciders
		for b.Loop() {
			t, err := all.of(run, supposed{})
			if err != nil {
				b.Fatal(err)
			}
			want, err := t.decision(url.Values{"hold": {"age=>4y"}, "reason.role": {"clean"}})
			if err == nil {
				_, err = t.effect(want)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
