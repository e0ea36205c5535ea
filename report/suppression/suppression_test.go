package suppression

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gocarina/gocsv"
	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

var update = flag.Bool("update", false, "rewrite testdata")

var now = time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)

// results are a run with one of everything.
func results(t testing.TB) iter.Seq2[batch.Result, error] {
	t.Helper()
	f, err := os.Open("testdata/results.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []batch.Result
	if err := gocsv.Unmarshal(f, &all); err != nil {
		t.Fatal(err)
	}
	return these(all...)
}

func these(rows ...batch.Result) iter.Seq2[batch.Result, error] {
	return func(yield func(batch.Result, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// many are n dead addresses.
func many(n int) iter.Seq2[batch.Result, error] {
	return func(yield func(batch.Result, error) bool) {
		for i := range n {
			if !yield(batch.Result{Row: i + 1, Address: fmt.Sprintf("user%06d@gone.example", i), Reason: "no_domain"}, nil) {
				return
			}
		}
	}
}

// export writes into a folder of its own and returns the texts of its files, in their order.
func export(t testing.TB, s Service, rows iter.Seq2[batch.Result, error]) (files []string, w Written) {
	t.Helper()
	dir := t.TempDir()
	w, err := Export{Service: s, Dir: dir, Now: now}.Write(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range w.Files {
		files = append(files, contents(t, filepath.Join(dir, f.Name)))
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != len(files) {
		t.Errorf("%d files, the folder has %v", len(files), left)
	}
	return files, w
}

func contents(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestFixtures compares what each service gets with testdata. -update rewrites it: the diff is the review.
func TestFixtures(t *testing.T) {
	for _, s := range Services() {
		t.Run(s.Name, func(t *testing.T) {
			files, _ := export(t, s, report.Sorted(Undeliverable.Of(results(t), nil)))
			if len(files) != 1 {
				t.Fatalf("%d files", len(files))
			}
			path := filepath.Join("testdata", s.Name+s.Ext)
			if *update {
				if err := os.WriteFile(path, []byte(files[0]), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(contents(t, path), files[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEveryServiceSaysWhatItRestsOn(t *testing.T) {
	for _, s := range Services() {
		if _, err := time.Parse(time.DateOnly, s.Date); err != nil || s.Source == "" || s.Then == "" || s.Title == "" || !strings.Contains(s.Then, "FILE") {
			t.Errorf("%+v", s)
		}
		if s.Kind != risk.Documented && s.Kind != risk.Reported {
			t.Errorf("%s rests on %q", s.Name, s.Kind)
		}
		if again, ok := Named(s.Name); !ok || again.Title != s.Title {
			t.Errorf("%s can't be found", s.Name)
		}
	}
	if _, ok := Named("nobody"); ok {
		t.Error("nobody is a service")
	}
}

func TestEveryServiceThatHasAForecastHasAnExport(t *testing.T) {
	for _, p := range risk.Profiles() {
		if _, ok := Named(p.Name); !ok && p.Kind != risk.Assumed {
			t.Errorf("%s has none", p.Name)
		}
	}
}

func TestFilesAreCutAtTheLimitsOfTheService(t *testing.T) {
	line := len("user000000@gone.example\n")
	for name, c := range map[string]struct {
		service Service
		rows    int
		want    []int // addresses in each file
	}{
		"exactly full":                      {Service{Rows: 10, form: columns{{"email", address}}}, 20, []int{10, 10}},
		"one more":                          {Service{Rows: 10, form: columns{{"email", address}}}, 21, []int{10, 10, 1}},
		"octets, with the header":           {Service{Octets: int64(len("email\n") + 3*line), form: columns{{"email", address}}}, 7, []int{3, 3, 1}},
		"octets, one too few":               {Service{Octets: int64(len("email\n") + 3*line - 1), form: columns{{"email", address}}}, 4, []int{2, 2}},
		"both, and the rows come first":     {Service{Rows: 2, Octets: 1000, form: columns{{"email", address}}}, 3, []int{2, 1}},
		"an address too large for any file": {Service{Octets: 5, form: columns{{"", address}}}, 2, []int{1, 1}},
		"lines of several addresses":        {Service{Rows: 6, form: batches{perLine: 3}}, 8, []int{6, 2}},
		"nobody":                            {Service{Rows: 10, form: columns{{"email", address}}}, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.service.Name, c.service.Ext = "some", ".csv"
			files, w := export(t, c.service, many(c.rows))
			var got []int
			for i, f := range w.Files {
				got = append(got, f.Addresses)
				if n := strings.Count(files[i], "user"); n != f.Addresses {
					t.Errorf("%s holds %d addresses, said to hold %d", f.Name, n, f.Addresses)
				}
				if h := string(c.service.form.header()); !strings.HasPrefix(files[i], h) {
					t.Errorf("%s has no header", f.Name)
				}
				if c.service.Octets > 5 && int64(len(files[i])) > c.service.Octets {
					t.Errorf("%s has %d octets", f.Name, len(files[i]))
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSESTakesAHundredThousandAddressesInAFile(t *testing.T) {
	ses, _ := Named("ses")
	files, w := export(t, ses, many(100_001))
	if diff := cmp.Diff([]File{{"suppression-ses-1.csv", 100_000}, {"suppression-ses-2.csv", 1}}, w.Files); diff != "" {
		t.Error(diff)
	}
	if want := "user100000@gone.example,BOUNCE\n"; files[1] != want {
		t.Errorf("the last file is %q", files[1])
	}
}

func TestSESTakesNoLettersBeyondASCII(t *testing.T) {
	ses, _ := Named("ses")
	files, w := export(t, ses, these(batch.Result{Address: "rüdiger@gone.example"}, batch.Result{Address: "ann@gone.example"}))
	if w.Left != 1 || len(files) != 1 || files[0] != "ann@gone.example,BOUNCE\n" {
		t.Errorf("%+v, %q", w, files)
	}
}

func TestChoice(t *testing.T) {
	for name, c := range map[string]struct {
		choice Choice
		want   string
		odd    int
	}{
		"undeliverable":                     {Undeliverable, "ann@gone.example Ann@GONE.example +dan@full.example o'hara@firm.example", 1},
		"a reason beside":                   {Choice{Undeliverable.Verdicts, validate.Of(validate.Role)}, "ann@gone.example Ann@GONE.example info@firm.example +dan@full.example o'hara@firm.example", 1},
		"a reason alone":                    {Choice{nil, validate.Of(validate.MailboxUnknown)}, "o'hara@firm.example", 0},
		"another verdict":                   {Choice{Verdicts: []validate.Verdict{validate.Risky}}, "info@firm.example", 0},
		"what no service takes is left out": {Choice{nil, validate.Of(validate.DomainLiteral, validate.DotlessDomain, validate.BadSyntax, validate.NoAddress)}, "", 3},
		"nothing":                           {Choice{}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			odd := 0
			for r, err := range c.choice.Of(sample(), func(batch.Result) { odd++ }) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, r.Address)
			}
			if strings.Join(got, " ") != c.want || odd != c.odd {
				t.Errorf("%q, %d odd; want %q, %d", strings.Join(got, " "), odd, c.want, c.odd)
			}
		})
	}
}

func sample() iter.Seq2[batch.Result, error] {
	row := func(address string, r validate.Reason) batch.Result {
		return batch.Result{Address: address, Status: r.Verdict().String(), Reason: r.String()}
	}
	literal, dotless := row("ann@[192.0.2.1]", validate.DomainLiteral), row("ann@server", validate.DotlessDomain)
	literal.Status, dotless.Status = "", ""
	return these(row("ann@gone.example", validate.NoDomain), row("Ann@GONE.example", validate.NoDomain), row("info@firm.example", validate.Role),
		row("", validate.NoAddress), row("no address", validate.BadSyntax), row("+dan@full.example", validate.MailboxDisabled), literal, dotless,
		row("bob@firm.example", validate.Accepted), row("o'hara@firm.example", validate.MailboxUnknown))
}

func TestAnEarlierExportIsReplacedOnlyByForceAndThenWhole(t *testing.T) {
	dir := t.TempDir()
	s := Service{Name: "some", Ext: ".csv", Rows: 2, form: columns{{"email", address}}}
	write := func(n int, force bool) (Written, error) {
		return Export{Service: s, Dir: dir, Force: force}.Write(t.Context(), many(n))
	}
	mine := []string{"suppression-other-1.csv", "suppression-some-mine.csv", "results.csv"}
	for _, name := range mine {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := write(5, false); err != nil {
		t.Fatal(err)
	}
	if _, err := write(5, false); !errors.Is(err, ErrExists) {
		t.Errorf("over an earlier export: %v", err)
	}
	if w, err := write(1, true); err != nil || len(w.Files) != 1 {
		t.Fatal(w, err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != len(mine)+1 {
		t.Errorf("%v, %v", left, err)
	}
	for _, name := range mine {
		if got := contents(t, filepath.Join(dir, name)); got != "mine" {
			t.Errorf("%s is now %q", name, got)
		}
	}
}

func TestAFailedExportLeavesWhatWas(t *testing.T) {
	dir := t.TempDir()
	ses, _ := Named("ses")
	if _, err := (Export{Service: ses, Dir: dir}).Write(t.Context(), many(1)); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	fails := func(yield func(batch.Result, error) bool) {
		_ = yield(batch.Result{Address: "x@gone.example"}, nil) && yield(batch.Result{}, broken)
	}
	if _, err := (Export{Service: ses, Dir: dir, Force: true}).Write(t.Context(), fails); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Export{Service: ses, Dir: dir, Force: true}).Write(ctx, many(3)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 || contents(t, filepath.Join(dir, left[0].Name())) != "user000000@gone.example,BOUNCE\n" {
		t.Errorf("%v, %v", left, err)
	}
}

func TestAFolderThatIsNotThereIsAnError(t *testing.T) {
	ses, _ := Named("ses")
	if _, err := (Export{Service: ses, Dir: filepath.Join(t.TempDir(), "nowhere")}).Write(t.Context(), many(1)); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
