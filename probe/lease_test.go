package probe_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/facts"
)

// TestAnotherRunThatGoesOn: whoever asks an operator keeps its lease while it lives; the next run waits no longer in
// all than it may.
func TestAnotherRunThatGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "facts.db")
	var stores [2]*facts.Store
	for i := range stores {
		s, err := facts.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		stores[i] = s
	}
	w := parse(t, host("a.test", 1, "postfix", "ann"), at("a.test", "ann gone")...)
	all := w.questions(t)
	lease := func() {
		now := time.Now()
		if other, err := stores[0].Lease(t.Context(), "a.test", now, now.Add(2*time.Second)); err != nil ||
			!other.IsZero() {
			t.Errorf("the lease is another's until %v, %v", other, err)
		}
	}
	lease()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(10 * time.Millisecond); ; {
			select {
			case <-stop:
				return
			case <-tick.C:
				lease()
			}
		}
	}()
	s, err := sandbox.Start(t.Context(), w.World, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ask := func() string {
		o := outcome{answers: make([]validate.Answer, len(all))}
		p := probe.Prober{Store: stores[1], MaxWait: 3000 * time.Second, Pace: 1000,
			Client: &smtp.Client{HELO: "probe.sandbox.test", From: "check@sandbox.test", Dial: s.Dial,
				AllowPrivate: true}}
		_, err := p.Ask(t.Context(), slices.Values(all), func(found []validate.Answered) error {
			for _, f := range found {
				o.answers[f.ID] = f.Answer
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if a := o.answers[0]; a.Status == validate.Postponed && !strings.Contains(a.Detail, "another run is asking") {
			t.Errorf("%+v", a)
		}
		return o.reasons()
	}
	if got := ask(); got != "postponed postponed" {
		t.Errorf("while another run asks: %s", got)
	}
	close(stop)
	<-stopped
	if err := stores[0].Release(t.Context(), "a.test"); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got != "accepted mailbox_unknown" {
		t.Errorf("afterwards: %s", got)
	}
}
