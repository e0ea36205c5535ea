package probe

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/validate"
)

// run is one asking of a plan.
type run struct {
	prober *Prober
	plan   *Plan
	store  Store

	shared *calls // with other runs of the prober

	emitting sync.Mutex
	emit     func([]validate.Answered) error
	settled  idSet // questions of the plan that were answered, however often

	mu      sync.Mutex // guards what follows, and the operators
	breaker *breaker   // the course's
	own     []string   // what a reply may call us by
	full    time.Time  // until when our own address has asked enough
	outages map[netip.Addr]outage

	told time.Time
	idle bool // and was so told

	interfaces sync.Once
	addresses  []net.Addr // of this machine
}

func newRun(p *Prober, plan *Plan, emit func([]validate.Answered) error) *run {
	r := &run{prober: p, plan: plan, store: p.Store, emit: emit, own: slices.Clone(p.Own)}
	r.outages = make(map[netip.Addr]outage)
	if r.shared = p.calls; r.shared == nil { // not made by New: its calls know nothing of one another
		r.shared = new(calls)
	}
	r.breaker = &plan.series.breaker
	return r
}

// shorter is a wait at the prober's pace.
func (p *Prober) shorter(d time.Duration) time.Duration {
	return time.Duration(float64(d) / cmp.Or(p.Pace, 1))
}

// most is a limit at the prober's pace.
func (p *Prober) most(n int) int { return int(float64(n) * cmp.Or(p.Pace, 1)) }

// patience is until when a lane may wait now.
func (p *Prober) patience() time.Time { return p.patienceSince(time.Now()) }

// patienceSince is until when a lane may wait that has waited since then.
func (p *Prober) patienceSince(since time.Time) time.Time {
	return since.Add(p.shorter(cmp.Or(p.MaxWait, defaultWait)))
}

// answer hands over what was found.
func (r *run) answer(found ...validate.Answered) error {
	if len(found) == 0 {
		return nil
	}
	r.emitting.Lock()
	defer r.emitting.Unlock()
	for i := range found {
		r.settled.add(found[i].ID)
	}
	return r.emit(found)
}

// lanes works the lanes, the one that is due first. A step of a lane is one session; between steps a lane waits here
// and costs nothing.
func (r *run) lanes(ctx context.Context) error {
	s := newSchedule(r.plan.lanes)
	back := make(chan *queue)
	g, within := errgroup.WithContext(ctx)
	ended := within.Done()
	renewing, stop := context.WithCancel(ctx)
	var renewer sync.WaitGroup
	renewer.Go(func() { r.renew(renewing) })
	for s.len()+s.running > 0 {
		l, wait := s.next(time.Now(), r.held(), cmp.Or(r.prober.Workers, defaultWorkers))
		if l != nil {
			g.Go(func() error {
				defer func() { back <- l }()
				return r.step(within, l)
			})
			continue
		}
		r.idles(s.running == 0 && wait > r.prober.shorter(longWait))
		select {
		case l := <-back:
			if s.back(l, l.done || within.Err() != nil); l.operator.open == 0 {
				g.Go(func() error { return r.letGo(within, l.operator) })
			}
			r.tell(false)
		case <-time.After(wait):
		case <-ended:
			ended = nil
			s.drop()
		}
	}
	r.tell(true)
	stop()
	renewer.Wait()
	err := g.Wait()
	return errors.Join(err, r.release(ctx), ctx.Err())
}

// idles reports at once that everybody waits, or no longer does.
func (r *run) idles(idle bool) {
	if idle != r.idle {
		r.idle = idle
		r.tell(true)
	}
}

// held is until when nobody may ask, as our own address has asked enough.
func (r *run) held() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.full
}

// tell reports the progress, not more often than a person can read. It belongs to the goroutine of the schedule.
func (r *run) tell(last bool) {
	if r.prober.Progress == nil || (!last && time.Since(r.told) < betweenTellings) {
		return
	}
	r.told = time.Now()
	left := time.Duration(0)
	for _, l := range r.plan.lanes {
		left = max(left, l.estimate)
	}
	r.emitting.Lock()
	settled := r.settled.n
	r.emitting.Unlock()
	r.prober.Progress(Progress{Settled: settled, Questions: r.plan.Questions, Left: r.prober.shorter(left),
		Idle: r.idle})
}

const (
	betweenTellings = 200 * time.Millisecond
	longWait        = 10 * time.Second // longer than the pause between two connections to a mail host
)

// report is how asking went in the course so far, the operator with most questions first.
func (r *run) report() []validate.Asking {
	all := make([]validate.Asking, 0, len(r.plan.series.operators))
	for _, op := range r.plan.series.operators {
		all = append(all, op.Asking)
	}
	slices.SortFunc(all, func(a, b validate.Asking) int {
		return cmp.Or(cmp.Compare(b.Questions, a.Questions), strings.Compare(a.Operator, b.Operator))
	})
	return all
}
