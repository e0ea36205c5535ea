package main

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/cmd/prebounce/serve"
	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate/batch"
)

// workCommand does a job of serve in a process of its own. Nobody types it.
func workCommand() *cobra.Command {
	return &cobra.Command{
		Use: "work", Short: "Do a job of the pages", Hidden: true, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return work(c) },
	}
}

// work runs the command of a job, and interrupts it when standard input ends: then whoever asked for it wants
// it no more, or is gone.
func work(c *cobra.Command) error {
	job, rest, err := serve.ReadJob(c.InOrStdin())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, rest)
		cancel()
	}()
	w := &watcher{to: json.NewEncoder(c.OutOrStdout()), names: job.Names}
	code := run(context.WithValue(ctx, watcherKey{}, w), job.Args, nil, w, c.ErrOrStderr())
	w.end()
	return &exit{code: code}
}

// watcher tells the program that watches over a run how far it is. It goes with the context, because no flag
// of a person's means it.
type watcher struct {
	mu    sync.Mutex
	to    *json.Encoder
	names map[string]string // what people call the lists at these paths
	phase string
	told  time.Time

	counter counter
}

type watcherKey struct{}

// watcherOf is nil unless a program watches.
func watcherOf(c *cobra.Command) *watcher {
	if c.Context() == nil {
		return nil
	}
	w, _ := c.Context().Value(watcherKey{}).(*watcher)
	return w
}

// called is what people call the list at a path; empty if nobody said so.
func (w *watcher) called(path string) string {
	if w == nil {
		return ""
	}
	return w.names[path]
}

// watchedPhases are the phases of a run by the names that [serve.Message] has.
var watchedPhases = map[batch.Phase]string{batch.Survey: "reading", batch.Resolve: "dns", batch.Gather: "gathering",
	batch.Split: "writing"}

func (w *watcher) step(phase batch.Phase, done, total int64) {
	w.tell(serve.Message{Phase: watchedPhases[phase], Done: done, Total: total})
}

func (w *watcher) asked(a probe.Progress) {
	w.tell(serve.Message{Phase: "asking", Done: int64(a.Settled), Total: int64(a.Questions), Left: a.Left})
}

// tell tells of a new phase at once, and of progress ten times a second.
func (w *watcher) tell(m serve.Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if m.Phase == w.phase && time.Since(w.told) < 100*time.Millisecond {
		return
	}
	w.phase, w.told, m.Counts = m.Phase, time.Now(), w.counter.take()
	_ = w.to.Encode(m) // standard input ends, too, when nobody reads
}

// end tells what was counted last.
func (w *watcher) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if counts := w.counter.take(); len(counts) > 0 {
		_ = w.to.Encode(serve.Message{Counts: counts}) // whoever has gone counts nothing
	}
}

// counts is nil unless a program watches.
func (w *watcher) counts() *counter {
	if w == nil {
		return nil
	}
	return &w.counter
}

// Write tells what the command prints.
func (w *watcher) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(b), w.to.Encode(serve.Message{Out: string(b)})
}
