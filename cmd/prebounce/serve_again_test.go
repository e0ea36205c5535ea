//go:build unix

package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestASecondStartOpensThePageOfTheFirst, with the lists that it was started with; and a button of the page ends the program.
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
