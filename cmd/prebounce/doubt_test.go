package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// TestAResolverThatKnowsNobodyRemovesNobody: where not even the giants exist, no domain is gone, and none is remembered
// as gone.
func TestAResolverThatKnowsNobodyRemovesNobody(t *testing.T) {
	w, err := sandbox.Parse("well.test MX 1 mx.well.test\nmx.well.test A 192.0.2.1\n")
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), w, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dir := t.TempDir()
	list := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(list, []byte("email\nann@well.test\nbob@gone.test\ncarl@@gone.test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"clean", list, "--resolver", s.DNSAddr(), "--allow-private-networks", "--store",
		filepath.Join(dir, "facts.db")}, nil, &stdout, &stderr)
	if code != exitCurable || !strings.Contains(stderr.String(), "2 of 3 addresses could not be decided now") {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
	if !strings.Contains(stdout.String(),
		"DNS answers of this run are not trusted: gmail.com is known to accept mail, but DNS does not confirm it: ") {
		t.Errorf("the summary is silent about it:\n%s", stdout.String())
	}
	for name, want := range map[string]string{
		"clean.csv":   "email\n",
		"removed.csv": "email,pb_status,pb_reason,pb_detail,pb_suggestion\ncarl@@gone.test,undeliverable,bad_syntax,a second @ at 6,carl@gone.test\n",
	} {
		if got, err := os.ReadFile(filepath.Join(dir, "list-prebounce", name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	held, _ := runCache(t, exitDone, "info", "--store", filepath.Join(dir, "facts.db"))
	if !strings.Contains(held, "domains          0\n") {
		t.Errorf("the store holds\n%s", held)
	}
}

// TestADeadResolverIsTold and ends nothing: what it can't tell goes to review.
func TestADeadResolverIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	list := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(list, []byte("email\nann@well.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"clean", list, "--resolver", "127.0.0.1:1", "--no-store"}, nil, &stdout, &stderr)
	if code != exitCurable || !strings.Contains(stderr.String(), "127.0.0.1:1") || !strings.Contains(stdout.String(),
		"dns_failed") {
		t.Errorf("exit %d: %s%s", code, stderr.String(), stdout.String())
	}
}
