//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// process is the real program at work, in a folder of its own.
type process struct {
	*exec.Cmd
	dir    string
	stderr heard
	ended  chan error
}

// heard is what a program has said so far, for a test that reads along.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(b)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// begin starts the program; dir is its working folder, its home and its TMPDIR. set may change the command before.
func begin(t *testing.T, dir string, set func(*exec.Cmd), args ...string) *process {
	t.Helper()
	temp := filepath.Join(dir, "tmp")
	if err := os.MkdirAll(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.CommandContext(t.Context(), "prebounce", args...), dir: dir, ended: make(chan error, 1)}
	p.Dir, p.Stderr = dir, &p.stderr
	p.Env = append(os.Environ(), "HOME="+dir, "XDG_CACHE_HOME="+dir+"/cache", "XDG_DATA_HOME="+dir+"/data",
		"TMPDIR="+temp)
	if set != nil {
		set(p.Cmd)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.Wait() }()
	return p
}

// status waits for the end.
func (p *process) status(t *testing.T) syscall.WaitStatus {
	t.Helper()
	select {
	case <-p.ended:
		return p.ProcessState.Sys().(syscall.WaitStatus)
	case <-time.After(30 * time.Second):
		p.Process.Kill()
		t.Fatalf("it does not end; it said %q", p.stderr.String())
		return 0
	}
}

// onlyLeft: of a run that did not come to an end nothing remains but what was there before.
func (p *process) onlyLeft(t *testing.T, names ...string) {
	t.Helper()
	var got []string
	err := filepath.WalkDir(p.dir, func(path string, _ os.DirEntry, err error) error {
		if rel, _ := filepath.Rel(p.dir, path); rel != "." && rel != "tmp" && !strings.HasPrefix(rel, "cache") {
			got = append(got, rel)
		}
		return err
	})
	if err != nil || !slices.Equal(got, names) {
		t.Errorf("left are %q, want %q: %v", got, names, err)
	}
}

const interrupted = "prebounce: interrupted\nprebounce: hint: run it again to continue\n"

// expectInterrupted: the program ends with 130, says so, and leaves nothing.
func (p *process) expectInterrupted(t *testing.T, left ...string) {
	t.Helper()
	if s := p.status(t); s.ExitStatus() != exitInterrupted || p.stderr.String() != interrupted {
		t.Errorf("exit status %d, and it said %q", s.ExitStatus(), p.stderr.String())
	}
	p.onlyLeft(t, left...)
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func fifo(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// feed opens a FIFO for writing, which waits until the program reads it.
func feed(t *testing.T, path, text string) *os.File {
	t.Helper()
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	if _, err := w.WriteString(text); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestInterruptWhileTheListComes(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT,
		syscall.SIGPIPE} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			list := fifo(t, dir, "list")
			p := begin(t, dir, nil, "clean", "list", "--no-dns")
			feed(t, list, "email\nann@gmail.com\n")
			p.Process.Signal(s)
			p.expectInterrupted(t, "list")
		})
	}
}

// TestNobodyReadsAnyMore: a run whose output goes to a pipe that is closed ends in good order, as with 2>&1 | head.
func TestNobodyReadsAnyMore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startServer(t, giants+"slow.test MX 1 mx.giant.test delay=1h\n")
	write(t, dir, "list.csv", "email\nann@slow.test\n")
	// What is abandoned there makes the run say something.
	abandoned := filepath.Join(dir, ".list-prebounce.part-1")
	if err := os.Mkdir(abandoned, 0o700); err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	p := begin(t, dir, func(c *exec.Cmd) { c.Stdout, c.Stderr = w, w }, "clean", "list.csv", "--resolver", s.DNSAddr(),
		"--allow-private-networks")
	w.Close()
	if s := p.status(t); s.ExitStatus() != exitInterrupted {
		t.Errorf("status %v", s)
	}
	p.onlyLeft(t, "list.csv")
}

