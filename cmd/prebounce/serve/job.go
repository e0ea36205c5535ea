package serve

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Job is a command for a process of its own. It goes there as one line of JSON, so that no argument shows in
// a list of processes. The process ends in good order when its standard input ends: when the job is
// cancelled, and also when this program is killed.
//
// A process of its own keeps what a run needs out of the server's memory, survives whatever a list does to
// it, and is the command line's own way of doing it, so the outputs are the same octets.
type Job struct {
	Args  []string          `json:"args"`
	Names map[string]string `json:"names"` // what people call the lists at these paths
}

// Message is a line of what a worker tells.
type Message struct {
	Phase string        `json:"phase,omitempty"` // reading, dns, gathering, asking or writing
	Done  int64         `json:"done,omitempty"`
	Total int64         `json:"total,omitempty"`
	Left  time.Duration `json:"left,omitempty"` // of a phase that knows it
	Out   string        `json:"out,omitempty"`  // a piece of standard output

	Counts []Count `json:"counts,omitempty"` // since the last message
}

// Bounds of what is read of a job, and of what is kept of its words.
const (
	mostJob  = 1 << 20
	mostSaid = 64 << 10
)

// ReadJob reads the job at the beginning of a worker's standard input.
func ReadJob(in io.Reader) (job Job, rest io.Reader, err error) {
	b := bufio.NewReaderSize(io.LimitReader(in, mostJob), 4096)
	line, err := b.ReadBytes('\n')
	if err != nil {
		return job, nil, fmt.Errorf("reading the job: %w", err)
	}
	return job, io.MultiReader(b, in), json.Unmarshal(line, &job)
}

// ended is how a job ended.
type ended struct {
	Exit int      `json:"exit"`
	Said []string `json:"said,omitempty"` // complaints and hints
	Out  string   `json:"out,omitempty"`

	Canceled bool `json:"canceled,omitempty"` // somebody wanted it no more
}

// working is a job in its process.
type working struct {
	stdin  io.Closer
	cancel sync.Once
}

// stop ends the job in good order.
func (w *working) stop() { w.cancel.Do(func() { w.stdin.Close() }) }

// start starts a worker. What it tells goes to show; end is called once it has ended.
func start(c *exec.Cmd, job Job, show func(Message), end func(ended)) (*working, error) {
	stdin, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	said := &bounded{most: mostSaid}
	c.Stderr = said
	if err := c.Start(); err != nil {
		return nil, err
	}
	w := &working{stdin: stdin}
	line, err := json.Marshal(job)
	if err == nil {
		_, err = stdin.Write(append(line, '\n'))
	}
	if err != nil {
		w.stop()
	}
	go func() {
		out := listen(stdout, show)
		err := c.Wait()
		w.stop()
		end(ended{Exit: exitOf(err), Said: job.words(said.String()), Out: out})
	}()
	return w, nil
}

// exitOf is the exit status of a process; -1 if it was killed.
func exitOf(err error) int {
	var e *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		return e.ExitCode()
	}
	return -1
}

// listen reads messages until there are no more, and returns the standard output among them.
func listen(r io.Reader, show func(Message)) string {
	out := bounded{most: mostJob}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, mostJob)
	for lines.Scan() {
		var m Message
		if json.Unmarshal(lines.Bytes(), &m) != nil {
			continue
		}
		if m.Out != "" {
			_, _ = out.Write([]byte(m.Out))
			continue
		}
		show(m)
	}
	_, _ = io.Copy(io.Discard, r) // nobody waits for a reader
	return out.String()
}

// words are the lines of a complaint, with the names of lists in place of their paths.
func (j *Job) words(text string) (lines []string) {
	for path, name := range j.Names {
		text = strings.ReplaceAll(text, path, name)
	}
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "prebounce: ")
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// bounded keeps the first octets of what is written.
type bounded struct {
	mu   sync.Mutex
	b    bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.b.Write(p[:min(len(p), b.most-b.b.Len())])
	return len(p), nil
}

func (b *bounded) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
