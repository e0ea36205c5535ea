package serve

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const testToken = "a token that is long enough"

// site is a server at a real listener of loopback.
type site struct {
	*Server
	addr string
	dir  string
	log  bytes.Buffer
}

// open starts a server; set may change it before.
func open(t *testing.T, set func(*Options), change func(*Server)) *site {
	t.Helper()
	x := &site{dir: filepath.Join(t.TempDir(), "runs")}
	o := Options{Dir: x.dir, Tokens: []Token{tokenFor(testToken)}, Log: slog.New(slog.NewTextHandler(&x.log, nil)), Command: nothing}
	if set != nil {
		set(&o)
	}
	var err error
	if x.Server, err = New(o); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(x.Server)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x.addr = l.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- x.Serve(ctx, l, nil) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		x.Close()
	})
	return x
}

// nothing is a command that finds nothing.
func nothing(context.Context, []string, io.Reader, io.Writer, io.Writer) int { return 1 }

// request makes a request with the token.
func (x *site) request(t *testing.T, method, path string, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+x.addr+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+testToken)
	return r
}

// exchange sends a request, follows nothing, and reads the whole answer.
func exchange(t *testing.T, r *http.Request) (*http.Response, string) {
	t.Helper()
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableKeepAlives: true}}
	a, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a, string(b)
}

