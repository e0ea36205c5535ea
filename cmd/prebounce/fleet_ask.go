package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/fleet"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/facts"
)

// fleetFile is where a run keeps its key, named by what it is about.
func fleetFile(about string) (string, error) {
	store, err := facts.DefaultPath()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(about))
	return filepath.Join(filepath.Dir(store), "fleet", hex.EncodeToString(sum[:12])+".json"), nil
}

// workersFlags are about who asks, which in a fleet the workers say.
var workersFlags = []string{"helo", "from", "ip", "bind", "proxy", "smtp-port", "force-probe", "blocklist"}

// fleetsFlags hold for a whole fleet.
var fleetsFlags = []string{"operators", "pace"}

// coordinator makes ready to ask through a fleet. The store may be nil.
func (s *probeSettings) coordinator(c *cobra.Command, a *asker, store *facts.Store) (*fleet.Coordinator, error) {
	if a.lookup == nil || a.sandbox != nil {
		return nil, usageError(errors.New("a fleet asks real mail servers, and needs DNS"),
			"leave out --fleet, or --no-dns and --sandbox")
	}
	for _, wrong := range []struct {
		flags []string
		whose string
		hint  string
	}{{workersFlags, "worker", "prebounce worker --help"}, {fleetsFlags, "fleet", "prebounce fleet serve --help"},
		{[]string{"known-good"}, "single machine", "leave it out"}} {
		for _, name := range wrong.flags {
			if c.Flags().Changed(name) {
				return nil, usageError(fmt.Errorf("--%s is a %s's, and does not go with --fleet", name, wrong.whose),
					wrong.hint)
			}
		}
	}
	conn, err := joinFleet(c, s.fleet)
	if err != nil {
		return nil, err
	}
	patience := s.maxWait
	if patience <= 0 {
		patience = -1
	}
	f := &fleet.Coordinator{Conn: conn, MaxWait: patience,
		Tell: func(text string) { say(c.ErrOrStderr(), "fleet: %s", text) }}
	if store != nil {
		f.Control = func(ctx context.Context, domain string, is validate.Control, host string, at time.Time) error {
			return store.PutControl(ctx, domain, is, host, "", at)
		}
	}
	return f, nil
}

// asksFleet makes ready to ask through a fleet.
func (o *cleaning) asksFleet(c *cobra.Command, r *batch.Run, a *asker, show func(probe.Progress)) error {
	store, _ := r.Answers.(*facts.Store)
	f, err := o.probe.coordinator(c, a, store)
	if err != nil {
		return err
	}
	f.Progress, f.RCPTs = show, int(o.sample.cap(o.probeAll))
	if store != nil { // without one nothing would be known of what was answered
		if f.Journal, err = journalOf(r.Dir); err != nil {
			return err
		}
	}
	r.Asker, o.fleet = f, f
	return nil
}

// endFleet ends a run's part in its fleet. What it has not come to an end with, it takes up when it is run again.
func (o *cleaning) endFleet(ctx context.Context, err error) error {
	if o.fleet == nil {
		return nil
	}
	defer o.fleet.Conn.Close()
	if err != nil && o.fleet.Journal != "" {
		o.fleet.Leave()
		return nil
	}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return o.fleet.Close(within)
}

// endFleet takes back what is not answered: nobody waits for it.
func (o *checking) endFleet(ctx context.Context) error {
	if o.fleet == nil {
		return nil
	}
	defer o.fleet.Conn.Close()
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	return o.fleet.Close(within)
}
