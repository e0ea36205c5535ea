package probe

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
	"github.com/prebounce/prebounce/validate/reply"
)

// hostSession is one session of a lane at work.
type hostSession struct {
	run     *run
	lane    *queue
	permit  permit
	profile limits.HostProfile
	before  limits.HostProfile // as they were

	session *smtp.Session
	backup  bool // with a backup server
	trouble *smtp.Trouble
	soonest time.Time // when the next session may begin
	heard   int       // replies about recipients
	sent    int       // RCPT commands
	slowed  bool      // the host wants fewer questions
	long    bool      // the transaction holds more recipients than the session may refuse
	secure  bool      // it went on under TLS
	earlier int       // what the session had refused before that
	spoilt  error     // why limits can't be kept any more, or answers
}

// hold opens a session, asks what the permit allows, and takes leave.
func (t *hostSession) hold(ctx context.Context) (err error) {
	t.session, t.trouble, err = t.open(ctx)
	if err != nil || t.session == nil {
		return err
	}
	defer t.run.free(t.session.Host().Addr)
	t.session.Ration(t.ration)
	t.begun()
	if err = t.settleIn(ctx); err == nil {
		err = t.ask(ctx)
	}
	t.session.Quit(ctx)
	return errors.Join(err, t.leave(context.WithoutCancel(ctx)))
}

// leave sees to it that nobody comes back at once to a host that has not taken leave of us: it may still be busy with
// this session.
func (t *hostSession) leave(ctx context.Context) error {
	if t.session.Left() {
		return nil
	}
	_, _, err := t.run.store.Take(ctx, time.Now(), 1, t.run.connecting(t.session.Host().Addr))
	return err
}

// begun notes that a host talks to us, and whom it takes us for.
func (t *hostSession) begun() {
	own, why := "", ""
	if t.run.prober.Seen != nil {
		own, why = t.run.prober.Seen(t.session.Echo())
	}
	t.run.mu.Lock()
	defer t.run.mu.Unlock()
	t.lane.operator.Sessions++
	t.profile.Greeted = t.profile.Greeted || !t.backup
	if own != "" && !slices.Contains(t.run.own, own) {
		t.run.own = append(t.run.own, own)
	}
	if t.run.breaker.why == "" {
		t.run.breaker.why = why
	}
}

// ask asks transaction after transaction.
func (t *hostSession) ask(ctx context.Context) error {
	var only *domain
	if !t.lane.operator.rule.Mix && len(t.lane.ready) > 0 {
		only = t.lane.ready[0]
	}
	for t.goesOn() {
		tr := t.lane.take(t.size(), only)
		if len(tr.asked) == 0 {
			return nil
		}
		if err := t.transact(ctx, tr); err != nil {
			return err
		}
	}
	return nil
}

// goesOn reports whether one more transaction is in order: hosts slow down or hang up on those who are refused too
// often, and a new session starts afresh.
func (t *hostSession) goesOn() bool {
	return t.trouble == nil && !t.slowed && !t.session.Ended() && !t.session.Slower() && t.permit.n > 0 &&
		t.session.Refusals() < t.refusals() && t.session.Transactions() < mostTransactions &&
		t.run.stopped(t.lane.operator) == ""
}

// refusals is how many a session may have.
func (t *hostSession) refusals() int {
	n := t.lane.operator.rule.Refusals
	if t.profile.Touchy {
		n = max(n/2, 1)
	}
	return n
}

// size is how many recipients the next transaction may hold. How many may go out at a time, as all of them may be
// refused, the ration says.
func (t *hostSession) size() int {
	n := min(t.transactionMost(), t.permit.n)
	if !t.bears() || t.lane.share > 1 { // no more than may be refused
		n = min(n, t.refusals()-t.session.Refusals())
	}
	if t.profile.Recipients > 0 {
		n = min(n, t.profile.Recipients)
	}
	return max(n/t.lane.share, 1)
}

// transactionMost is the rule's number of recipients; a host that has borne that for a while, and whose operator has
// no rule of its own, is asked about a whole session's in one transaction, as each RSET takes as long as several
// questions.
func (t *hostSession) transactionMost() int {
	rule := &t.lane.operator.rule
	if t.bears() {
		return max(rule.Transaction, rule.Session)
	}
	return rule.Transaction
}

// bears reports whether a server has shown that it takes many questions.
func (t *hostSession) bears() bool {
	return t.lane.operator.rule.general && t.profile.Tolerant && !t.profile.Touchy && !t.backup
}

// bearable is how many recipients may be refused yet: all that a transaction of the usual size holds, and in a longer
// one as many as the session may refuse. What is refused for want of TLS is asked again under TLS, and doesn't count.
func (t *hostSession) bearable() int {
	if !t.long {
		return t.permit.n
	}
	if t.session.TLS() != t.secure {
		t.secure, t.earlier = t.session.TLS(), t.session.Refusals()
	}
	return t.refusals() - (t.session.Refusals() - t.earlier)
}

// transact asks one transaction and takes note of what was said.
func (t *hostSession) transact(ctx context.Context, tr transaction) error {
	t.long, t.secure, t.earlier = len(tr.asked) > t.refusals()-t.session.Refusals(), t.session.TLS(), 0
	addresses := make([]string, len(tr.asked))
	for i := range tr.asked {
		addresses[i] = tr.asked[i].domain.address(&tr.asked[i].pending)
	}
	d := &dialogue{transaction: tr, addresses: addresses}
	t.session.Hearer(func(replies []reply.Reply) { t.spoilt = errors.Join(t.spoilt, t.take(ctx, d, replies)) })
	replies, end := t.session.Ask(ctx, addresses, tr.utf8)
	trouble, _ := errors.AsType[*smtp.Trouble](end)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t.trouble = trouble
	if err := t.take(ctx, d, replies[d.taken:]); err != nil || trouble == nil || d.taken == len(d.asked) {
		return err
	}
	return t.run.answer(t.unheard(d.asked[d.taken:])...)
}

// dialogue is a transaction while it is put to a host.
type dialogue struct {
	transaction
	addresses []string
	taken     int // replies that were taken note of
}

// take takes note of the next replies and hands over what they tell.
func (t *hostSession) take(ctx context.Context, d *dialogue, replies []reply.Reply) error {
	t.heard += len(replies)
	var found []validate.Answered
	for _, said := range replies {
		more, err := t.hear(ctx, heard{asked: d.asked[d.taken], said: said, address: d.addresses[d.taken],
			place: d.taken})
		if err != nil {
			return err
		}
		d.taken++
		found = append(found, more...)
	}
	return t.run.answer(found...)
}

// slowDowns is how often a lane waits for a host that wants fewer questions: a minute, then two, then four.
const slowDowns = 3
