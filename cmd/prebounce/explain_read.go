package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/reply"
)

const standardInput = "standard input"

// maxReplyLine is how much of one line of standard input is read as a reply; the rest of a longer one is passed over.
const maxReplyLine = 64 << 10

// replies yields what to explain, in the order in which it was given.
func (e *explain) replies(c *cobra.Command, args []string) iter.Seq2[explained, error] {
	return func(yield func(explained, error) bool) {
		for _, arg := range args {
			if arg != "-" && !e.explainArgument(c, arg, yield) {
				return
			}
		}
		if e.live(args) && !e.typed(c, yield) {
			return
		}
		_ = e.explainAll(c, e.logs, reply.ReadLog, yield) && e.explainAll(c, e.mail, reply.ReadMails, yield)
	}
}

// bounceReader reads the bounces of one kind of file, such as [reply.ReadMails].
type bounceReader func(r io.Reader, passed func(line int)) iter.Seq2[reply.Bounce, error]

// explainAll explains what files hold, and all files of folders.
func (e *explain) explainAll(c *cobra.Command, paths []string, read bounceReader,
	yield func(explained, error) bool) bool {
	for _, path := range paths {
		for b, err := range e.bouncesOf(path, c.InOrStdin(), read) {
			if !yield(explainBounce(b), err) || err != nil {
				return false
			}
		}
	}
	return true
}

// typed explains standard input.
func (e *explain) typed(c *cobra.Command, yield func(explained, error) bool) bool {
	in := c.InOrStdin()
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		say(c.ErrOrStderr(), "enter one reply per line, or a bounce mail; end with Ctrl-D")
	}
	return e.piped(c, bufio.NewReaderSize(in, maxReplyLine), yield)
}

// typed explains each line, also an empty one.
func typed(r *bufio.Reader, yield func(explained, error) bool) bool {
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

// bouncesOf reads a file of bounces, all files of a folder by name, or, for "-", standard input.
func (e *explain) bouncesOf(path string, stdin io.Reader, read bounceReader) iter.Seq2[reply.Bounce, error] {
	return func(yield func(reply.Bounce, error) bool) {
		if path == "-" {
			read(stdin, e.passing(standardInput))(yield)
			return
		}
		paths, err := filesOf(path)
		if err != nil {
			yield(reply.Bounce{}, err)
			return
		}
		for _, p := range paths {
			if !e.bouncesOfFile(p, read, yield) {
				return
			}
		}
	}
}

// filesOf is the file, or the regular files of the folder in the order of their names; of a Maildir or of a
// sandbox's inbox, its mails.
func filesOf(path string) (paths []string, err error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	if isMaildir(path) {
		read, err := filesOf(filepath.Join(path, "cur"))
		unread, err2 := filesOf(filepath.Join(path, "new"))
		return append(read, unread...), errors.Join(err, err2)
	}
	entries, err := os.ReadDir(path)
	onlyMails := sandbox.IsInbox(path)
	for _, e := range entries {
		if e.Type().IsRegular() && (!onlyMails || filepath.Ext(e.Name()) == ".eml") {
			paths = append(paths, filepath.Join(path, e.Name()))
		}
	}
	return paths, err
}

// isMaildir reports whether a folder is a Maildir: cur and new lie in it.
func isMaildir(path string) bool {
	for _, name := range []string{"cur", "new"} {
		if info, err := os.Stat(filepath.Join(path, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

func (e *explain) bouncesOfFile(path string, read bounceReader, yield func(reply.Bounce, error) bool) bool {
	f, err := os.Open(path)
	if err != nil {
		return yield(reply.Bounce{}, err)
	}
	defer f.Close()
	for b, err := range read(f, e.passing(path)) {
		if err != nil {
			err = fmt.Errorf("reading %s: %w", path, err)
		}
		if !yield(b, err) || err != nil {
			return false
		}
	}
	return true
}
