package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// cells are values on the server that several change: each change says what it was made of, and is made again where
// that is no longer so.
type cells struct {
	bucket jetstream.KeyValue
	given  func() error // why one that can't be reached is waited for no longer

	mu    sync.Mutex
	known map[string]cell // as last seen: most are changed by one worker alone
}

type cell struct {
	value    []byte
	revision uint64
}

// mostCells bounds what is remembered of the server's values.
const mostCells = 50_000

// change replaces a value by what made makes of it, nil being none. made may be called several times, and reports
// whether there is anything to change.
func (c *cells) change(ctx context.Context, key string, made func(old []byte) (value []byte, changes bool)) error {
	old, sure, err := c.seen(ctx, key)
	for tries := 0; err == nil; tries++ {
		value, changes := made(old.value)
		switch {
		case !changes && sure:
			return nil
		case !changes: // somebody may have changed it
			sure = true
			old, err = c.get(ctx, key)
			continue
		}
		var revision uint64
		revision, err = c.bucket.Update(ctx, key, value, old.revision)
		if err == nil {
			c.keep(key, cell{value, revision})
			return nil
		}
		if !errors.Is(err, jetstream.ErrKeyExists) && !errors.Is(err, jetstream.ErrKeyRevisionMismatch) {
			c.keep(key, cell{}) // it may have been done
			return err
		}
		if tries > 3 {
			pause(ctx, time.Duration(rand.IntN(min(tries, 40)))*time.Millisecond)
		}
		sure = true
		old, err = c.get(ctx, key)
	}
	return err
}

// seen is a value as last seen, and whether the server was asked for it just now.
func (c *cells) seen(ctx context.Context, key string) (one cell, sure bool, err error) {
	c.mu.Lock()
	one, ok := c.known[key]
	c.mu.Unlock()
	if ok {
		return one, false, nil
	}
	one, err = c.get(ctx, key)
	return one, true, err
}

// get asks the server for a value.
func (c *cells) get(ctx context.Context, key string) (one cell, err error) {
	entry, err := c.bucket.Get(ctx, key)
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		one, err = cell{}, nil
	case err == nil:
		one = cell{entry.Value(), entry.Revision()}
	}
	if err == nil {
		c.keep(key, one)
	}
	return one, err
}

// keep remembers a value; one without a revision is forgotten.
func (c *cells) keep(key string, one cell) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= mostCells {
		c.known = make(map[string]cell)
	}
	c.known[key] = one
	if one.revision == 0 {
		delete(c.known, key)
	}
}

// load reads a value that was stored as JSON, as the server has it now; what is not there is the zero value.
func load[T any](ctx context.Context, c *cells, key string) (value T, err error) {
	err = patiently(ctx, c.given, func(ctx context.Context) error {
		one, err := c.get(ctx, key)
		if err == nil && one.value != nil && json.Unmarshal(one.value, &value) != nil {
			var none T
			value = none // of a version that writes it otherwise
		}
		return err
	})
	return value, err
}

// alter changes a value that is stored as JSON.
func alter[T any](ctx context.Context, c *cells, key string, change func(*T) (changes bool)) error {
	return patiently(ctx, c.given, func(ctx context.Context) error {
		return c.change(ctx, key, func(old []byte) ([]byte, bool) {
			var value T
			if old != nil {
				_ = json.Unmarshal(old, &value) // of a version that writes it otherwise: begin afresh
			}
			if !change(&value) {
				return nil, false
			}
			text, err := json.Marshal(value)
			return text, err == nil
		})
	})
}
