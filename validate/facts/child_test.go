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
)

// The tests start their own binary again to have a second process; these variables tell it what to play, and on which store.
const (
	childVar = "PREBOUNCE_FACTS_CHILD"
	storeVar = "PREBOUNCE_FACTS_STORE"
)

const childFacts = 2_500

// children are the parts that a second process can play; args are theirs.
var children = map[string]func(path string, args []string) error{
	"writer":  playWriter,
	"forever": playForever,
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
	c := child(t, path, "forever")
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
	got := loaded(t, path, time.Now())
	for i := range childFacts {
		if m, ok := got[childDomain("committed", i)]; !ok || m.Status != validate.HasMX || len(m.Hosts) != 3 {
			t.Fatalf("%s is lost or mangled: %+v", childDomain("committed", i), m)
		}
	}
	keep(t, path, map[string]validate.Mail{"next.example": sampleMail(1, time.Now())})
}
