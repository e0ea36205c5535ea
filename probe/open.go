package probe

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/netip"
	"time"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
	"github.com/prebounce/prebounce/validate/reply"
)

// open connects to a mail server of the lane: to one of the most preferred ones, and to a backup only when these are
// down. A server that is busy with another session, or was connected to a moment ago, is not down: then there is
// neither session nor trouble, and soonest says when to come again.
func (t *hostSession) open(ctx context.Context) (s *smtp.Session, trouble *smtp.Trouble, err error) {
	defer t.opening()()
	for hosts, backup := range t.lane.ranks() {
		if trouble != nil && !t.failed(trouble) {
			break
		}
		var last *smtp.Trouble
		if s, last, err = t.oneOf(ctx, hosts, backup); s != nil || err != nil {
			t.backup, t.lane.down = backup, backup
			return s, nil, err
		}
		if last == nil && !t.soonest.IsZero() {
			return nil, nil, nil
		}
		trouble = cmp.Or(last, trouble)
	}
	return nil, cmp.Or(trouble, nobody(t.lane)), nil
}

// nobody is the trouble with a lane that has no server to call: the addresses of the preferred ones could not be
// looked up.
func nobody(l *queue) *smtp.Trouble {
	return &smtp.Trouble{
		Kind: smtp.Unreachable, Host: smtp.Host{Name: l.hosts[0].Name}, Stage: reply.Greeting, Command: "connect",
		Err: errNobody,
	}
}

var errNobody = errors.New("no address is known of a mail server that may be asked")

// ranks are the lane's mail servers, those of equal preference together, the most preferred ones first; the others are
// backups.
func (l *queue) ranks() iter.Seq2[[]validate.MailHost, bool] {
	return func(yield func([]validate.MailHost, bool) bool) {
		for from := 0; from < len(l.hosts); {
			to := from + 1
			for to < len(l.hosts) && l.hosts[to].Preference == l.hosts[from].Preference {
				to++
			}
			if !yield(l.hosts[from:to], from > 0) {
				return
			}
			from = to
		}
	}
}

// failed reports whether it is a backup's turn: there is no way to the preferred servers from here, or they could not
// be talked to so often that they are down.
func (t *hostSession) failed(trouble *smtp.Trouble) bool {
	l := t.lane
	switch {
	case !absent(trouble):
		return false
	case l.down || l.silences >= mostSilences-1 || trouble.Kind == smtp.NoEgress:
		return true
	}
	return time.Now().Add(t.run.prober.shorter(betweenChances)).After(t.run.prober.patience())
}

// absent reports whether a server could not be talked to, which makes it a backup's turn. One that says that it has no
// time is there.
func absent(trouble *smtp.Trouble) bool {
	return trouble.Reply.Code == 0 && trouble.Stage <= reply.Greeting
}

// oneOf connects to the first of some servers of equal rank that takes us. Trouble is that of the last one tried; a
// server that was not tried, as somebody else is talking to it, leaves none.
func (t *hostSession) oneOf(ctx context.Context, hosts []validate.MailHost, backup bool) (*smtp.Session,
	*smtp.Trouble, error) {
	var last *smtp.Trouble
	busy := false
	for _, h := range hosts {
		if backup && t.unwanted(ctx, h.Name) {
			continue
		}
		for _, addr := range h.Addrs {
			s, trouble, err := t.call(ctx, smtp.Host{Name: h.Name, Addr: addr, Plain: t.profile.Plain,
				TLS: t.profile.TLS})
			if s != nil || err != nil {
				return s, nil, err
			}
			busy = busy || trouble == nil
			if trouble == nil {
				continue
			}
			last = trouble
			if !next(trouble) {
				return nil, trouble, nil
			}
		}
	}
	if busy && (last == nil || absent(last)) {
		return nil, nil, nil
	}
	return nil, last, nil
}

// next reports whether the next address may be tried after this trouble: where there is no connection or the greeting
// is a 4yz, as a sending host does (RFC 5321 §5.1), and never after a 5yz.
func next(trouble *smtp.Trouble) bool {
	silent := trouble.Stage <= reply.Greeting && trouble.Reply.Code < 500
	return trouble.Kind == smtp.Unreachable || trouble.Kind == smtp.Forbidden || silent
}

// call connects to one address, unless another session has it or it was connected to a moment ago: then there is
// neither session nor trouble. One that was out of reach a moment ago still is.
func (t *hostSession) call(ctx context.Context, h smtp.Host) (*smtp.Session, *smtp.Trouble, error) {
	taken, out := t.run.claim(h.Addr)
	if taken || out != nil {
		if taken {
			t.comeAgain(time.Now().Add(t.run.prober.shorter(betweenConnections) / 4))
		}
		return nil, out, nil
	}
	s, trouble, err := t.try(ctx, h)
	if s == nil || err != nil {
		t.run.free(h.Addr)
	}
	return s, trouble, err
}

// try connects within the limit on connections.
func (t *hostSession) try(ctx context.Context, h smtp.Host) (*smtp.Session, *smtp.Trouble, error) {
	granted, again, err := t.run.store.Take(ctx, time.Now(), 1, t.run.connecting(h.Addr))
	if err != nil {
		return nil, nil, err
	}
	if granted == 0 {
		t.comeAgain(again)
		return nil, nil, nil
	}
	s, err := t.run.prober.Client.Open(ctx, h)
	trouble, _ := errors.AsType[*smtp.Trouble](err)
	if ctx.Err() != nil {
		return nil, trouble, ctx.Err()
	}
	if trouble == nil || !absent(trouble) {
		t.run.greeted(h.Addr)
	}
	if trouble != nil {
		t.run.missed(h.Addr, trouble)
		s = nil
	}
	return s, trouble, nil
}

// connecting is the limit on connections to an address.
func (r *run) connecting(addr netip.Addr) limits.Cap {
	return limits.Cap{Key: "connect " + addr.String(), Most: 1, Within: r.prober.shorter(betweenConnections)}
}

// comeAgain notes when a server that was not to be had may be called: the first of them counts.
func (t *hostSession) comeAgain(at time.Time) {
	if t.soonest.IsZero() || at.Before(t.soonest) {
		t.soonest = at
	}
}

// outage is that an address was out of reach, which lanes that share it need not find out one after the other.
type outage struct {
	trouble *smtp.Trouble
	until   time.Time
}

// claim makes an address ours for one session: no other call of this prober talks to it then. It is not to be had where
// another session has it, or where it was out of reach a moment ago.
func (r *run) claim(addr netip.Addr) (taken bool, out *smtp.Trouble) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o, ok := r.outages[addr]; ok && time.Now().Before(o.until) {
		return false, o.trouble
	}
	return r.shared.claim(addr), nil
}

func (r *run) free(addr netip.Addr) { r.shared.free(addr) }

// missed notes that an address is out of reach.
func (r *run) missed(addr netip.Addr, trouble *smtp.Trouble) {
	if !absent(trouble) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outages[addr] = outage{trouble, time.Now().Add(r.prober.shorter(betweenChances) / 2)}
}
