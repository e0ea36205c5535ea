package fleet

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// crew is the workers that are there, each of which gets the key of a run.
type crew struct {
	conn  *Conn
	key   runKey
	run   string
	watch jetstream.KeyWatcher
	ended sync.WaitGroup

	mu     sync.Mutex
	by     map[string]Info
	sealed map[string]bool // keys that the run's was sealed to
	seen   time.Time       // when somebody was last there
	living []Info          // as of a moment ago
	asof   time.Time
}

// muster learns who is there, and goes on to do so.
func muster(ctx context.Context, c *Conn, run string, key runKey) (*crew, error) {
	w := &crew{conn: c, run: run, key: key, by: make(map[string]Info), sealed: make(map[string]bool), seen: time.Now()}
	watch, err := c.workers.WatchAll(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	w.watch = watch
	for {
		select {
		case entry := <-watch.Updates():
			if entry == nil { // that was all for now
				w.ended.Go(func() { w.follow(context.WithoutCancel(ctx)) })
				return w, nil
			}
			w.note(ctx, entry)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// follow takes in who comes and goes.
func (w *crew) follow(ctx context.Context) {
	for entry := range w.watch.Updates() {
		if entry != nil {
			w.note(ctx, entry)
		}
	}
}

func (w *crew) stop() {
	_ = w.watch.Stop() // it has ended with the connection
	w.ended.Wait()
}

// note takes in a sign of life.
func (w *crew) note(ctx context.Context, entry jetstream.KeyValueEntry) {
	info, ok := readInfo(entry)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !ok {
		delete(w.by, entry.Key())
		return
	}
	w.by[info.Name] = info
	if w.sealed[string(info.Public)] {
		return
	}
	sealed, err := w.key.sealTo(info.Public, w.run)
	if err != nil {
		return // not a worker's key
	}
	within, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	if _, err = w.conn.runs.Put(within, "key."+w.run+"."+info.Name, sealed); err == nil {
		w.sealed[string(info.Public)] = true // else at its next sign of life
	}
}

// readInfo is what a worker said of itself, unless it said goodbye.
func readInfo(entry jetstream.KeyValueEntry) (info Info, ok bool) {
	if entry.Operation() != jetstream.KeyValuePut || json.Unmarshal(entry.Value(), &info) != nil {
		return info, false
	}
	info.Name, info.Seen = entry.Key(), entry.Created()
	return info, true
}

// alive are the workers that gave a sign of life of late and take questions. The crew is locked.
func (w *crew) alive() []Info {
	if time.Since(w.asof) < time.Second/4 {
		return w.living
	}
	w.asof, w.living = time.Now(), nil
	now := w.conn.clock.now()
	for _, name := range slices.Sorted(maps.Keys(w.by)) {
		if info := w.by[name]; now.Sub(info.Seen) < workerLife && info.Unfit == "" && !info.Draining {
			w.living = append(w.living, info)
		}
	}
	return w.living
}

func (w *crew) any() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.alive()) > 0
}

// served reports whether somebody is there, or was a while ago.
func (w *crew) served(patience time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.alive()) > 0 {
		w.seen = time.Now()
	}
	return time.Since(w.seen) < patience
}

// asks reports whether somebody may ask an operator, and who has that sending address, if anybody does.
func (w *crew) asks(operator, via string) (ok bool, by string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, info := range w.alive() {
		may := mayAsk(info.Operators, operator)
		ok = ok || may
		if may && via != "" && info.From == via {
			by = info.Name
		}
	}
	return ok, by
}

// forget takes the key of the run away from everybody.
func (w *crew) forget(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name := range w.by {
		if err := w.conn.runs.Purge(ctx, "key."+w.run+"."+name); err != nil {
			return err
		}
	}
	return w.conn.runs.Purge(ctx, "stop."+w.run)
}
