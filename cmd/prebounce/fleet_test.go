//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// aFleet is a server, its workers, and the hosts that they ask.
type aFleet struct {
	t      *testing.T
	hosts  *sandbox.Sandbox
	dir    string
	listen string
	server *process
	client []string // flags of clean
}

// fleetNames are the workers that the test's server knows.
var fleetNames = []string{"one", "two", "three", "four"}

// startFleet starts a server, and as many workers as are wanted.
func startFleet(t *testing.T, workers int, serve ...string) *aFleet {
	t.Helper()
	hosts, flags := lab(t)
	f := &aFleet{t: t, hosts: hosts, dir: t.TempDir(), listen: "127.0.0.1:0"}
	f.client = []string{"--resolver", flags[1], "--allow-private-networks", "--yes-remove", "--fleet", f.file("coordinator")}
	f.serve(serve...)
	for i := range workers {
		f.work(i)
	}
	return f
}

func (f *aFleet) file(name string) string { return filepath.Join(f.dir, "fleet", name+".fleet") }

// serve starts the server, at the place where it was before.
func (f *aFleet) serve(more ...string) {
	f.t.Helper()
	args := []string{"fleet", "serve", "--dir", "fleet", "--listen", f.listen, "--pace", "300"}
	for _, name := range fleetNames {
		args = append(args, "--worker", name)
	}
	os.Remove(f.file("coordinator"))
	f.server = begin(f.t, f.dir, nil, append(args, more...)...)
	f.until("the server listens", func() bool {
		text, err := os.ReadFile(f.file("coordinator"))
		if _, place, ok := strings.Cut(string(text), "@"); ok && err == nil {
			f.listen, _, _ = strings.Cut(place, "?")
			return true
		}
		return false
	})
}

// work starts a worker, with a sending address of its own.
func (f *aFleet) work(i int) *process {
	address := fmt.Sprintf("127.0.0.%d", 50+i)
	return begin(f.t, f.dir, nil, "worker", "--fleet", f.file(fleetNames[i]), "--helo", fmt.Sprintf("w%d.sandbox.test", i), "--from",
		"check@sandbox.test", "--bind", address, "--ip", address, "--force-probe", "--resolver", f.hosts.DNSAddr(),
		"--smtp-port", smtpPort(f.hosts), "--allow-private-networks")
}

// until waits for something that other processes do.
func (f *aFleet) until(what string, is func() bool) {
	f.t.Helper()
	for end := time.Now().Add(100 * time.Second); !is(); {
		if time.Now().After(end) {
			f.t.Fatalf("it never came to pass that %s; the server said %q", what, f.server.stderr.String())
		}
		time.Sleep(10 * time.Millisecond) // what happens elsewhere can't be waited for otherwise
	}
}

// ends waits for the end of a run that does what it is asked to. Several processes share a busy machine.
func (f *aFleet) ends(p *process) {
	f.t.Helper()
	select {
	case err := <-p.ended:
		p.ended <- err
	case <-time.After(100 * time.Second):
		f.t.Fatalf("it does not end: %s", p.stderr.String())
	}
	if p.status(f.t).ExitStatus() > exitCurable {
		f.t.Fatal(p.stderr.String())
	}
}

// rcpts counts the recipients of the list that hosts were asked about, by how often.
func (f *aFleet) rcpts() (all int, times map[string]int) {
	times = make(map[string]int)
	for _, s := range f.hosts.Sessions() {
		for _, l := range s.Lines {
			rcpt, ok := strings.CutPrefix(l.Text, "RCPT TO:<")
			if ok && l.FromClient && !strings.HasPrefix(rcpt, "x") && !strings.Contains(rcpt, "sandbox.test") {
				times[rcpt]++
				all++
			}
		}
	}
	return all, times
}

// right compares what became of each address with the truth.
func (f *aFleet) right(got []string, n int) {
	f.t.Helper()
	if len(got) != n {
		f.t.Fatalf("%d results of %d", len(got), n)
	}
	for _, g := range got {
		address, reason, _ := strings.Cut(g, " ")
		truth := map[byte]string{'a': "accepted", 'b': "accepted", 'c': "accepted", 'l': "mailbox_full"}[address[0]]
		if (truth != "" && reason != truth) || (truth == "" && (reason == "accepted" || reason == "postponed")) {
			f.t.Errorf("%s: %s", address, reason)
		}
	}
}

// TestFleetSurvivesKills: a worker, the server and the coordinator are killed while they are at work. Every address has
// its right answer, and nothing is asked twice but what a worker held.
func TestFleetSurvivesKills(t *testing.T) {
	t.Parallel()
	f := startFleet(t, 0)
	victim := f.work(0)
	for i := 1; i < 4; i++ {
		f.work(i)
	}
	text, n := manyContacts(20)
	write(t, f.dir, "list.csv", text)
	args := append([]string{"clean", "list.csv", "--probe-all"}, f.client...)
	first := begin(t, f.dir, nil, args...)
	f.until("a tenth is asked", func() bool { all, _ := f.rcpts(); return all > n/10 })
	victim.Process.Kill()
	first.Process.Kill()
	f.server.Process.Kill()
	first.status(t)
	f.server.status(t)
	f.serve()
	f.work(0)
	second := begin(t, f.dir, nil, args...)
	f.ends(second)
	f.right(reasonsOf(t, filepath.Join(f.dir, "list-prebounce")), n)
	_, times := f.rcpts()
	again := 0
	for rcpt, k := range times {
		if !strings.Contains(rcpt, "postgrey.test") {
			again += k - 1
		}
	}
	t.Logf("%d recipients were asked about again", again)
	if most := 3 * 8 * 10; again > most { // a transaction of each host, for each kill
		t.Errorf("%d recipients were asked about again, want %d at most", again, most)
	}
}

