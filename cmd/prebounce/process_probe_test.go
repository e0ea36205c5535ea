//go:build unix

package main

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// lab is a sandbox for other programs, three hundred times as fast as the world: a busy machine may hold a process up,
// and its leases must outlast that.
func lab(t *testing.T) (s *sandbox.Sandbox, flags []string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of 127.0.0.0/8")
	}
	w, err := readWorld("")
	if err != nil {
		t.Fatal(err)
	}
	if s, err = sandbox.Start(t.Context(), w, sandbox.Options{SMTP: anyPort, Pace: 300}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, []string{"--resolver", s.DNSAddr(), "--smtp-port", smtpPort(s), "--allow-private-networks", "--pace",
		"300",
		"--helo", "probe.sandbox.test", "--from", "check@sandbox.test", "--yes-remove"}
}

// manyContacts is a list of addresses at hosts of several kinds, so many of whom are gone at each.
func manyContacts(gone int) (text string, n int) {
	var b strings.Builder
	b.WriteString("Email\n")
	for _, domain := range []string{"postfix.test", "exim.test", "opensmtpd.test", "sendmail.test", "hardened.test",
		"google.test", "edge.test", "postgrey.test"} {
		for _, name := range []string{"ann", "ben", "cleo", "lou", "max"} {
			fmt.Fprintf(&b, "%s@%s\n", name, domain)
			n++
		}
		for i := range gone {
			fmt.Fprintf(&b, "gone%d@%s\n", i, domain)
			n++
		}
	}
	return b.String(), n
}

// reasonsOf reads what became of each row.
func reasonsOf(t *testing.T, dir string) (all []string) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		all = append(all, row[1]+" "+row[3])
	}
	return all
}

// asked counts the recipients that the servers were asked about, and what no client may do.
func asked(t *testing.T, s *sandbox.Sandbox) (n int) {
	t.Helper()
	for host, m := range s.Conduct() {
		if host == "mx.sandbox.test" { // the sender's own, which every process asks about the sender
			continue
		}
		n += m.Recipients
		if m.AtOnce > 1 || m.Data > 0 || m.Refused > 8 {
			t.Errorf("%s: %+v", host, m)
		}
	}
	return n
}

// TestKilledWhileAskingAndRunAgain: what was answered is not asked again, but for a batch of each lane that was at
// work.
func TestKilledWhileAskingAndRunAgain(t *testing.T) {
	t.Parallel()
	s, flags := lab(t)
	dir := t.TempDir()
	text, n := manyContacts(20)
	write(t, dir, "list.csv", text)
	args := append([]string{"clean", "list.csv", "--probe-all", "--yes-remove"}, flags...)
	kills := 0
	for ; kills < 4; kills++ {
		p := begin(t, dir, nil, args...)
		time.AfterFunc(time.Duration(100+rand.IntN(400))*time.Millisecond, func() { p.Process.Kill() })
		if !p.status(t).Signaled() {
			break
		}
	}
	if kills < 4 {
		t.Logf("done after %d kills", kills)
	} else if p := begin(t, dir, nil, args...); p.status(t).ExitStatus() > exitCurable {
		t.Fatal(p.stderr.String())
	}
	got := reasonsOf(t, filepath.Join(dir, "list-prebounce"))
	if len(got) != n {
		t.Fatalf("%d results of %d", len(got), n)
	}
	for _, g := range got {
		address, reason, _ := strings.Cut(g, " ")
		truth := map[byte]string{'a': "accepted", 'b': "accepted", 'c': "accepted", 'l': "mailbox_full"}[address[0]]
		if (truth != "" && reason != truth) || (truth == "" && reason == "accepted") {
			t.Errorf("%s: %s", address, reason)
		}
	}
	// One for each address and a second for the greylisted ones, the controls, and what each kill may have lost.
	lanes := 8
	if most := n + 3*30 + lanes + kills*lanes*12; asked(t, s) > most {
		t.Errorf("%d RCPTs, at most %d expected after %d kills", asked(t, s), most, kills)
	}
}

// TestManyKills: whatever the moment of a kill, no answer that was stored is asked for again, no limit is passed, and
// nothing is lost. Ten lists are cleaned side by side, each by ten runs that are killed and one that is not.
func TestManyKills(t *testing.T) {
	t.Parallel()
	for i := range 10 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			killMany(t, 10)
		})
	}
}

func killMany(t *testing.T, kills int) {
	s, flags := lab(t)
	dir := t.TempDir()
	text, n := manyContacts(100)
	write(t, dir, "list.csv", text)
	args := append([]string{"clean", "list.csv", "--probe-all"}, flags...)
	for range kills {
		p := begin(t, dir, nil, args...)
		// What was killed before holds its leases for a second.
		time.AfterFunc(time.Duration(rand.IntN(2000))*time.Millisecond, func() { p.Process.Kill() })
		if !p.status(t).Signaled() {
			break
		}
	}
	if p := begin(t, dir, nil, append(args, "--force")...); p.status(t).ExitStatus() > exitCurable {
		t.Fatal(p.stderr.String())
	}
	if got := reasonsOf(t, filepath.Join(dir, "list-prebounce")); len(got) != n {
		t.Fatalf("%d results of %d", len(got), n)
	}
	asked(t, s)
	again := 0
	for host, k := range answeredAgain(s) {
		if again += k; k > 8*kills { // a kill may cost what was in one write
			t.Errorf("%s was asked again for %d answers after %d kills", host, k, kills)
		}
	}
	t.Logf("%d kills, %d answers asked for again", kills, again)
}

// answeredAgain counts the answers of each host about recipients of the list that it had answered before. A greylisted
// recipient has no answer yet.
func answeredAgain(s *sandbox.Sandbox) map[string]int {
	again, before := make(map[string]int), make(map[string]bool)
	for _, session := range s.Sessions() {
		recipient := ""
		for _, l := range session.Lines {
			text := l.Text
			if l.FromClient {
				recipient, _ = strings.CutPrefix(text, "RCPT TO:")
				continue
			}
			answer := text[0] == '2' || text[0] == '5'
			if !strings.HasPrefix(recipient, "<") || !answer || session.Host == "mx.sandbox.test" {
				continue
			}
			if before[recipient] {
				again[session.Host]++
			}
			before[recipient], recipient = true, ""
		}
	}
	return again
}

// TestTwoAtOnce: two processes with one store ask no host at the same time, and keep its limits together.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	s, flags := lab(t)
	dir := t.TempDir()
	text, n := manyContacts(20)
	write(t, dir, "one.csv", text)
	write(t, dir, "two.csv", text)
	var both []*process
	for _, list := range []string{"one", "two"} {
		both = append(both, begin(t, dir, nil, append([]string{"clean", list + ".csv", "--probe-all", "--yes-remove"},
			flags...)...))
	}
	for i, list := range []string{"one", "two"} {
		if both[i].status(t).ExitStatus() > exitCurable {
			t.Fatal(both[i].stderr.String())
		}
		if got := reasonsOf(t, filepath.Join(dir, list+"-prebounce")); len(got) != n {
			t.Errorf("%s: %d results of %d", list, len(got), n)
		}
	}
	asked(t, s)
}
