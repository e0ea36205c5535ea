package report

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/report/risk"
)

// kept is a folder with the report.json of a result.
func kept(t *testing.T, r *Result) string {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, "report.json", written(t, JSON, r))
	return dir
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestLoadedResultTellsTheSame(t *testing.T) {
	for _, s := range samples {
		if s.name == "hostile" {
			continue // its forecast was tampered with
		}
		t.Run(s.name, func(t *testing.T) {
			first := s.make(t)
			again, err := Load(kept(t, first))
			if err != nil {
				t.Fatal(err)
			}
			for format, write := range map[string]func(io.Writer, *Result) error{"html": HTML, "json": JSON,
				"md": Markdown} {
				if diff := cmp.Diff(written(t, write, first), written(t, write, again)); diff != "" {
					t.Errorf("%s differs (-first +again):\n%s", format, diff)
				}
			}
		})
	}
}

func TestRejudgeIsTheForecastForTheOtherService(t *testing.T) {
	r, err := Load(kept(t, business(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Rejudge(func(o *risk.Options) { o.Profile = profile("strict") }); err != nil {
		t.Fatal(err)
	}
	want, err := risk.Predict(r.Tally, risk.Options{Profile: profile("strict"), Remove: r.Risk.Remove})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Threshold, r.Risk.Threshold); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(written(t, HTML, r), "a strict service") {
		t.Error("the page doesn't tell of the other service")
	}
}

func TestRejudgeNeedsAForecast(t *testing.T) {
	err := plainRun(t).Rejudge(func(*risk.Options) {})
	if !errors.Is(err, ErrNoForecast) {
		t.Errorf("error %v", err)
	}
}

func TestWithoutItsCountsAForecastIsToldAsItStands(t *testing.T) {
	first := business(t)
	first.Tally = nil
	r, err := Load(kept(t, first))
	if err != nil {
		t.Fatal(err)
	}
	page := parsed(t, r)
	if !strings.Contains(words(page.root), first.Risk.Verdict.Because) || len(page.all("path")) > 0 {
		t.Error("the page lacks the verdict, or has curves that nobody knows")
	}
}

func TestLoadRefuses(t *testing.T) {
	whole := written(t, JSON, business(t))
	tampered := func(old, new string) string { return strings.Replace(whole, old, new, 1) }
	for _, c := range []struct{ name, text, want string }{
		{"what is no JSON", "hello", "invalid character"},
		{"another program's JSON", `{"name": "x"}`, "isn't the summary of a run"},
		{"a reason that nobody knows", tampered(`"reason": "no_domain"`, `"reason": "bad_luck"`),
			`unknown reason "bad_luck"`},
		{"a list that nobody knows", tampered(`"list": "removed"`, `"list": "lost"`), `unknown list "lost"`},
		{"more rows than there are people", tampered(`"dead_domain": 1444`, `"dead_domain": 9999999999999`),
			"rows in state"},
		{"a history that can't be", tampered(`"sent": 0`, `"sent": -5`), "must not be negative"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "report.json", c.text)
			_, err := Load(dir)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestLoadReadsNoEndlessFile(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "report.json", "")
	if err := os.Truncate(filepath.Join(dir, "report.json"), mostJSON+1); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("error %v", err)
	}
}

const results = `row,address,status,reason,list,detail,suggestion,operator,mx,smtp_code,enhanced_code,smtp_text,checked_at
1,ann@gone.example,undeliverable,no_domain,removed,NXDOMAIN,,,,,,,
2,<b>@gone.example,undeliverable,no_domain,removed,,,,,,,,
3,bob@firm.example,unknown,not_probed,clean,,,,,,,,
4,,undeliverable,no_domain,removed,,,,,,,,
5,info@firm.example,risky,role,review,,,,,,,,
6,x@firm.example,made,up,elsewhere,,,,,,,,
`

func TestExamplesAreTheFirstAddressesKeptOut(t *testing.T) {
	r := plainRun(t)
	dir := kept(t, r)
	put(t, dir, "results.csv", results)
	if err := r.ReadExamples(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	page := written(t, HTML, r)
	for text, want := range map[string]bool{"ann@gone.example": true, "&lt;b&gt;@gone.example": true,
		"info@firm.example": true, "bob@firm.example": false, "x@firm.example": false} {
		if strings.Contains(page, ">"+text+"<") != want {
			t.Errorf("%s: shown should be %v", text, want)
		}
	}
}

func TestOnlySomeExamplesAreShown(t *testing.T) {
	r := plainRun(t)
	dir := kept(t, r)
	header, _, _ := strings.Cut(results, "\n")
	put(t, dir, "results.csv", header+"\n"+
		strings.Repeat("1,ann@gone.example,undeliverable,no_domain,removed,,,,,,,,\n", 2*mostExamples+7))
	if err := r.ReadExamples(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	page := written(t, HTML, r)
	if n := strings.Count(page, ">ann@gone.example<"); n != mostExamples || !strings.Contains(page,
		"and 107 more in results.csv") {
		t.Errorf("%d addresses shown", n)
	}
}

func TestResultsThatAreNoneAreRefused(t *testing.T) {
	r := plainRun(t)
	for name, text := range map[string]string{"empty": "", "torn": "row,address\n1,\"x\n"} {
		dir := kept(t, r)
		put(t, dir, "results.csv", text)
		if err := r.ReadExamples(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "results.csv") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// FuzzParse tells whatever a report.json may hold, in every format.
func FuzzParse(f *testing.F) {
	told := hostileRun(f)
	told.Tally = nil // so that an attempt doesn't take a forecast's time
	for _, r := range []*Result{plainRun(f), emptyRun(f), told} {
		var b strings.Builder
		if err := JSON(&b, r); err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(b.String()))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &Result{}
		if json.Unmarshal(b, r) != nil {
			return
		}
		d := parsed(t, r)
		if len(d.all("script"))+len(d.all("img"))+len(d.all("style")) != 1 {
			t.Error("the page holds elements that it should not")
		}
		written(t, Markdown, r)
		written(t, func(w io.Writer, r *Result) error { return Text(w, r, "out") }, r)
	})
}