func TestInterruptWhileStandardInputIsSilent(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"check", "-"}, {"clean", "-", "-o", "out"}} {
		dir := t.TempDir()
		roles := fifo(t, dir, "roles")
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		p := begin(t, dir, func(c *exec.Cmd) { c.Stdin = r }, append(args, "--no-dns", "--roles", "roles")...)
		feed(t, roles, "frontdesk\n").Close() // once it reads this, it minds signals
		p.Process.Signal(os.Interrupt)
		p.expectInterrupted(t, "roles")
		r.Close()
		w.Close()
	}
}

// serve plays a world in the test's own process.
func startServer(t testing.TB, world string) *sandbox.Sandbox {
	t.Helper()
	w, err := sandbox.Parse(world)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), w, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// until waits for something to become true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// giants are the domains that a run asks about to see whether DNS is well.
const giants = `
gmail.com    MX 1 mx.giant.test
outlook.com  MX 1 mx.giant.test
yahoo.com    MX 1 mx.giant.test
icloud.com   MX 1 mx.giant.test
mx.giant.test A 192.0.2.1
`

func TestInterruptWhileDNSIsAsked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startServer(t, giants+"slow.test MX 1 mx.giant.test delay=1h\n")
	write(t, dir, "list.csv", "email\nann@slow.test\n")
	p := begin(t, dir, nil, "clean", "list.csv", "--resolver", s.DNSAddr(), "--allow-private-networks")
	until(t, "slow.test is asked", func() bool { return s.Asked()["MX slow.test"] > 0 })
	p.Process.Signal(os.Interrupt)
	p.expectInterrupted(t, "list.csv")
}

func TestAListThatIsWrittenToMeanwhile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startServer(t, giants+"slow.test MX 1 mx.giant.test delay=500ms\n")
	write(t, dir, "list.csv", "email\nann@slow.test\n")
	p := begin(t, dir, nil, "clean", "list.csv", "--resolver", s.DNSAddr(), "--allow-private-networks")
	until(t, "slow.test is asked", func() bool { return s.Asked()["MX slow.test"] > 0 })
	write(t, dir, "list.csv", "email\nann@slow.test\nbob@slow.test\n")
	const want = "prebounce: the list changed while it was being read\nprebounce: hint: run it again when nobody " +
		"is writing to the list\n"
	if got := p.status(t); got.ExitStatus() != exitFailed || p.stderr.String() != want {
		t.Errorf("exit status %d, and it said %q", got.ExitStatus(), p.stderr.String())
	}
	p.onlyLeft(t, "list.csv")
}

// TestKilledItGoesOnWhereItWas: after kill -9 the next run asks about no domain whose answer was stored, and about each
// other one.
func TestKilledItGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	const domains = 3000
	dir := t.TempDir()
	s := startServer(t, giants+"*.well.test MX 1 mx.giant.test\nslow.test MX 1 mx.giant.test delay=1h\n")
	list := "email\n"
	for i := range domains {
		list += fmt.Sprintf("ann@d%d.well.test\n", i)
	}
	write(t, dir, "list.csv", list)
	write(t, dir, "slow.csv", list+"ann@slow.test\n")
	flags := []string{"--resolver", s.DNSAddr(), "--allow-private-networks", "-q"}
	p := begin(t, dir, nil, append(flags, "clean", "slow.csv")...)
	until(t, "a thousand facts are stored", func() bool { return stored(t, dir) >= 1000 })
	p.Process.Kill()
	if !p.status(t).Signaled() {
		t.Fatal("it was not killed")
	}
	asked, known := askedAbout(s, ".well.test"), stored(t, dir)
	p = begin(t, dir, nil, append(flags, "clean", "list.csv")...)
	if got := p.status(t); got.ExitStatus() != exitDone {
		t.Errorf("exit status %d: %s", got.ExitStatus(), p.stderr.String())
	}
	const onTheWay = 500 // questions of the killed process that had not been counted yet
	if again := askedAbout(s, ".well.test") - asked; again < domains-known || again > domains-known+onTheWay {
		t.Errorf("%d of %d domains were known, yet %d questions were asked", known, domains, again)
	}
}

