//go:build unix

package main

import (
	"bytes"
	"errors"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestASecondStartOpensThePageOfTheFirst, with the lists that it was started with; and a button of the page
// ends the program.
func TestASecondStartOpensThePageOfTheFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	list := copySample(t, dir, "contacts.csv")
	first, link := startServe(t, dir, "--sandbox")
	second, again := startServe(t, dir, "--sandbox", list)
	if s := second.status(t); s.ExitStatus() != exitDone {
		t.Fatalf("exit %d: %s", s.ExitStatus(), second.stderr.String())
	}
	a, b := parsed(t, link), parsed(t, again)
	if a.Host != b.Host || !strings.HasPrefix(b.Path, "/runs/2") {
		t.Errorf("it opens %s, the first is %s", again, link)
	}
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	fetch(t, c, http.MethodGet, again)
	if page := fetch(t, c, http.MethodGet, "http://"+b.Host+b.Path); !strings.Contains(page, "ada@acme.test") {
		t.Errorf("the page does not show the list: %.2000s", page)
	}
	if at, err := os.Stat(runningIn(filepath.Join(dir, "runs"))); err != nil || at.Mode().Perm() != 0o600 {
		t.Errorf("where the server is: %v, %v", at, err)
	}
	fetch(t, c, http.MethodPost, "http://"+b.Host+"/quit")
	if s := first.status(t); s.ExitStatus() != exitDone {
		t.Errorf("exit %d: %s", s.ExitStatus(), first.stderr.String())
	}
	if isFile(runningIn(filepath.Join(dir, "runs"))) {
		t.Error("it left word where it is")
	}
}

// TestServeTakesItsMailAway when it ends.
func TestServeTakesItsMailAway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, _ := startServe(t, dir, "--sandbox", "--smtp", "0")
	inboxes := func() []string {
		found, err := filepath.Glob(filepath.Join(dir, "tmp", "prebounce-inbox-*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if len(inboxes()) != 1 {
		t.Errorf("the inboxes are %v", inboxes())
	}
	s.Process.Signal(syscall.SIGTERM)
	if status := s.status(t); status.ExitStatus() != exitDone && status.ExitStatus() != exitInterrupted {
		t.Errorf("exit %d: %.2000s", status.ExitStatus(), s.stderr.String())
	}
	if left := inboxes(); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}

func parsed(t *testing.T, link string) *url.URL {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// fetch reads what is there; it must be well.
func fetch(t *testing.T, c *http.Client, method, at string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s, %v: %s", method, at, a.Status, err, b)
	}
	return string(b)
}

// TestARunIsStoppedAndGoesOn without a script: forms and links alone do everything but live updates.
func TestARunIsStoppedAndGoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	slow := startServer(t, giants+"well.test MX 1 mx.giant.test\nslow.test MX 1 mx.giant.test delay=1h\n")
	quick := startServer(t, giants+"well.test MX 1 mx.giant.test\nslow.test MX 1 mx.giant.test\n")
	settings := func(resolver string) {
		write(t, dir, "prebounce.toml", "resolver = [\""+resolver+"\"]\nallow-private-networks = true\n")
	}
	settings(slow.DNSAddr())
	write(t, dir, "list.csv", "email\nann@well.test\nbea@slow.test\n")
	_, link := startServe(t, dir, filepath.Join(dir, "list.csv"))
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	fetch(t, c, http.MethodGet, link)
	run, _, _ := strings.Cut(link, "?")
	post(t, c, run+"/choose", url.Values{"do": {"start"}, "last-sent": {"never"}})
	until(t, "slow.test is asked", func() bool { return slow.Asked()["MX slow.test"] > 0 })
	for _, what := range []string{"/choose", "/start", "/delete"} {
		if a := post(t, c, run+what, nil); a.StatusCode != http.StatusConflict &&
			a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s while it works: %s", what, a.Status)
		}
	}
	post(t, c, run+"/cancel", nil)
	until(t, "it has stopped", func() bool {
		return strings.Contains(fetch(t, c, http.MethodGet, run), "was stopped before it was done")
	})
	settings(quick.DNSAddr())
	post(t, c, run+"/start", nil)
	until(t, "it is done", func() bool { return strings.Contains(fetch(t, c, http.MethodGet, run), "clean.csv") })
	if got, want := fetch(t, c, http.MethodGet, run+"/files/clean.csv"),
		"email\nann@well.test\nbea@slow.test\n"; got != want {
		t.Errorf("clean.csv is %q, want %q", got, want)
	}
	post(t, c, run+"/delete", nil)
	if left, err := os.ReadDir(filepath.Join(dir, "runs")); err != nil || len(left) != 1 ||
		left[0].Name() != ".serve.json" {
		t.Errorf("left are %v: %v", left, err)
	}
}

