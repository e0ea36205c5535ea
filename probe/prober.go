package probe

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

// PerMinute is how many RCPT commands one address of ours sends a minute, to everybody together.
const PerMinute = 30

// Limits that no operator's rule changes: they keep us welcome with everybody.
const (
	betweenConnections = 6 * time.Second // to one mail host: Postfix and Exim sites count ten a minute
	mostTransactions   = 8               // in a session: Exim hangs up at about the twelfth RSET
	restAfterBlock     = limits.CoolDownLife
	leaseFor           = limits.LeaseLife // renewed while its owner lives
	defaultWait        = 30 * time.Minute
	defaultWorkers     = 32
)

// Prober asks, at a polite pace. Make it with [New]: then its limits hold over all of its calls, and it asks
// nobody before its pre-flight has passed. One that is made otherwise needs Client and Store, looks at no
// identity, and is for one call at a time. The rest has useful zero values, and must not be changed while it
// asks. Durations are of the wall clock.
type Prober struct {
	Client    *smtp.Client
	Store     Store    // what must outlive the run
	Own       []string // what a reply may call us by: HELO name and addresses
	KnownGood []string // addresses that are known to take mail: where one is refused, that is about us
	Rules     *Rules   // how each operator is asked; nil: the program's
	Budget    int      // questions at most, in the order they come; 0: all
	Series    *Series  // what several runs about one list share; nil: this is the only one
	// the longest that a lane waits at a time, for a limit or a round of greylisting; zero: 30 min, enough
	// for all of them; negative: it doesn't wait
	MaxWait  time.Duration
	Pace     float64 // divides every wait and multiplies every limit: labs only; zero: 1
	Workers  int     // sessions at a time; zero: 32
	Progress func(Progress)

	// Seen is told the first line of each host's reply to EHLO, in which many say whom they see. It returns
	// the address, if it finds one, and why nobody may be asked any more, if that is so. It may be called by
	// several goroutines; nil: nobody looks.
	Seen func(echo string) (own, why string)

	// Listening gives hosts that are known to listen, one of each of several large operators. They are called for
	// their greeting, and asked nothing, where no host of the plan can be reached; nil: the way out is never thought
	// to be closed.
	Listening func(ctx context.Context) []smtp.Host

	calls *calls // nil: not made by New
}

// Progress is how far a run is.
type Progress struct {
	Settled, Questions int
	Left               time.Duration // of the slowest lane, at least
	// no session goes on, and none begins for a while: everybody waits for a limit or a round of greylisting
	Idle bool
}

// Limiter grants questions. One for many processes keeps limits together.
type Limiter interface {
	// Take spends up to n of every cap at once and tells how many it could, and if fewer than n, from when
	// more may be had.
	Take(ctx context.Context, now time.Time, n int, caps ...limits.Cap) (granted int, again time.Time, err error)
	// GiveBack returns what was taken at that moment and not used.
	GiveBack(ctx context.Context, at time.Time, n int, caps ...limits.Cap) error
}

// Store is what must hold across runs and processes. [Memory] keeps it while the process lives.
type Store interface {
	Limiter
	// Control is what became of the domain's control recipient, if that is still known.
	Control(ctx context.Context, domain string, now time.Time) (validate.Control, error)
	PutControl(ctx context.Context, domain string, c validate.Control, host, text string, at time.Time) error
	// Lease makes an operator ours until then. Where another process holds it, other is until when.
	Lease(ctx context.Context, operator string, now, until time.Time) (other time.Time, err error)
	Release(ctx context.Context, operator string) error
	// Rest leaves an operator alone until then.
	CoolDown(ctx context.Context, operator string, until time.Time, why string) error
	CoolingDown(ctx context.Context, operator string, now time.Time) (until time.Time, why string, err error)
	// HostProfile is what earlier sessions taught about a mail host.
	HostProfile(ctx context.Context, host string, now time.Time) (limits.HostProfile, error)
	PutHostProfile(ctx context.Context, host string, m limits.HostProfile, at time.Time) error
	// Greeted gives the mail hosts that greeted us when they were last called.
	Greeted(ctx context.Context, now time.Time) (map[string]bool, error)
}

// Ask plans the questions and runs the plan.
func (p *Prober) Ask(ctx context.Context, questions iter.Seq[validate.Question],
	emit func([]validate.Answered) error) ([]validate.Asking, error) {
	return p.Run(ctx, p.Plan(questions), emit)
}

// complete reports what a run can't do without.
func (p *Prober) complete(plan *Plan, emit func([]validate.Answered) error) error {
	switch {
	case p.Client == nil:
		return errNoClient
	case p.Store == nil:
		return errNoStore
	case plan == nil || plan.series == nil:
		return errors.New("there is no plan: make one with Plan")
	case emit == nil:
		return errors.New("asking needs a function that takes the answers")
	}
	return nil
}

// Run asks what is planned and hands over what was found as it comes, from one goroutine at a time; the lane
// goes on once emit has returned. Every question of the plan is answered, also where a host never spoke; a
// later answer takes the place of an earlier one. A plan can be run once. The error is emit's, the store's or
// ctx's.
func (p *Prober) Run(ctx context.Context, plan *Plan, emit func([]validate.Answered) error) ([]validate.Asking, error) {
	if err := p.complete(plan, emit); err != nil {
		return nil, err
	}
	if p.calls != nil {
		if err := p.calls.ready(ctx); err != nil {
			return nil, err
		}
	}
	r := newRun(p, plan, emit)
	if len(plan.unasked) > 0 {
		if err := emit(plan.unasked); err != nil {
			return nil, err
		}
	}
	r.welcome()
	err := r.begin(ctx)
	if err == nil {
		err = r.lanes(ctx)
	}
	return r.report(), err
}
