package spool

import (
	"context"
	"errors"
	"io"
	"sync"

	"golang.org/x/sync/errgroup"
)

// InOrder processes jobs with n workers and passes each to commit in the order in which next produced it.
//
// next fills a job and returns io.EOF at the end. work runs concurrently; commit never does. Jobs are reused after
// commit, so memory is bounded by the n+2 jobs that make creates. The first error stops everything and is returned.
func InOrder[J any](ctx context.Context, n int, make func() J, next func(J) error, work, commit func(J) error) error {
	group, ctx := errgroup.WithContext(ctx)
	line := &line[J]{free: []J{}, waiting: map[int]J{}, make: make, spare: n + 2}
	line.changed.L = &line.mu
	stop := context.AfterFunc(ctx, line.wake)
	defer stop()
	for range n {
		group.Go(func() error {
			for {
				job, seq, err := line.take(ctx, next)
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return err
				}
				if err := work(job); err != nil {
					return err
				}
				if err := line.hand(seq, job, commit); err != nil {
					return err
				}
			}
		})
	}
	return group.Wait()
}

// line is what the workers of one InOrder share. While one of them fills a job, others can give in theirs.
type line[J any] struct {
	reading sync.Mutex // guards the two below
	taken   int        // jobs given out
	ended   bool

	mu      sync.Mutex // guards all below
	changed sync.Cond
	make    func() J
	free    []J
	spare   int // how many jobs may still be made

	waiting    map[int]J // worked, but not yet their turn
	due        int       // the next to commit
	committing bool
}

func (l *line[J]) wake() {
	l.mu.Lock()
	l.changed.Broadcast()
	l.mu.Unlock()
}

// take waits for a free job and fills it. Jobs are given out in the order of the list.
func (l *line[J]) take(ctx context.Context, next func(J) error) (job J, seq int, err error) {
	l.reading.Lock()
	defer l.reading.Unlock()
	if l.ended {
		return job, 0, io.EOF
	}
	if job, err = l.room(ctx); err == nil {
		err = next(job)
	}
	if err != nil {
		l.ended = true
		return job, 0, err
	}
	l.taken++
	return job, l.taken - 1, nil
}

// room waits for a free job.
func (l *line[J]) room(ctx context.Context) (job J, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.free) == 0 && l.spare == 0 && ctx.Err() == nil {
		l.changed.Wait()
	}
	switch last := len(l.free) - 1; {
	case ctx.Err() != nil:
		return job, context.Cause(ctx)
	case last >= 0:
		job = l.free[last]
		l.free = l.free[:last]
	default:
		job = l.make()
		l.spare--
	}
	return job, nil
}

// hand gives in a worked job and commits all whose turn has come, unless another worker is at it.
func (l *line[J]) hand(seq int, job J, commit func(J) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting[seq] = job
	if l.committing {
		return nil
	}
	l.committing = true
	defer func() { l.committing = false }()
	for {
		job, ok := l.waiting[l.due]
		if !ok {
			return nil
		}
		delete(l.waiting, l.due)
		l.due++
		l.mu.Unlock()
		err := commit(job)
		l.mu.Lock()
		if err != nil {
			return err
		}
		l.free = append(l.free, job)
		l.changed.Broadcast()
	}
}
