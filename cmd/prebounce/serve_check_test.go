//go:build unix

package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/facts"
	"github.com/prebounce/prebounce/validate/reply"
)

// checkerFor makes a checker that asks a world, by settings of check in a file, as a person has them.
func checkerFor(t testing.TB, dir string, s *sandbox.Sandbox) *checker {
	t.Helper()
	t.Chdir(dir)
	write(t, dir, "prebounce.toml", "resolver = [\""+s.DNSAddr()+"\"]\nallow-private-networks = true\nstore = \""+
		filepath.Join(dir, "facts.db")+"\"\n")
	c := &cobra.Command{}
	c.SetContext(t.Context())
	c.SetErr(io.Discard)
	k := newChecker(c, false)
	t.Cleanup(k.close)
	return k
}

// TestOneQuestionHoweverManyAsk: callers at the same time share it, later ones have its answer, and so does
// the next start from the store.
func TestOneQuestionHoweverManyAsk(t *testing.T) {
	s := startServer(t, giants+"well.test MX 1 mx.giant.test\nnot.test TXT x\n")
	dir := t.TempDir()
	k := checkerFor(t, dir, s)
	for range 2 {
		var all sync.WaitGroup
		for range 100 {
			for address, want := range map[string]validate.Reason{"ann@well.test": validate.Unproven,
				"ann@not.test": validate.NoMailHost} {
				all.Go(func() {
					got, err := k.check(t.Context(), address)
					if err != nil || len(got) != 1 || (got[0].Reason != want && want != validate.Unproven) ||
						got[0].Status == validate.Undeliverable != (want == validate.NoMailHost) {
						t.Errorf("%s: %+v, %v", address, got, err)
					}
				})
			}
		}
		all.Wait()
	}
	for _, name := range []string{"MX well.test", "MX not.test"} {
		if n := s.Asked()[name]; n < 1 || n > 2 { // a no is asked for twice
			t.Errorf("%s: %d questions", name, n)
		}
	}
	k.close()
	before := s.Asked()["MX well.test"]
	if _, err := checkerFor(t, dir, s).check(t.Context(), "ann@well.test"); err != nil ||
		s.Asked()["MX well.test"] != before {
		t.Errorf("after a restart it is asked again: %d questions, %v", s.Asked()["MX well.test"], err)
	}
}

// TestWhoeverAsksAgainHasTheAnswer: a caller who does not wait for it gets none, and no guess either.
func TestWhoeverAsksAgainHasTheAnswer(t *testing.T) {
	s := startServer(t, giants+"slow.test MX 1 mx.giant.test delay=300ms\n")
	k := checkerFor(t, t.TempDir(), s)
	if _, err := k.check(t.Context(), "ann@gmail.com"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if got, err := k.check(ctx, "ann@slow.test"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%+v, %v", got, err)
	}
	got, err := k.check(t.Context(), "ann@slow.test")
	if err != nil || got[0].MX == nil || len(*got[0].MX) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if n := s.Asked()["MX slow.test"]; n != 1 {
		t.Errorf("%d questions", n)
	}
}

// TestABrokenDNSIsNotBelieved: what it denies is not known.
func TestABrokenDNSIsNotBelieved(t *testing.T) {
	s := startServer(t, "well.test MX 1 mx.well.test\nmx.well.test A 192.0.2.1\n") // the giants are unknown there
	got, err := checkerFor(t, t.TempDir(), s).check(t.Context(), "ann@nowhere.test")
	if err != nil || got[0].Status != validate.Unknown || got[0].Reason != validate.DNSFailed {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestWhatARunWasToldCounts: a reply that it left in the store decides, and nobody is asked again. Without one the
// address is not probed, as the settings do not say that mail servers are asked.
func TestWhatARunWasToldCounts(t *testing.T) {
	s := startServer(t, giants+"well.test MX 1 mx.giant.test\n")
	k := checkerFor(t, t.TempDir(), s)
	if got, err := k.check(t.Context(), "ann@well.test"); err != nil || got[0].Reason != validate.NotProbed {
		t.Fatalf("%+v, %v", got, err)
	}
	said := validate.Answer{Status: validate.Said, Text: "250 2.1.5 Ok", Stage: reply.RCPT, Host: "mx.giant.test",
		Operator: "giant.test", Control: validate.ControlRefused, At: time.Now()}
	err := k.o.facts.PutAnswers(t.Context(), []facts.KeyedAnswer{{Key: k.o.facts.Key("bea@well.test"),
		Domain: "well.test", Answer: said}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got, err := k.check(t.Context(), "bea@well.test")
		if err != nil || got[0].Reason != validate.Accepted || got[0].Status != validate.Deliverable {
			t.Errorf("%+v, %v", got, err)
		}
	}
}
