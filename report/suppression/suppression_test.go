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

	"github.com/prebounce/prebounce/report/risk"
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
func many(n int) iter.Seq2[Chosen, error] {
	return func(yield func(Chosen, error) bool) {
		for i := range n {
			if !yield(dead(fmt.Sprintf("user%06d@gone.example", i)), nil) {
				return
			}
		}
	}
}

func dead(address string) Chosen {
	return Chosen{Result: batch.Result{Address: address, Reason: "no_domain"}}
}

// only is a service with one form for everything.
func only(rows int, octets int64, f form) Service {
	format := Format{Name: "csv", Ext: ".csv"}
	for k := range numKinds {
		format.Imports[k] = Import{Rows: rows, Octets: octets, form: f}
	}
	return Service{Name: "some", Formats: []Format{format}}
}

// export writes into a folder of its own and returns the texts of its files, in their order.
func export(t testing.TB, s Service, format string, rows iter.Seq2[Chosen, error]) (files []string, w Written) {
	t.Helper()
	dir := t.TempDir()
	w, err := Export{Service: s, Format: format, Dir: dir, Now: now}.Write(t.Context(), rows)
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
		for _, format := range s.Formats {
			t.Run(s.Name+" "+format.Name, func(t *testing.T) {
				files, w := export(t, s, format.Name, Undeliverable.Of(results(t), nil))
				for i, f := range w.Files {
					path := filepath.Join("testdata", f.Name)
					if *update {
						if err := os.WriteFile(path, []byte(files[i]), 0o666); err != nil {
							t.Fatal(err)
						}
					}
					if diff := cmp.Diff(contents(t, path), files[i]); diff != "" {
						t.Error(diff)
					}
				}
			})
		}
	}
}

func TestEveryServiceSaysWhatItRestsOn(t *testing.T) {
	for _, s := range Services() {
		if _, err := time.Parse(time.DateOnly, s.Date); err != nil || s.Source == "" || s.Title == "" {
			t.Errorf("%+v", s)
		}
		for _, f := range s.Formats {
			for k := range numKinds {
				if i := f.Imports[f.place(k)]; i.form == nil || i.Then == "" {
					t.Errorf("%s, %s: nothing is said of %s", s.Name, f.Name, k)
				}
			}
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
		"exactly full": {only(10, 0, columns{{"email", address}}), 20, []int{10, 10}},
		"one more":     {only(10, 0, columns{{"email", address}}), 21, []int{10, 10, 1}},
		"octets, with the header": {only(0, int64(len("email\n")+3*line), columns{{"email", address}}), 7,
			[]int{3, 3, 1}},
		"octets, one too few": {only(0, int64(len("email\n")+3*line-1), columns{{"email", address}}), 4,
			[]int{2, 2}},
		"both, and the rows come first":     {only(2, 1000, columns{{"email", address}}), 3, []int{2, 1}},
		"an address too large for any file": {only(0, 5, columns{{"", address}}), 2, []int{1, 1}},
		"lines of several addresses":        {only(6, 0, requests{3, postmarkBody}), 8, []int{6, 2}},
		"nobody":                            {only(10, 0, columns{{"email", address}}), 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			files, w := export(t, c.service, "", many(c.rows))
			place := c.service.Formats[0].Imports[Bounce]
			var got []int
			for i, f := range w.Files {
				got = append(got, f.Addresses)
				if n := strings.Count(files[i], "user"); n != f.Addresses {
					t.Errorf("%s holds %d addresses, said to hold %d", f.Name, n, f.Addresses)
				}
				if h := string(place.form.header()); !strings.HasPrefix(files[i], h) {
					t.Errorf("%s has no header", f.Name)
				}
				if place.Octets > 5 && int64(len(files[i])) > place.Octets {
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
	files, w := export(t, ses, "", many(100_001))
	if diff := cmp.Diff([]File{{Bounce, "suppression-ses-1.csv", 100_000}, {Bounce, "suppression-ses-2.csv", 1}},
		w.Files); diff != "" {
		t.Error(diff)
	}
	if want := "user100000@gone.example,BOUNCE\n"; files[1] != want {
		t.Errorf("the last file is %q", files[1])
	}
}

func TestSESTakesNoLettersBeyondASCII(t *testing.T) {
	ses, _ := Named("ses")
	files, w := export(t, ses, "", chosen(dead("rüdiger@gone.example"), dead("ann@gone.example")))
	if w.Left != 1 || len(files) != 1 || files[0] != "ann@gone.example,BOUNCE\n" {
		t.Errorf("%+v, %q", w, files)
	}
}

func chosen(all ...Chosen) iter.Seq2[Chosen, error] {
	return func(yield func(Chosen, error) bool) {
		for _, c := range all {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func TestAnEarlierExportIsReplacedOnlyByForceAndThenWhole(t *testing.T) {
	dir := t.TempDir()
	s := only(2, 0, columns{{"email", address}})
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
	fails := func(yield func(Chosen, error) bool) {
		_ = yield(dead("x@gone.example"), nil) && yield(Chosen{}, broken)
	}
	if _, err := (Export{Service: ses, Dir: dir, Force: true}).Write(t.Context(), fails); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Export{Service: ses, Dir: dir, Force: true}).Write(ctx, many(3)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 ||
		contents(t, filepath.Join(dir, left[0].Name())) != "user000000@gone.example,BOUNCE\n" {
		t.Errorf("%v, %v", left, err)
	}
}

func TestAFolderThatIsNotThereIsAnError(t *testing.T) {
	ses, _ := Named("ses")
	if _, err := (Export{Service: ses, Dir: filepath.Join(t.TempDir(), "nowhere")}).Write(t.Context(),
		many(1)); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
