package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/prebounce/prebounce/probe"
)

// Conn is a connection to a fleet's server. It is for several goroutines.
type Conn struct {
	nc    *nats.Conn
	js    jetstream.JetStream
	place place
	clock clock
	rules *probe.Rules
	named map[string]bool // operators that have a queue of their own
	pace  float64

	state, runs, workers, config jetstream.KeyValue
}

const (
	connecting = 10 * time.Second
	asking     = 5 * time.Second // the server, about anything
)

// Dial connects to a fleet's server and reads the fleet's table of operators. place is a file that [Serve] made, or
// tls://SECRET@HOST:PORT?pin=CERTIFICATE, with &name=NAME for a worker. A connection that is lost is made again, for as
// long as it takes.
func Dial(ctx context.Context, place string) (*Conn, error) {
	p, err := readPlace(place)
	if err != nil {
		return nil, err
	}
	c, err := p.dial()
	if err != nil {
		return nil, fmt.Errorf("fleet at %s: %w", p.url.Host, err)
	}
	if err = c.open(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("fleet at %s: %w", p.url.Host, err)
	}
	return c, nil
}

func (p *place) dial() (*Conn, error) {
	options := append(p.options(), nats.Timeout(connecting), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second/2),
		nats.ReconnectJitter(time.Second/2, time.Second/2), nats.RetryOnFailedConnect(false),
		nats.CustomInboxPrefix(inbox(p.name)), nats.PingInterval(10*time.Second), nats.MaxPingsOutstanding(2),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	nc, err := nats.Connect(p.url.String(), options...)
	if err != nil {
		return nil, err
	}
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(asking), jetstream.WithPublishAsyncMaxPending(1024),
		jetstream.WithPublishAsyncTimeout(2*asking))
	if err != nil {
		nc.Close()
		return nil, err
	}
	return &Conn{nc: nc, js: js, place: *p}, nil
}

// inbox is where the server answers: each worker has its own, which the others can't listen to.
func inbox(name string) string {
	if name == "" {
		return "_INBOX_coordinator"
	}
	return "_INBOX_" + name
}

// open finds the buckets and reads what holds for the whole fleet.
func (c *Conn) open(ctx context.Context) (err error) {
	for name, bucket := range map[string]*jetstream.KeyValue{stateBucket: &c.state, runBucket: &c.runs,
		workerBucket: &c.workers, configBucket: &c.config} {
		if *bucket, err = c.js.KeyValue(ctx, name); err != nil {
			return fmt.Errorf("nobody has set up a fleet there (prebounce fleet serve): %w", err)
		}
	}
	var set settings
	entry, err := c.config.Get(ctx, "settings")
	if err == nil {
		err = json.Unmarshal(entry.Value(), &set)
	}
	if err != nil {
		return fmt.Errorf("the fleet's settings can't be read: %w", err)
	}
	c.pace, c.named = set.Pace, make(map[string]bool)
	if c.rules, err = readTable(set.Table); err != nil {
		return err
	}
	for _, name := range c.rules.Named() {
		c.named[name] = c.rules.Of(name).Ask
	}
	return nil
}

// class is the queue of an operator.
func (c *Conn) class(operator string) string {
	if c.named[operator] {
		return operator
	}
	return rest
}

// settings are what holds for the whole fleet.
type settings struct {
	Table string  `json:"operators"` // rows over the program's table
	Pace  float64 `json:"pace"`
}

// Rules is the fleet's table of operators.
func (c *Conn) Rules() *probe.Rules { return c.rules }

// dialled reports whether the connection is one that [Dial] made.
func (c *Conn) dialled() error {
	if c == nil || c.nc == nil {
		return errors.New("there is no connection to a fleet: make one with Dial")
	}
	return nil
}

// Name is the worker's whose place was dialled; empty for the coordinator's.
func (c *Conn) Name() string { return c.place.name }

// Pace is the fleet's: 1 but in labs, see [probe.Prober.Pace].
func (c *Conn) Pace() float64 { return c.pace }

// Close ends the connection.
func (c *Conn) Close() { c.nc.Close() }

// patiently does something on the server until it is done, or somebody gives up: the server may be away.
func patiently(ctx context.Context, given func() error, do func(context.Context) error) error {
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		within, cancel := context.WithTimeout(ctx, asking)
		err := do(within)
		cancel()
		switch {
		case err == nil || permanent(err):
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case given() != nil:
			return errors.Join(given(), err)
		}
		pause(ctx, wait)
	}
}

// permanent reports whether to try again is in vain: the server has said no.
func permanent(err error) bool {
	return errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, nats.ErrPermissionViolation) ||
		errors.Is(err, jetstream.ErrInvalidKey) || errors.Is(err, nats.ErrMaxPayload)
}

func never() error { return nil }

// pause waits, but not beyond the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