// TestKilledDuringDNSASmallListKeepsItsAnswers, though one of its names never gets one.
func TestKilledDuringDNSASmallListKeepsItsAnswers(t *testing.T) {
	t.Parallel()
	const domains = 30
	dir := t.TempDir()
	s := startServer(t, giants+"*.well.test MX 1 mx.giant.test\nslow.test MX 1 mx.giant.test delay=1h\n")
	list := "email\nann@slow.test\n"
	for i := range domains {
		list += fmt.Sprintf("ann@d%d.well.test\n", i)
	}
	write(t, dir, "list.csv", list)
	for range 5 {
		p := begin(t, dir, nil, "--resolver", s.DNSAddr(), "--allow-private-networks", "-q", "clean", "list.csv")
		until(t, "all facts but one are stored", func() bool { return stored(t, dir) >= domains })
		p.Process.Kill()
		if !p.status(t).Signaled() {
			t.Fatal("it was not killed")
		}
	}
	if n := askedAbout(s, ".well.test"); n != domains {
		t.Errorf("%d questions about %d names over five kills", n, domains)
	}
}

// askedAbout counts the questions for the mail hosts of all names that end so.
func askedAbout(s *sandbox.Sandbox, suffix string) (n int) {
	for question, times := range s.Asked() {
		if strings.HasPrefix(question, "MX ") && strings.HasSuffix(question, suffix) {
			n += times
		}
	}
	return n
}

// stored is how many domains the store holds, as "cache info" tells.
func stored(t *testing.T, dir string) (n int) {
	t.Helper()
	var out bytes.Buffer
	run(t.Context(), []string{"cache", "info", "--store", dir + "/cache/prebounce/facts.db"}, nil, &out, io.Discard)
	if m := regexp.MustCompile(`domains +(\d+)`).FindStringSubmatch(out.String()); m != nil {
		n, _ = strconv.Atoi(m[1])
	}
	return n
}

// TestASecondInterruptEndsItAtOnce: the program waits where the first one can't reach it, in the reading of a list of
// roles.
func TestASecondInterruptEndsItAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	roles := fifo(t, dir, "roles")
	p := begin(t, dir, nil, "check", "ann@gmail.com", "--no-dns", "--roles", "roles")
	feed(t, roles, "frontdesk\n")
	signals := 0
	for ended := false; !ended; {
		p.Process.Signal(os.Interrupt)
		signals++
		select {
		case err := <-p.ended:
			p.ended <- err
			ended = true
		case <-time.After(20 * time.Millisecond):
		}
	}
	if s := p.status(t); s.Signal() != syscall.SIGINT || signals < 2 {
		t.Errorf("ended by %v after %d interrupts", s.Signal(), signals)
	}
}

func TestAClosedPipeEndsItQuietly(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	p := begin(t, t.TempDir(), func(c *exec.Cmd) { c.Stdout = w }, "check", "ann@gmail.com", "--no-dns")
	w.Close()
	if s := p.status(t); s.ExitStatus() != exitInterrupted || p.stderr.String() != "" {
		t.Errorf("status %v, and it said %q", s, p.stderr.String())
	}
}

func TestEachLineIsAnsweredBeforeTheNextComes(t *testing.T) {
	t.Parallel()
	var in io.WriteCloser
	var out *bufio.Reader
	p := begin(t, t.TempDir(), func(c *exec.Cmd) {
		stdin, err1 := c.StdinPipe()
		stdout, err2 := c.StdoutPipe()
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		in, out = stdin, bufio.NewReader(stdout)
	}, "check", "-", "--no-dns", "--format", "jsonl")
	for _, address := range []string{"ann@gmail.com", "bob@gmail.com"} {
		if _, err := io.WriteString(in, address+"\n"); err != nil {
			t.Fatal(err)
		}
		if line, err := out.ReadString('\n'); err != nil || !strings.HasPrefix(line, `{"input":"`+address+`"`) {
			t.Fatalf("answer %q, %v", line, err)
		}
	}
	in.Close()
	if s := p.status(t); s.ExitStatus() != exitDone {
		t.Errorf("exit status %d: %s", s.ExitStatus(), p.stderr.String())
	}
}
