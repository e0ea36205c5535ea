package fleet

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate/limits"
)

// Worker asks for a fleet from one address.
type Worker struct {
	Conn      *Conn
	Version   string        // of the program, for people
	From      string        // the address that mail servers see
	Names     []string      // what replies may call the sender by: HELO name, envelope sender and its domain
	Operators []string      // that may be asked; none: all of them
	Prober    *probe.Prober // its Client, Own, Seen and Listening count; the rest is the fleet's
	// Fit is the pre-flight: the way out is open, and servers would answer about recipients. It runs at the beginning,
	// every hour, and when nobody can be reached; while it fails nothing is asked.
	Fit  func(context.Context) error
	Tell func(text string) // tells a person what happens; no capital, no full stop

	name   string // as the fleet knows it
	id     identity
	holder string
	store  *store
	prober *probe.Prober
	hands  hands
	mu     sync.Mutex
	keys   map[string]runKey
	series map[string]*series
	info   Info
	fitted time.Time
	deaf   int // operators in a row of which no server could be reached
}

// Info is a worker as [Conn.Status] shows it.
type Info struct {
	Name      string    `json:"name"`
	Version   string    `json:"version"`
	From      string    `json:"from"`
	HELO      string    `json:"helo"`
	Operators []string  `json:"operators,omitempty"` // that it may ask; none: all of them
	Since     time.Time `json:"since"`
	Seen      time.Time `json:"seen"` // its last sign of life
	Batches   int       `json:"batches"`
	Waiting   int       `json:"waiting"` // of the batches: for a limit or greylisting
	Questions int       `json:"questions"`
	Answered  int       `json:"answered"` // since it began
	Finished  int       `json:"finished"` // batches, since it began
	Unfit     string    `json:"unfit,omitempty"`
	Draining  bool      `json:"draining,omitempty"`
	Public    []byte    `json:"public_key"` // that keys of runs are sealed to
}

// mayAsk reports whether a worker that declares these may ask an operator.
func mayAsk(operators []string, operator string) bool {
	return len(operators) == 0 || slices.Contains(operators, operator)
}

// Run takes questions and asks them until ctx ends, or until somebody drains the worker and what it holds is answered.
// What it holds when ctx ends it gives back.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	taking, stop := context.WithCancel(ctx)
	defer stop()
	g, working := errgroup.WithContext(ctx)
	for _, class := range w.classes() {
		g.Go(func() error { return w.pull(taking, working, class, "") })
	}
	g.Go(func() error { return w.pull(taking, working, "", w.name) })
	living, end := context.WithCancel(ctx)
	var life sync.WaitGroup
	life.Go(func() { w.live(living, stop) })
	err := g.Wait()
	w.hands.wait()
	end()
	life.Wait()
	return errors.Join(err, w.Conn.workers.Delete(context.WithoutCancel(ctx), w.name))
}

// begin makes ready and shows up.
func (w *Worker) begin(ctx context.Context) (err error) {
	if err = w.Conn.dialled(); err != nil {
		return err
	}
	if w.Prober == nil || w.Prober.Client == nil || w.Fit == nil || w.Tell == nil {
		return errors.New("a worker needs a Prober with a Client, Fit and Tell")
	}
	if w.name = w.Conn.Name(); w.name == "" {
		return errors.New("that is the coordinator's place: a worker needs a file, or a ?name=, of its own")
	}
	if err = w.Fit(ctx); err != nil {
		return err
	}
	w.fitted = time.Now()
	w.holder, w.keys, w.series = w.name+"/"+rand.Text(), make(map[string]runKey), make(map[string]*series)
	var secret []byte
	if w.Conn.place.seed() != nil { // then it is the same after a restart
		secret = []byte(w.Conn.place.secret)
	}
	if w.id, err = newIdentity(secret); err != nil {
		return err
	}
	w.hands.most(w.Conn.pace)
	w.store = &store{conn: w.Conn, cells: &cells{bucket: w.Conn.state, given: never}, holder: w.holder, from: w.From,
		names: w.Names, greets: new(limits.Memory)}
	if w.prober, err = probe.New(w.Prober.Client, w.store, func(context.Context) error { return nil }); err != nil {
		return err
	}
	w.prober.Own, w.prober.Seen, w.prober.Listening = w.Prober.Own, w.Prober.Seen, w.Prober.Listening
	w.prober.Rules, w.prober.Pace = w.Conn.rules, w.Conn.pace
	w.info = Info{Name: w.name, Version: w.Version, From: w.From, HELO: w.Prober.Client.HELO, Operators: w.Operators,
		Public: w.id.public()}
	if err = w.show(ctx); err == nil {
		w.info.Since = w.Conn.clock.now()
		err = w.show(ctx)
	}
	return err
}

