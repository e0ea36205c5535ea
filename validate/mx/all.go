package mx

import (
	"cmp"
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/prebounce/prebounce/validate"
)

// canaryEvery is after how many domains one more canary is asked.
const canaryEvery = 5000

// job is one domain to ask about, and then what was found.
type job struct {
	name   string
	mail   validate.Mail
	canary bool
}

// run is one call of All.
type run struct {
	*Lookup
	doubt atomic.Pointer[Doubt] // set once the world looks broken
}

// All asks about many domains at once and hands each to emit, as answers come, from one goroutine. Names should be distinct: it
// remembers none.
//
// Canaries are asked before, on the way and after. Once one fails DNS is not asked any more: the rest is emitted as NoDNSAnswer, and
// the Doubt that is returned goes for everything emitted before as well. After an error of emit or the end of ctx no
// more names are taken; those in hand are still emitted after the end of ctx, as NoDNSAnswer where it came first.
func (l *Lookup) All(ctx context.Context, names iter.Seq[string], emit func(name string, m validate.Mail) error) (Doubt, error) {
	r := &run{Lookup: l}
	r.suspect(l.Doubt(ctx))
	taking, stop := context.WithCancel(ctx)
	defer stop()
	var failed error
	for j := range r.answered(ctx, r.feed(taking, names)) {
		if failed != nil || j.canary {
			continue
		}
		if failed = emit(j.name, j.mail); failed != nil {
			stop()
		}
	}
	if failed == nil && r.doubt.Load() == nil {
		r.suspect(l.Doubt(ctx))
	}
	return r.verdict(), cmp.Or(failed, ctx.Err())
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
	jobs := make(chan job)
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
		n, birds := 0, r.canaries()
		for name := range names {
			if ctx.Err() != nil || !send(job{name: name}) {
				return
			}
			if n++; n%canaryEvery == 0 && len(birds) > 0 && !send(job{name: birds[n/canaryEvery%len(birds)], canary: true}) {
				return
			}
		}
	}()
	return jobs
}

// answered works on the jobs with as many workers as questions may fly, and is done when they are.
func (r *run) answered(ctx context.Context, jobs <-chan job) <-chan job {
	done := make(chan job)
	var workers sync.WaitGroup
	for range cmp.Or(r.Workers, min(r.DNS.Places(), 4096), 1) {
		workers.Go(func() {
			for j := range jobs {
				r.work(ctx, &j)
				done <- j
			}
		})
	}
	go func() {
		workers.Wait()
		close(done)
	}()
	return done
}

func (r *run) work(ctx context.Context, j *job) {
	switch d := r.doubt.Load(); {
	case d != nil:
		j.mail = validate.Mail{Status: validate.NoDNSAnswer, Detail: d.Why}
	case j.canary:
		r.suspect(r.canary(ctx, j.name))
	default:
		j.mail = r.Mail(ctx, j.name)
	}
}
