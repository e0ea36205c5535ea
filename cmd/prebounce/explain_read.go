package main

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/prebounce/prebounce/validate/reply"
)

// maxReplyLine is how much of one line of standard input is read as a reply; the rest of a longer one is passed over.
const maxReplyLine = 64 << 10

// replies yields what to explain, in the order in which it was given.
func (e *explain) replies(c *cobra.Command, args []string) iter.Seq2[explained, error] {
	return func(yield func(explained, error) bool) {
		for _, arg := range args {
			if arg != "-" && !yield(explainText(arg), nil) {
				return
			}
		}
		if e.live(args) && !typed(c, yield) {
			return
		}
		for _, path := range append(e.logs, e.mail...) {
			for b, err := range bouncesOf(path, c.InOrStdin()) {
				if !yield(explainBounce(b), err) || err != nil {
					return
				}
			}
		}
	}
}

// typed explains each line of standard input, also an empty one.
func typed(c *cobra.Command, yield func(explained, error) bool) bool {
	in := c.InOrStdin()
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		say(c.ErrOrStderr(), "one reply a line; Ctrl-D ends")
	}
	r := bufio.NewReader(in)
	for {
		line, err := boundedLine(r)
		if err == io.EOF {
			return true
		}
		if err != nil {
			return yield(explained{}, fmt.Errorf("reading standard input: %w", err))
		}
		if !yield(explainText(line), nil) {
			return false
		}
	}
}

// boundedLine reads one line without its end, and keeps the first 64 KiB.
func boundedLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, more, err := r.ReadLine()
		line = append(line, part[:min(len(part), maxReplyLine-len(line))]...)
		if err != nil || !more {
			return string(line), err
		}
	}
}

// bouncesOf reads a file of bounces in any form that [reply.ReadBounces] knows, all files of a folder by name, or, for "-",
// standard input.
func bouncesOf(path string, stdin io.Reader) iter.Seq2[reply.Bounce, error] {
	return func(yield func(reply.Bounce, error) bool) {
		if path == "-" {
			reply.ReadBounces(stdin, nil)(yield)
			return
		}
		paths, err := filesOf(path)
		if err != nil {
			yield(reply.Bounce{}, err)
			return
		}
		for _, p := range paths {
			if !bouncesOfFile(p, yield) {
				return
			}
		}
	}
}

// filesOf is the file, or the regular files of the folder in the order of their names.
func filesOf(path string) (paths []string, err error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	entries, err := os.ReadDir(path)
	for _, e := range entries {
		if e.Type().IsRegular() {
			paths = append(paths, filepath.Join(path, e.Name()))
		}
	}
	return paths, err
}

func bouncesOfFile(path string, yield func(reply.Bounce, error) bool) bool {
	f, err := os.Open(path)
	if err != nil {
		return yield(reply.Bounce{}, err)
	}
	defer f.Close()
	for b, err := range reply.ReadBounces(f, nil) {
		if err != nil {
			err = fmt.Errorf("reading %s: %w", path, err)
		}
		if !yield(b, err) || err != nil {
			return false
		}
	}
	return true
}
