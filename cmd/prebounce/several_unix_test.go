//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestInterruptedOverSeveralListsItGoesOn: nothing is left of the run but what DNS said, which the next run does not
// ask again.
func TestInterruptedOverSeveralListsItGoesOn(t *testing.T) {
	t.Parallel()
	const domains = 3000         // of which each list has two thirds
	const retries = domains / 10 // questions whose answers come too late where the machine is busy
	dir := t.TempDir()
	s := startServer(t, giants+"*.well.test MX 1 mx.giant.test\nslow.test MX 1 mx.giant.test delay=1h\n")
	a, b := "email\n", "email\n"
	for i := range domains {
		row := fmt.Sprintf("ann@d%d.well.test\n", i)
		if i < domains*2/3 {
			a += row
		}
		if i >= domains/3 {
			b += row
		}
	}
	write(t, dir, "a.csv", a)
	write(t, dir, "b.csv", b)
	write(t, dir, "slow.csv", "email\nann@slow.test\n")
	flags := []string{"--resolver", s.DNSAddr(), "--allow-private-networks", "-q", "clean", "a.csv", "b.csv"}
	p := begin(t, dir, nil, append(flags, "slow.csv")...)
	until(t, "a thousand facts are stored", func() bool { return stored(t, dir) >= 1000 })
	p.Process.Signal(os.Interrupt)
	p.expectInterrupted(t, "a.csv", "b.csv", "slow.csv")
	asked, known := askedAbout(s, ".well.test"), stored(t, dir)
	p = begin(t, dir, nil, flags...)
	if got := p.status(t); got.ExitStatus() != exitDone {
		t.Errorf("exit status %d: %s", got.ExitStatus(), p.stderr.String())
	}
	if again := askedAbout(s, ".well.test") - asked; again > domains-known+retries {
		t.Errorf("%d of %d domains were known, yet %d questions were asked", known, domains, again)
	}
	for _, name := range []string{"a.csv/clean.csv", "b.csv/removed.csv", "results.csv"} {
		if _, err := os.Stat(filepath.Join(dir, "a-and-1-more-prebounce", name)); err != nil {
			t.Error(err)
		}
	}
}
