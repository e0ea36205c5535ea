package main

import (
	"context"
	"io"
)

// interruptible is a reader whose Read ends when ctx does, though the one below waits on: a terminal, or a pipe whose
// writer is silent.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	return &interruptibleReader{ctx: ctx, r: r, read: make(chan stretch, 1)}
}

type interruptibleReader struct {
	ctx  context.Context
	r    io.Reader
	buf  []byte
	read chan stretch
	rest stretch // read, but not yet handed on
}

type stretch struct {
	b   []byte
	err error
}

// Read leaves a goroutine behind when ctx ends it: nothing wakes a read of a terminal, and the program is about to end.
func (i *interruptibleReader) Read(p []byte) (n int, err error) {
	if len(i.rest.b) == 0 && i.rest.err == nil {
		if i.rest, err = i.next(len(p)); err != nil {
			return 0, err
		}
	}
	n = copy(p, i.rest.b)
	if i.rest.b = i.rest.b[n:]; len(i.rest.b) == 0 {
		err, i.rest.err = i.rest.err, nil
	}
	return n, err
}

func (i *interruptibleReader) next(size int) (stretch, error) {
	if i.ctx.Err() != nil { // the goroutine of an earlier call may still hold buf
		return stretch{}, context.Cause(i.ctx)
	}
	if len(i.buf) < size {
		i.buf = make([]byte, size)
	}
	buf := i.buf[:size]
	go func() {
		n, err := i.r.Read(buf)
		i.read <- stretch{buf[:n], err}
	}()
	select {
	case s := <-i.read:
		return s, nil
	case <-i.ctx.Done():
		return stretch{}, context.Cause(i.ctx)
	}
}
