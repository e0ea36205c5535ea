package facts

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

// The tests start their own binary again to have a second process; these variables tell it what to play, and on which
// store.
const (
	childVar = "PREBOUNCE_FACTS_CHILD"
	storeVar = "PREBOUNCE_FACTS_STORE"
)

const childFacts = 2_500

// children are the parts that a second process can play; args are theirs.
var children = map[string]func(path string, args []string) error{
	"writer":  playWriter,
	"forever": playForever,
	"taker":   playTaker,
	"asker":   playAsker,
}

func childDomain(who string, i int) string { return fmt.Sprintf("%d.%s.example", i, who) }

// playWriter writes facts of its own and some that every writer writes.
func playWriter(path string, args []string) error {
	s, err := Open(context.Background(), path)
	if err != nil {
		return err
	}
	now := time.Now()
	for i := range childFacts {
		s.Put(childDomain(args[0], i), sampleMail(i%20, now))
		s.Put(childDomain("common", i%50), sampleMail(i%20, now))
	}
	return errors.Join(s.Close(), notesError(s))
}

func notesError(s *Store) error {
	if notes := s.Notes(); notes != nil {
		return errors.New(strings.Join(notes, "\n"))
	}
	return nil
}

// playForever says when its first facts are committed, and goes on writing until it is killed.
func playForever(path string, _ []string) error {
	s, err := Open(context.Background(), path)
	if err != nil {
		return err
	}
	now := time.Now()
	for i := range childFacts {
		s.Put(childDomain("committed", i), sampleMail(i%20, now))
	}
	flushed(s, childFacts)
	fmt.Println("committed")
	for i := 0; s.whyOff() == nil; i++ {
		s.Put(childDomain("later", i), sampleMail(i%20, now))
	}
	return notesError(s)
}

// The takers' cap: small and short, so that it is reached again and again.
var takersCap = limits.Cap{Key: "host 192.0.2.1", Most: 20, Within: 30 * time.Millisecond}

const takersShare = 100

// playTaker spends its share of the cap, gives back some of it, and prints what it has spent and when.
func playTaker(path string, _ []string) error {
	s, err := Open(context.Background(), path)
	if err != nil {
		return err
	}
	wide := limits.Cap{Key: "operator", Most: 1 << 30, Within: time.Hour}
	for left, i := takersShare, 0; left > 0; i++ {
		now := time.Now()
		n, again, err := s.Take(context.Background(), now, min(left, 1+i%7), takersCap, wide)
		if err != nil {
			return err
		}
		if n > 1 && i%3 == 0 {
			n--
			if err := s.GiveBack(context.Background(), now, 1, takersCap, wide); err != nil {
				return err
			}
		}
		left -= n
		if n > 0 {
			fmt.Println(now.UnixNano(), n)
		}
		if !again.IsZero() {
			<-time.After(time.Until(again))
		}
	}
	return errors.Join(s.Close(), notesError(s))
}

// playAsker leases an operator, keeps an answer, says so and waits to be killed.
func playAsker(path string, _ []string) error {
	s, err := Open(context.Background(), path)
	if err != nil {
		return err
	}
	if other, err := s.Lease(context.Background(), "google", noon, noon.Add(time.Minute)); err != nil ||
		!other.IsZero() {
		return fmt.Errorf("the lease is another's until %v, %v", other, err)
	}
	if err := s.PutAnswers(context.Background(), []KeyedAnswer{{Key: s.Key("ana@example.com"),
		Answer: said("550 5.1.1 User unknown")}}); err != nil {
		return err
	}
	fmt.Println("committed")
	select {}
}

func child(t *testing.T, path, part string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, args...)
	c.Env = append(os.Environ(), childVar+"="+part, storeVar+"="+path)
	c.Stderr = os.Stderr
	return c
}

func TestProcessesShareAStore(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	var running []*exec.Cmd
	for _, who := range []string{"one", "two", "three"} {
		c := child(t, path, "writer", who)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, c)
	}
	for _, c := range running {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	got := loaded(t, path, time.Now())
	if want := len(running)*childFacts + 50; len(got) != want {
		t.Errorf("%d facts, want %d", len(got), want)
	}
}

func TestWhatWasCommittedOutlivesAKill(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	killWhenCommitted(t, child(t, path, "forever"))
	got := loaded(t, path, time.Now())
	for i := range childFacts {
		if m, ok := got[childDomain("committed", i)]; !ok || m.Status != validate.HasMX || len(m.Hosts) != 3 {
			t.Fatalf("%s is lost or mangled: %+v", childDomain("committed", i), m)
		}
	}
	keep(t, path, map[string]validate.Mail{"next.example": sampleMail(1, time.Now())})
}

func TestAnswersOutliveAKillAndSoDoesALeaseUntilItsEnd(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	killWhenCommitted(t, child(t, path, "asker"))
	s := mustOpen(t, path)
	if got := answers(t, s, noon, "ana@example.com"); got["ana@example.com"] != said("550 5.1.1 User unknown") {
		t.Errorf("the answer is lost or mangled: %+v", got)
	}
	end := noon.Add(time.Minute)
	for _, at := range []struct{ now, other time.Time }{{end.Add(-1), end}, {end, time.Time{}}} {
		if other, err := s.Lease(t.Context(), "google", at.now, end); err != nil || !other.Equal(at.other) {
			t.Errorf("at %v it is another's until %v, %v, want %v", at.now, other, err, at.other)
		}
	}
}

// killWhenCommitted starts the other process and ends it with SIGKILL as soon as it says "committed".
func killWhenCommitted(t *testing.T, c *exec.Cmd) {
	t.Helper()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "committed\n" {
		t.Errorf("the other process said %q, %v", line, err)
	}
	if err := c.Process.Kill(); err != nil { // SIGKILL
		t.Fatal(err)
	}
	if err := c.Wait(); err == nil {
		t.Error("the other process ended by itself")
	}
}

func TestProcessesShareACap(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	const takers = 3
	var said [takers]strings.Builder
	var running []*exec.Cmd
	for i := range takers {
		c := child(t, path, "taker")
		c.Stdout = &said[i]
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, c)
	}
	for _, c := range running {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	type record struct{ at, n int64 }
	var records []record
	all := 0
	for i := range takers {
		for line := range strings.Lines(said[i].String()) {
			var r record
			if _, err := fmt.Sscan(line, &r.at, &r.n); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			records, all = append(records, r), all+int(r.n)
		}
	}
	if all != takers*takersShare {
		t.Errorf("%d were spent, want %d", all, takers*takersShare)
	}
	for _, first := range records {
		sum := 0
		for _, r := range records {
			if first.at <= r.at && r.at < first.at+int64(takersCap.Within) {
				sum += int(r.n)
			}
		}
		if sum > takersCap.Most {
			t.Fatalf("%d in the span from %d on, want at most %d", sum, first.at, takersCap.Most)
		}
	}
}