// TestFleetKeepsLimits: what an operator bears in an hour holds for all workers together, and the minute for each
// sending address, counted at the hosts. The lab's pace multiplies limits by 300, and leaves the spans as they are.
func TestFleetKeepsLimits(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 2, 4} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, "table.csv", "exim.test,yes,1,10,10,8,yes,1,1,,,\n*,yes,1,10,30,8,yes,10,30,2,3,\n")
			f := startFleet(t, workers, "--operators", filepath.Join(dir, "table.csv"))
			f.until("all workers are there", func() bool { return f.there() == workers })
			list := "Email\nann@exim.test\n"
			for i := range 1200 {
				list += fmt.Sprintf("gone%d@exim.test\n", i)
			}
			write(t, f.dir, "list.csv", list)
			p := begin(t, f.dir, nil, append([]string{"clean", "list.csv", "--probe-all"}, f.client...)...)
			f.ends(p)
			const minute, hour = 300, 600
			all, by := f.seen("mx.exim.test")
			t.Logf("%d workers: %v", workers, by)
			for helo, n := range by {
				if n > minute {
					t.Errorf("%s asked %d times in a minute, want %d at most", helo, n, minute)
				}
			}
			if want := min(workers*minute, hour); all > want || all < want*8/10 {
				t.Errorf("%d recipients in an hour, want %d, and no more", all, want)
			}
			if m := f.hosts.Conduct()["mx.exim.test"]; m.AtOnce > workers {
				t.Errorf("%d connections at once from %d addresses", m.AtOnce, workers)
			}
		})
	}
}

// there is how many workers the fleet has.
func (f *aFleet) there() int {
	var out strings.Builder
	p := begin(f.t, f.dir, func(c *exec.Cmd) { c.Stdout = &out }, "fleet", "status", "--fleet", f.file("coordinator"),
		"--json")
	p.status(f.t)
	return strings.Count(out.String(), `"public_key"`)
}

// seen counts what a host was asked, in all and by the name of who asked.
func (f *aFleet) seen(host string) (all int, by map[string]int) {
	by = make(map[string]int)
	for _, s := range f.hosts.Sessions() {
		if s.Host == host {
			all += len(s.Asked)
			by[s.HELO] += len(s.Asked)
		}
	}
	return all, by
}

// TestFleetOfTwoCoordinators: both get all answers, and each domain's control is asked about once, whoever wants to
// know. Microsoft's edge is asked again, as its refusals prove something only beside that of the control.
func TestFleetOfTwoCoordinators(t *testing.T) {
	t.Parallel()
	f := startFleet(t, 2)
	text, n := manyContacts(20)
	var both []*process
	for _, name := range []string{"a", "b"} {
		dir := filepath.Join(f.dir, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, dir, "list.csv", text)
		both = append(both, begin(t, dir, nil, append([]string{"clean", "list.csv", "--probe-all"}, f.client...)...))
	}
	for _, p := range both {
		f.ends(p)
		f.right(reasonsOf(t, filepath.Join(p.dir, "list-prebounce")), n)
	}
	controls := map[string]int{}
	for _, s := range f.hosts.Sessions() {
		for _, l := range s.Lines {
			if rcpt, ok := strings.CutPrefix(l.Text, "RCPT TO:<x"); ok && l.FromClient && len(rcpt) > 15 {
				controls[rcpt[15:]]++
			}
		}
	}
	t.Log(controls)
	for domain, k := range controls {
		if k > 1 && !strings.Contains(domain, "edge.test") && !strings.Contains(domain, "postgrey.test") {
			t.Errorf("the control of %s was asked about %d times", domain, k)
		}
	}
}

// TestFleetOutlivesAWorkerThatHangs: what a stopped worker holds is asked by another one, and it asks no more of it when
// it goes on.
func TestFleetOutlivesAWorkerThatHangs(t *testing.T) {
	t.Parallel()
	f := startFleet(t, 1)
	hung := f.work(1)
	f.until("both are there", func() bool { return f.there() == 2 })
	text, n := manyContacts(20)
	write(t, f.dir, "list.csv", text)
	p := begin(t, f.dir, nil, append([]string{"clean", "list.csv", "--probe-all"}, f.client...)...)
	f.until("the second is at work", func() bool {
		_, by := f.seen("mx.exim.test")
		all, _ := f.rcpts()
		return by["w1.sandbox.test"] > 0 || all > n/2
	})
	if err := hung.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	f.ends(p)
	if err := hung.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	f.right(reasonsOf(t, filepath.Join(f.dir, "list-prebounce")), n)
	if err := hung.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	hung.status(t)
	_, times := f.rcpts()
	again := 0
	for rcpt, k := range times {
		if !strings.Contains(rcpt, "postgrey.test") {
			again += k - 1
		}
	}
	t.Logf("%d recipients were asked about again", again)
	if again > 8*10 {
		t.Errorf("%d recipients were asked about again, want a transaction of each host at most", again)
	}
}
