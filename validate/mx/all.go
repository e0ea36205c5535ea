package mx

import (
	"cmp"
	"context"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// One more canary is asked after so many domains, and after so much time while answers wait for one: who is killed
// loses no more than that.
const (
	canaryEvery = 1000
	canaryAfter = 250 * time.Millisecond
)

// job is one domain to ask about, and then what was found.
type job struct {
	name   string
	mail   validate.Mail
	canary bool
}

// atHand is how many jobs lie between those who find, ask and gather, so that nobody is woken for a single one.
const atHand = 256

// run is one call of All.
type run struct {
	lookup *Lookup
	doubt  atomic.Pointer[Doubt] // set once the world looks broken
}

// All asks about many domains concurrently and calls emit with each answer, from one goroutine. An answer is held back
// until a canary that was queried later has confirmed that DNS works (without canaries, it is emitted at once). Names
// should be distinct; All does not deduplicate them.
//
// Canaries are queried before, during and after the names. When one fails, All stops asking: every unconfirmed name is
// emitted as NoDNSAnswer, and the returned Doubt applies to all earlier answers as well. After an error of emit or the
// end of ctx, it takes no more names and drops unconfirmed answers.
func (l *Lookup) All(ctx context.Context, names iter.Seq[string], emit func(name string,
	m validate.Mail) error) (Doubt, error) {
	r := &run{lookup: l}
	r.suspect(l.Doubt(ctx))
	asking, stop := context.WithCancel(ctx)
	defer stop()
	h := held{emit: emit}
	r.gather(asking, r.answered(asking, r.feed(asking, names)), &h, stop)
	if h.failed == nil && r.doubt.Load() == nil {
		r.suspect(l.Doubt(ctx))
	}
	if ctx.Err() == nil {
		h.release(h.count(), r.doubt.Load())
	}
	return r.verdict(), cmp.Or(h.failed, ctx.Err())
}

// gather holds what is answered until a canary vouches for it. A canary comes with the names every so often, and
// another one by the clock: a few slow names don't keep the answers about all others from being told.
func (r *run) gather(ctx context.Context, answered <-chan job, h *held, stop func()) {
	unvouched := len(r.lookup.canaries()) == 0
	tick := time.NewTicker(canaryAfter)
	defer tick.Stop()
	c := clock{vouched: make(chan int, 1)}
	for open := true; open || c.flying; {
		release := 0
		select {
		case j, ok := <-answered:
			open = ok
			if !ok {
				answered = nil
				break
			}
			if vouched := h.take(j, answered); vouched || unvouched {
				release = h.count()
			}
		case release = <-c.vouched:
			c.flying = false
		case <-tick.C:
			if open && !unvouched && len(h.jobs) > 0 && h.failed == nil {
				c.ask(ctx, r, h.count())
			}
		}
		if r.doubt.Load() != nil {
			continue
		}
		if h.release(release, nil); h.failed != nil {
			stop()
		}
	}
}

// clock asks canaries by the clock, one at a time.
type clock struct {
	asked   int
	flying  bool
	vouched chan int // as many answers as there were when the canary was asked
}

func (c *clock) ask(ctx context.Context, r *run, answers int) {
	if c.flying {
		return
	}
	birds := r.lookup.canaries()
	name := birds[c.asked%len(birds)]
	c.asked++
	c.flying = true
	go func() {
		if r.suspect(r.lookup.canary(ctx, name)); ctx.Err() != nil { // it may not have had its say
			answers = 0
		}
		c.vouched <- answers
	}()
}

// held are answers that no canary has vouched for yet.
type held struct {
	jobs   []job
	before int // answers that were released
	emit   func(name string, m validate.Mail) error
	failed error // of emit
}

// take holds an answer and what else is there, and reports whether a canary was the last of it.
func (h *held) take(j job, answered <-chan job) (vouched bool) {
	for ok := true; ok && !j.canary; {
		h.jobs = append(h.jobs, j)
		select {
		case j, ok = <-answered:
		default:
			return false
		}
	}
	return j.canary
}

// count is how many answers there are, released ones included.
func (h *held) count() int { return h.before + len(h.jobs) }

// release emits the first n answers, as far as that was not done: as they are, or as no answers for a doubt.
func (h *held) release(n int, d *Doubt) {
	n = max(n-h.before, 0)
	for _, j := range h.jobs[:n] {
		if h.failed != nil {
			break
		}
		if d != nil {
			j.mail = validate.Mail{Status: validate.NoDNSAnswer, Detail: d.Why}
		}
		h.failed = h.emit(j.name, j.mail)
	}
	h.jobs = append(h.jobs[:0], h.jobs[n:]...)
	h.before += n
}

func (r *run) verdict() Doubt {
	if d := r.doubt.Load(); d != nil {
		return *d
	}
	return Doubt{}
}

func (r *run) suspect(d Doubt) {
	if d != (Doubt{}) {
		r.doubt.CompareAndSwap(nil, &d)
	}
}

// feed sends the names, and a canary every so often, until they or ctx end.
func (r *run) feed(ctx context.Context, names iter.Seq[string]) <-chan job {
	jobs := make(chan job, atHand)
	go func() {
		defer close(jobs)
		send := func(j job) bool {
			select {
			case jobs <- j:
				return true
			case <-ctx.Done():
				return false
			}
		}
		n, asked, birds := 0, 0, r.lookup.canaries()
		for name := range names {
			if ctx.Err() != nil || !send(job{name: name}) {
				return
			}
			if n++; len(birds) == 0 || n%canaryEvery != 0 {
				continue
			}
			if !send(job{name: birds[asked%len(birds)], canary: true}) {
				return
			}
			asked++
		}
	}()
	return jobs
}

// answered works on the jobs, and is done when they are. A short list needs few workers: each begins another one with
// its first job.
func (r *run) answered(ctx context.Context, jobs <-chan job) <-chan job {
	done := make(chan job, atHand)
	var workers sync.WaitGroup
	var begun atomic.Int64
	var begin func()
	begin = func() {
		begun.Add(1)
		workers.Go(func() {
			for j := range jobs {
				if int(begun.Load()) < r.most() {
					begin()
				}
				r.work(ctx, &j)
				done <- j
			}
		})
	}
	begin()
	go func() {
		workers.Wait()
		close(done)
	}()
	return done
}

// most is how many workers there may be: as many as questions may fly at present, so that no names are taken that
// can't be asked about yet.
func (r *run) most() int { return cmp.Or(r.lookup.Workers, min(r.lookup.DNS.Places(), 4096), 1) }

func (r *run) work(ctx context.Context, j *job) {
	switch d := r.doubt.Load(); {
	case d != nil:
		j.mail = validate.Mail{Status: validate.NoDNSAnswer, Detail: d.Why}
	case j.canary:
		r.suspect(r.lookup.canary(ctx, j.name))
	default:
		j.mail = r.lookup.Mail(ctx, j.name)
	}
}