// upload makes the form of some files.
func upload(t *testing.T, files ...[2]string) (body *bytes.Buffer, kind string) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for _, f := range files {
		p, err := w.CreateFormFile("list", f[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(p, f[1]); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	return body, w.FormDataContentType()
}

// dropped uploads files, and returns the run.
func (x *site) dropped(t *testing.T, files ...[2]string) *Run {
	t.Helper()
	body, kind := upload(t, files...)
	r := x.request(t, "POST", "/runs", body)
	r.Header.Set("Content-Type", kind)
	a, text := exchange(t, r)
	id, ok := strings.CutPrefix(a.Header.Get("Location"), "/runs/")
	if a.StatusCode != http.StatusSeeOther || !ok {
		t.Fatalf("%s: %s", a.Status, text)
	}
	run, err := x.runs.get(id)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestNamesOfFilesNeverBecomePaths(t *testing.T) {
	x := open(t, nil, nil)
	for name, want := range map[string]string{
		"contacts.csv": "contacts.csv", "../../etc/evil.csv": "evil.csv", `C:\lists\may.csv`: "may.csv", "..": "list",
		"": "list", "/": "list",
		"a\x00b\x1b[31m.csv": "ab[31m.csv", "münchen.csv": "münchen.csv", "\xff\xfe.csv": "_.csv",
		strings.Repeat("ä", 300): strings.Repeat("ä", 100),
	} {
		if got := listNameOf(name); got != want {
			t.Errorf("listNameOf(%q) = %q, want %q", name, got, want)
		}
	}
	run := x.dropped(t, [2]string{"../../../evil.csv", "email\nann@acme.test\n"}, [2]string{`..\..\evil.csv`,
		"email\nbea@acme.test\n"}, [2]string{"empty.csv", ""})
	var got []string
	err := filepath.WalkDir(filepath.Dir(x.dir), func(path string, e os.DirEntry, err error) error {
		rel, _ := filepath.Rel(run.dir, path)
		if !e.IsDir() {
			got = append(got, rel)
		}
		at, err2 := e.Info()
		if want := map[bool]os.FileMode{true: 0o700, false: 0o600}[e.IsDir()]; path != filepath.Dir(x.dir) &&
			(err2 != nil || at.Mode().Perm() != want) {
			t.Errorf("%s has the mode %v, want %v", rel, at.Mode(), want)
		}
		return err
	})
	if want := "lists/1 lists/2 run.json"; err != nil || strings.Join(got, " ") != want {
		t.Errorf("there are %q, want %s: %v", got, want, err)
	}
	if run.Lists[0].Name != "evil.csv" || run.Lists[1].Name != "evil.csv" {
		t.Errorf("the lists are called %v", run.Lists)
	}
}

func TestOnlyOutputsCanBeHad(t *testing.T) {
	x := open(t, nil, nil)
	run := x.dropped(t, [2]string{"contacts.csv", "email\nann@acme.test\n"})
	if err := os.MkdirAll(filepath.Join(run.out(), "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"clean.csv": "clean", ".prebounce.json": "manifest",
		"sub/clean.csv": "sub"} {
		if err := os.WriteFile(filepath.Join(run.out(), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(run.out(), "link.csv")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"clean.csv": 200, "sub/clean.csv": 200, "sub": 404, ".prebounce.json": 404, "link.csv": 404,
		"..%2frun.json": 404, "%2e%2e/run.json": 404,
		"../lists/1": 404, "..%5crun.json": 404, "%2fetc%2fpasswd": 404, "": 404,
	} {
		a, text := exchange(t, x.request(t, "GET", "/runs/"+run.ID+"/files/"+path, nil))
		if (a.StatusCode != want && !(want == 404 && a.StatusCode/100 == 3)) || strings.Contains(text, "ann@") ||
			strings.Contains(text, "root:") {
			t.Errorf("%s: %d, want %d: %s", path, a.StatusCode, want, text)
		}
		if want == 200 && !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s is shown, not saved", path)
		}
	}
	for _, id := range []string{"..", "%2e%2e", "..%2f..%2fetc", strings.ToLower(run.ID), run.ID + "x",
		".part-" + run.ID} {
		if a, _ := exchange(t, x.request(t, "GET", "/runs/"+id+"/report", nil)); a.StatusCode == 200 {
			t.Errorf("the run %q can be had", id)
		}
	}
}

// TestTwoTabsDeleteTheSameRun: one of them does, the other is told so, and no other run is touched.
func TestTwoTabsDeleteTheSameRun(t *testing.T) {
	x := open(t, nil, nil)
	other := x.dropped(t, [2]string{"other.csv", "email\nann@acme.test\n"})
	for range 20 {
		run := x.dropped(t, [2]string{"contacts.csv", "email\nann@acme.test\n"})
		codes := make(chan int)
		for range 2 {
			go func() {
				a, _ := exchange(t, x.request(t, "POST", "/runs/"+run.ID+"/delete", nil))
				codes <- a.StatusCode
			}()
		}
		if a, b := <-codes, <-codes; a+b != http.StatusSeeOther+http.StatusNotFound {
			t.Errorf("the tabs see %d and %d", a, b)
		}
	}
	left, err := os.ReadDir(x.dir)
	if err != nil || len(left) != 1 || left[0].Name() != other.ID {
		t.Errorf("left are %v: %v", left, err)
	}
}

// TestOnlyRetainDeletes: a run is kept until somebody deletes it, or for as long as was said.
func TestOnlyRetainDeletes(t *testing.T) {
	for _, retain := range []time.Duration{0, time.Hour} {
		x := open(t, func(o *Options) { o.Retain = retain }, nil)
		run := x.dropped(t, [2]string{"contacts.csv", "email\nann@acme.test\n"})
		if all, err := x.runs.list(time.Now().Add(59 * time.Minute)); err != nil || len(all) != 1 {
			t.Errorf("kept for %v, %d are left too early: %v", retain, len(all), err)
		}
		if all, err := x.runs.list(time.Now().Add(1000 * time.Hour)); err != nil || (len(all) == 1) != (retain == 0) {
			t.Errorf("kept for %v, %d are left: %v", retain, len(all), err)
		}
		if _, err := x.runs.get(run.ID); (err == nil) != (retain == 0) {
			t.Errorf("kept for %v: %v", retain, err)
		}
	}
}

// TestNobodyIsMailedWhoOptedOut: no choice of a page, and no field that somebody adds to its form, keeps such contacts.
func TestNobodyIsMailedWhoOptedOut(t *testing.T) {
	for name, values := range map[string][]string{
		"keep": {"opted_out", "complained", "suppressed", "past_bounce"}, "yes-keep-opted-out": {"1"},
		"review": {"opted_out"}, "force": {"1"},
		"store": {"x"}, "out": {"/etc"}, "suppress": {"/etc/passwd"}, "history": {"/etc/passwd"}, "config": {"x"},
	} {
		c, err := parseChoices(map[string][]string{name: values, "column": {"Email"}})
		if got := strings.Join(c.args(false), " "); err != nil || got != "--column=Email" {
			t.Errorf("%s=%v: %q, %v", name, values, got, err)
		}
	}
	for name, value := range map[string]string{"status-column": "NONE", "esp": "/etc/passwd", "format": "exe",
		"sent-so-far": "-1", "column": "a\nb", "helo": strings.Repeat("x", 999)} {
		if c, err := parseChoices(map[string][]string{name: {value}}); err == nil {
			t.Errorf("%s=%q is taken: %v", name, value, c)
		}
	}
}
