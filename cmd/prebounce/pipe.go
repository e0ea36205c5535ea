package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// errNobodyReads says that whoever read our output has gone, as head does.
var errNobodyReads = errors.New("nobody reads the output anymore")

// speaksToHosts is whether the program writes to mail servers: one of them that hangs up raises SIGPIPE, too, which is
// then no reason to end.
var speaksToHosts atomic.Bool

// untilNobodyReads ends the context when a pipe that we write to has lost its reader, so that the run takes away what
// it was writing. Left alone, SIGPIPE would end the program at once.
func untilNobodyReads(ctx context.Context, stdout, stderr *os.File) (context.Context, io.Writer, io.Writer) {
	ctx, cancel := context.WithCancelCause(ctx)
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)
	go func() {
		for range broken {
			switch {
			case unread(stdout) || unread(stderr):
				cancel(errNobodyReads)
			case !speaksToHosts.Load():
				cancel(context.Canceled)
			}
		}
	}()
	return ctx, watched(stdout, cancel), watched(stderr, cancel)
}

// watched leaves a terminal or a file as it is: others look at what they are.
func watched(f *os.File, lost context.CancelCauseFunc) io.Writer {
	if !isPipe(f) {
		return f
	}
	return &pipe{f, lost}
}

func isPipe(f *os.File) bool {
	at, err := f.Stat()
	return err == nil && at.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) != 0
}

type pipe struct {
	w    io.Writer
	lost context.CancelCauseFunc
}

func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		p.lost(errNobodyReads)
	}
	return n, err
}
