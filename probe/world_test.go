package probe_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
	"github.com/prebounce/prebounce/validate"
)

// everybody lists all mailboxes of the sandbox's world, and six that don't exist at each of its domains.
func everybody() (addresses []string) {
	for line := range strings.Lines(samples.World) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) < 3 || words[1] != "MAILBOX" {
			continue
		}
		domain := strings.Replace(words[0], "*", "some", 1)
		for _, word := range words[2:] {
			name, _, _ := strings.Cut(word, "=")
			if _, err := validate.Parse(name + "@" + domain); err == nil {
				addresses = append(addresses, name+"@"+domain)
			}
		}
		for i := range 6 {
			addresses = append(addresses, fmt.Sprintf("gone%d@%s", i, domain))
		}
	}
	return addresses
}

// TestWorld asks about everybody at the polite pace. Nobody who takes mail may be removed, most of the dead that a
// host tells of must be found, and the servers must have seen a client that keeps its limits.
func TestWorld(t *testing.T) {
	w := parse(t, samples.World, everybody()...)
	o := w.ask(t, probe.Prober{})
	reachable, found := 0, 0
	for i, address := range w.addresses {
		truth, _ := w.Mailbox(address)
		reason := o.answers[i].Reason()
		removed := reason.List() == validate.Removed
		if removed && truth.Deliverable() {
			t.Errorf("%s takes mail and is removed: %s, %q", address, reason, o.answers[i].Text)
		}
		if truth.Gone() && truth.Tells {
			reachable++
			if removed {
				found++
			} else {
				t.Logf("%s is gone, and %s: %s %s", address, reason, o.answers[i].Text, o.answers[i].Detail)
			}
		}
	}
	t.Logf("%d addresses, %d sessions; of %d reachable dead ones %d found", len(w.addresses), len(o.sessions),
		reachable, found)
	if found*5 < reachable*4 {
		t.Errorf("found %d of %d dead", found, reachable)
	}
	polite(t, &o)
	for _, host := range []string{"mx.postfix.test", "mx.exim.test", "mx.opensmtpd.test", "mx.sendmail.test"} {
		if m := o.manners[host]; m.Connections == 0 || m.TooMany > 0 {
			t.Errorf("%s has its default limits, and saw %+v", host, m)
		}
	}
}

// polite holds what servers counted against the limits.
func polite(t *testing.T, o *outcome) {
	t.Helper()
	var all []time.Time
	for _, s := range o.sessions {
		if !holds(&s) {
			all = append(all, s.Asked...)
		}
		if s.Data > 0 {
			t.Errorf("%s saw DATA", s.Host)
		}
		if s.Refused > 8 {
			t.Errorf("%s refused %d in one session", s.Host, s.Refused)
		}
	}
	for host, m := range o.manners {
		if m.AtOnce > 1 || (m.Connections > 1 && m.Apart < 6*time.Second) || m.RecipientsPerMinute > 30 {
			t.Errorf("%s: %+v", host, m)
		}
	}
	if n := mostWithin(all, time.Minute); n > 30 {
		t.Errorf("%d recipients in a minute in all", n)
	}
}

// holds reports whether a server held its replies on purpose: what was sent to it in one write it then counts one
// after the other.
func holds(s *sandbox.Session) bool {
	return slices.ContainsFunc(s.Lines, func(l sandbox.Line) bool { return l.Held > 0 })
}

// mostWithin is how many moments lie within a span at most.
func mostWithin(moments []time.Time, span time.Duration) (most int) {
	slices.SortFunc(moments, time.Time.Compare)
	first := 0
	for i, m := range moments {
		for m.Sub(moments[first]) >= span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}