// classes are the queues that hold what this worker may ask.
func (w *Worker) classes() (all []string) {
	if len(w.Operators) == 0 {
		all = append(all, rest)
		for name, asked := range w.Conn.named {
			if asked {
				all = append(all, name)
			}
		}
	}
	for _, name := range w.Operators {
		if class := w.Conn.class(name); !slices.Contains(all, class) {
			all = append(all, class)
		}
	}
	return all
}

// show tells the server that this worker lives, and reads its clock by that.
func (w *Worker) show(ctx context.Context) error {
	w.mu.Lock()
	w.info.Batches, w.info.Waiting, w.info.Questions = w.hands.count()
	text, err := json.Marshal(w.info)
	w.mu.Unlock()
	if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	return w.Conn.setClock(within, w.Conn.workers, w.name, text)
}

// setClock writes a value and reads by it what the server's clock shows.
func (c *Conn) setClock(ctx context.Context, bucket jetstream.KeyValue, key string, value []byte) error {
	before := time.Now()
	revision, err := bucket.Put(ctx, key, value)
	after := time.Now()
	if err != nil {
		return err
	}
	entry, err := bucket.Get(ctx, key)
	if err != nil {
		return err
	}
	if entry.Revision() == revision {
		c.clock.set(before, after, entry.Created())
	}
	return nil
}

// betweenSigns is how often a worker shows that it lives.
const betweenSigns = 5 * time.Second

// live shows that the worker lives, looks whether it is to be drained, and examines itself from time to time.
func (w *Worker) live(ctx context.Context, stop func()) {
	for ctx.Err() == nil {
		pause(ctx, betweenSigns)
		w.forget()
		if w.drained(ctx) {
			stop()
		}
		w.examine(ctx)
		if err := w.show(ctx); err != nil && ctx.Err() == nil {
			w.Tell(fmt.Sprintf("the fleet's server does not answer: %v", err))
		}
	}
}

// drained reports whether somebody wants this worker to end.
func (w *Worker) drained(ctx context.Context) bool {
	within, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	entry, err := w.Conn.config.Get(within, "drain."+w.name)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil && entry.Created().After(w.info.Since) && !w.info.Draining {
		w.info.Draining = true
		w.Tell("no more questions are taken: somebody drains this worker")
	}
	return w.info.Draining
}

const (
	betweenExaminations = time.Hour
	mostDeaf            = 5 // operators, until the way out may be closed
)

// examine looks whether the worker is still fit to ask, when it is time to.
func (w *Worker) examine(ctx context.Context) {
	w.mu.Lock()
	due := time.Since(w.fitted) > betweenExaminations || w.deaf >= mostDeaf ||
		(w.info.Unfit != "" && time.Since(w.fitted) > time.Minute)
	w.mu.Unlock()
	if !due {
		return
	}
	err := w.Fit(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fitted, w.deaf = time.Now(), 0
	was := w.info.Unfit
	w.info.Unfit = ""
	if err != nil && ctx.Err() == nil {
		w.info.Unfit = err.Error()
	}
	w.hands.halt(w.info.Unfit != "")
	if w.info.Unfit != was {
		w.Tell("examined: " + strings.TrimSpace("fit "+w.info.Unfit))
	}
}
