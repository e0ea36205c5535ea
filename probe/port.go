package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
)

// port is what is known of the way out to port 25. A single greeting from outside our own network proves that it is
// open. A refused connection proves nothing, as filters on the way out refuse as well: only where the hosts of several
// operators can't be reached, nobody has greeted, and a host that is known to listen can't be reached either, is it
// closed.
type port struct {
	open   bool
	failed map[*operator]bool // none of whose hosts could be reached

	testing bool      // a host that is known to listen is called, or was
	deaf    []string  // which ones could not be reached
	verdict time.Time // until then others may still greet

	calls  int // going on now
	era    int // 1 once deaf is known
	before int // calls that were going on then
}

// enoughFailed is how many operators must be out of reach before ours may be the fault.
const enoughFailed = 5

// betweenDeafAndVerdict is how long asking goes on once a host that is known to listen could not be reached: refusals
// come at once, and greetings take their time.
const betweenDeafAndVerdict = 5 * time.Second

// opening notes that a lane begins to call its servers; the function that it returns notes the end.
func (t *hostSession) opening() func() {
	t.run.mu.Lock()
	defer t.run.mu.Unlock()
	p := &t.run.breaker.port
	p.calls++
	era := p.era
	return func() {
		t.run.mu.Lock()
		defer t.run.mu.Unlock()
		if p.calls--; era < p.era {
			p.before--
		}
	}
}

// greeted notes that a host has greeted us.
func (r *run) greeted(addr netip.Addr) {
	if !r.outside(addr) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.breaker.port.open = true
}

// outside reports whether an address is beyond our own network, which the way to a host of our own doesn't leave.
func (r *run) outside(addr netip.Addr) bool {
	if !validate.Public(addr) { // only labs get here, and there everything is one network
		return true
	}
	bits := 24
	if addr.Is6() {
		bits = 48
	}
	near, err := addr.Prefix(bits)
	if err != nil {
		return true
	}
	for _, own := range r.prober.Own {
		if ip, err := netip.ParseAddr(own); err == nil && near.Contains(ip) {
			return false
		}
	}
	return !r.local(near)
}

// local reports whether this machine has an address in a network.
func (r *run) local(near netip.Prefix) bool {
	r.interfaces.Do(func() { r.addresses, _ = net.InterfaceAddrs() })
	for _, a := range r.addresses {
		if p, err := netip.ParsePrefix(a.String()); err == nil && near.Contains(p.Addr()) {
			return true
		}
	}
	return false
}

// unreachable judges port 25 where none of a lane's servers can be reached.
func (t *hostSession) unreachable(ctx context.Context) {
	if !t.suspectPort() {
		return
	}
	var deaf []string
	for _, h := range t.run.listening(ctx) {
		heard, tried := t.listens(ctx, h)
		if heard {
			t.run.mu.Lock()
			defer t.run.mu.Unlock()
			t.run.breaker.port.open = true
			return
		}
		if tried {
			deaf = append(deaf, h.Name)
		}
	}
	if len(deaf) == 0 || ctx.Err() != nil {
		return
	}
	t.run.mu.Lock()
	defer t.run.mu.Unlock()
	p := &t.run.breaker.port
	p.deaf, p.era, p.before = deaf, 1, p.calls
	p.verdict = time.Now().Add(t.run.prober.shorter(betweenDeafAndVerdict))
}

// suspectPort reports whether it is time to call a host that is known to listen.
func (t *hostSession) suspectPort() bool {
	t.run.mu.Lock()
	defer t.run.mu.Unlock()
	p := &t.run.breaker.port
	if p.failed == nil {
		p.failed = make(map[*operator]bool)
	}
	p.failed[t.lane.operator] = true
	if p.open || p.testing || len(p.failed) < enoughFailed {
		return false
	}
	p.testing = true
	return true
}

func (r *run) listening(ctx context.Context) []smtp.Host {
	if r.prober.Listening == nil {
		return nil
	}
	return r.prober.Listening(ctx)
}

// listens calls a host that is known to listen, for its greeting alone. It is not tried where that would prove
// nothing, or where it was connected to a moment ago.
func (t *hostSession) listens(ctx context.Context, h smtp.Host) (heard, tried bool) {
	if !t.run.outside(h.Addr) {
		return false, false
	}
	if granted, _, err := t.run.store.Take(ctx, time.Now(), 1, t.run.connecting(h.Addr)); err != nil || granted == 0 {
		return false, false
	}
	s, err := t.run.prober.Client.Open(ctx, h)
	trouble, _ := errors.AsType[*smtp.Trouble](err)
	if trouble == nil {
		s.Quit(ctx)
	}
	return trouble == nil || !absent(trouble), true
}

// judgePort stops asking once the way out is found closed. Calls that were going on at that time may still bring a
// greeting.
func (b *breaker) judgePort() {
	p := &b.port
	if len(p.deaf) == 0 || p.open || p.before > 0 || b.why != "" || time.Now().Before(p.verdict) {
		return
	}
	listen := "which is known to listen"
	if len(p.deaf) > 1 {
		listen = "which are known to listen"
	}
	b.why = fmt.Sprintf("no mail server of %d operators could be reached, and neither could %s, %s: port 25 is "+
		"probably closed on the way out of here",
		len(p.failed), strings.Join(p.deaf, " or "), listen)
}