// TestEveryLinkOfAPageLeadsSomewhere, also where lists have odd names.
func TestEveryLinkOfAPageLeadsSomewhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lists := []string{"100% #1?.csv", "ä & <b>\"x\".csv", "a;b=c+d.csv"}
	for i, name := range lists {
		write(t, dir, name, "email\nann@acme.test\nbea@gone.test\ncal"+strconv.Itoa(i)+"@acme.test\n")
		lists[i] = filepath.Join(dir, name)
	}
	_, link := startServe(t, dir, append([]string{"--sandbox"}, lists...)...)
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	fetch(t, c, http.MethodGet, link)
	run, _, _ := strings.Cut(link, "?")
	post(t, c, run+"/choose", url.Values{"do": {"start"}})
	page := ""
	until(t, "it is done", func() bool {
		page = fetch(t, c, http.MethodGet, run)
		return strings.Contains(page,
			`id="downloads"`)
	})
	links := regexp.MustCompile(`href="(/[^"]*)"`).FindAllStringSubmatch(page, -1)
	files := 0
	for _, l := range links {
		at, err := url.Parse(run)
		if err == nil {
			at, err = at.Parse(html.UnescapeString(l[1]))
		}
		if err != nil {
			t.Fatalf("%s: %v", l[1], err)
		}
		text := fetch(t, c, http.MethodGet, at.String())
		if strings.HasSuffix(at.Path, "/clean.csv") && strings.HasPrefix(text, "email\n") {
			files++
		}
	}
	if files != len(lists) {
		t.Errorf("%d of %d clean lists can be downloaded: %q", files, len(lists), links)
	}
}

// TestThePlanSaysWhatAskingTakes, and is red where servers would refuse to be asked.
func TestThePlanSaysWhatAskingTakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, link := startServe(t, dir, "--sandbox", copySample(t, dir, "contacts.csv"))
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	fetch(t, c, http.MethodGet, link)
	run, _, _ := strings.Cut(link, "?")
	for _, want := range []struct {
		helo, from string
		red        bool
	}{{"", "", false}, {"nowhere.gone.test", "news@gone.test", true}} {
		post(t, c, run+"/choose", url.Values{"do": {"plan"}, "probe": {"1"}, "helo": {want.helo}, "from": {want.from}})
		page := ""
		until(t, "the plan is there", func() bool {
			page = fetch(t, c, http.MethodGet,
				run)
			return strings.Contains(page, `id="plan"`)
		})
		if !strings.Contains(page, " addresses</b> in a first round, at most ") || !strings.Contains(page,
			"<td>google</td>") {
			t.Errorf("the plan is not told: %s", page[strings.Index(page, `id="plan"`):])
		}
		if red := strings.Contains(page, "Do not ask from here yet"); red != want.red {
			t.Errorf("as %q it is red: %v", want.helo, red)
		}
	}
}

// post sends a form.
func post(t *testing.T, c *http.Client, at string, form url.Values) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	return a
}

// TestARunLearnsFromABounceExport that is dropped on it, and says on the page of runs what was forecast and what came.
func TestARunLearnsFromABounceExport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, link := startServe(t, dir, "--sandbox", copySample(t, dir, "contacts.csv"))
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	fetch(t, c, http.MethodGet, link)
	run, _, _ := strings.Cut(link, "?")
	post(t, c, run+"/choose", url.Values{"do": {"start"}})
	until(t, "it is done", func() bool { return strings.Contains(fetch(t, c, http.MethodGet, run), `id="downloads"`) })
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, field := range [][2]string{{"address", "Recipient"}, {"reply", "Error"}} {
		if err := form.WriteField(field[0], field[1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("list", "bounces.csv")
	if err == nil {
		_, err = io.WriteString(part, "Recipient,Error\nada@acme.test,550 5.1.1 User unknown\n")
	}
	if err = errors.Join(err, form.Close()); err != nil {
		t.Fatal(err)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, run+"/bounces", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	a, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(a.Body)
	a.Body.Close()
	base, _, _ := strings.Cut(run, "/runs/")
	if page := fetch(t, c, http.MethodGet, base+"/runs"); !strings.Contains(page, "1 send was learned from") {
		t.Errorf("it learned nothing: %s\n%s", said, page)
	}
}
