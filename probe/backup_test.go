package probe_test

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
)

// sharing is a primary that many domains use, some of them with a backup.
const sharing = `
mx.shared.test A 192.0.2.1
mx.shared.test SMTP postfix
backup.test A 192.0.2.2
backup.test SMTP %s
one.test MX 10 mx.shared.test
one.test MAILBOX ann ben
two.test MX 10 mx.shared.test
two.test MX 20 backup.test
two.test MAILBOX ann ben
`

// counting counts the calls of an address, and lets none fail.
func counting(n *int) fault { return func(context.Context) error { *n++; return nil } }

func TestABackupIsNotAskedWhileThePrimaryIsUp(t *testing.T) {
	w := parse(t, fmt.Sprintf(sharing, "backup"), append(at("one.test", "ann gone ben"),
		at("two.test", "ann gone ben")...)...)
	calls := 0
	w.dead["192.0.2.2"] = counting(&calls)
	o := w.ask(t, probe.Prober{})
	if o.reasons() != "accepted mailbox_unknown accepted accepted mailbox_unknown accepted" || calls > 0 {
		t.Errorf("%s, %d calls of the backup", o.reasons(), calls)
	}
	polite(t, &o)
}

func TestWhatABackupSaysProvesLittle(t *testing.T) {
	for way, how := range ways {
		for _, tt := range []struct{ name, smtp, ask, want string }{
			{"one that takes everything", "backup", "ann gone", "unproven unproven"},
			{"one that refuses everybody",
				`postfix refuse-client=all client-refused="550 5.1.1 <{rcpt}>: User unknown"`, "ann gone",
				"undetermined undetermined"},
			{"one that knows who exists", "postfix", "gone ann none", "mailbox_unknown unproven mailbox_unknown"},
			{"one that refuses us", `postfix refuse-client=all client-refused="554 5.7.1 Client host [{ip}] blocked using zen.spamhaus.org"`, "ann", "sender_blocked"},
		} {
			t.Run(tt.name+", the primary dead "+way, func(t *testing.T) {
				w := parse(t, fmt.Sprintf(sharing, tt.smtp), at("two.test", tt.ask)...)
				w.dead["192.0.2.1"] = how
				o := w.ask(t, probe.Prober{})
				if o.reasons() != tt.want {
					t.Errorf("got %s, want %s", o.reasons(), tt.want)
				}
				for _, s := range o.sessions {
					for _, l := range s.Lines {
						if strings.HasPrefix(l.Text, "RCPT TO:<x") {
							t.Errorf("a backup was asked about a control recipient: %s", l.Text)
						}
					}
				}
			})
		}
	}
}

// TestAPrimaryWhoseNameCannotBeResolved is as good as down.
func TestAPrimaryWhoseNameCannotBeResolved(t *testing.T) {
	w := parse(t, fmt.Sprintf(sharing, "postfix"), at("two.test", "ann gone")...)
	all := w.questions(t)
	all[0].Mail.Hosts[0].Addrs = nil
	if o := w.asked(t, probe.Prober{}, all); o.reasons() != "unproven mailbox_unknown" {
		t.Errorf("got %s", o.reasons())
	}
	all[0].Mail.Hosts = all[0].Mail.Hosts[:1]
	if o := w.asked(t, probe.Prober{}, all); o.reasons() != "no_answer no_answer" {
		t.Errorf("got %s", o.reasons())
	}
}

func TestAPrimaryThatComesAndGoesIsWaitedFor(t *testing.T) {
	w := parse(t, fmt.Sprintf(sharing, "backup"), at("two.test", "ann gone ben g1 g2 g3 g4 g5 g6 g7 g8 g9")...)
	calls := 0
	w.dead["192.0.2.1"] = func(context.Context) error {
		if calls++; calls%2 == 1 {
			return syscall.ECONNREFUSED
		}
		return nil
	}
	o := w.ask(t, probe.Prober{})
	if want := "accepted mailbox_unknown accepted" + strings.Repeat(" mailbox_unknown", 9); o.reasons() != want {
		t.Errorf("got %s", o.reasons())
	}
}

// TestBothFamilies: a server's first address is dead and its second is shared, so it is often busy, which is not to be
// taken for silence.
func TestBothFamilies(t *testing.T) {
	for way, how := range ways {
		t.Run("IPv6 dead "+way, func(t *testing.T) {
			text, addresses := shared, []string(nil)
			for i := range 6 {
				text += fmt.Sprintf("d%[1]d.test MX 10 mx.shared.test\nd%[1]d.test MAILBOX ann\n", i+1)
				addresses = append(addresses, at(fmt.Sprintf("d%d.test", i+1), "ann gone")...)
			}
			w := parse(t, text, append(addresses, at("other.test", "ann n1 n2 n3 n4 n5 n6 n7 n8 n9")...)...)
			all := w.bothFamilies(t)
			for i := range 6 {
				w.dead[fmt.Sprintf("2001:db8::%d", i+1)] = how
			}
			o := w.asked(t, probe.Prober{}, all)
			want := strings.Repeat("accepted mailbox_unknown ", 6) + "accepted" + strings.Repeat(" mailbox_unknown", 9)
			if o.reasons() != want {
				t.Errorf("got %s", o.reasons())
			}
			var all4 []time.Time
			for _, s := range o.sessions {
				all4 = append(all4, s.Asked...)
			}
			if n := mostWithin(all4, time.Minute); n > 30 {
				t.Errorf("%d recipients in a minute at one address", n)
			}
			polite(t, &o)
		})
	}
}

// shared is a server that domains know by different first addresses.
const shared = "mx.shared.test A 192.0.2.1\nmx.shared.test SMTP postfix\nother.test MX 10 " +
	"mx.shared.test\nother.test MAILBOX ann\n"

// bothFamilies puts an IPv6 address before the server's IPv4 address, another one for each domain dN.test.
func (w *world) bothFamilies(t *testing.T) []validate.Question {
	all := w.questions(t)
	seen := make(map[*validate.Mail]bool)
	for i := range all {
		var n int
		if _, err := fmt.Sscanf(all[i].Address.Domain, "d%d.test", &n); err == nil && !seen[all[i].Mail] {
			seen[all[i].Mail] = true
			h := &all[i].Mail.Hosts[0]
			h.Addrs = append([]netip.Addr{netip.MustParseAddr(fmt.Sprintf("2001:db8::%d", n))}, h.Addrs...)
		}
	}
	return all
}

// TestAServerReachedByItsSecondAddressKeepsTheLimitsOfThat: half of the lanes reach the server by an address that is
// not their first.
func TestAServerReachedByItsSecondAddressKeepsTheLimitsOfThat(t *testing.T) {
	text := shared + "d1.test MX 10 mx.shared.test\nd1.test MAILBOX ann\n"
	names := "n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 n13 n14 n15"
	w := parse(t, text, append(at("d1.test", names), at("other.test", names)...)...)
	all := w.bothFamilies(t)
	w.dead["2001:db8::1"] = refuses
	o := w.asked(t, probe.Prober{}, all)
	var moments []time.Time
	for _, s := range o.sessions {
		moments = append(moments, s.Asked...)
	}
	slices.SortFunc(moments, time.Time.Compare)
	if len(moments) < 30 {
		t.Fatalf("%d recipients were asked about", len(moments))
	}
	if n := mostWithin(moments[:20], time.Minute); n > 10 {
		t.Errorf("%d recipients in the first minute at one address, 10 are polite", n)
	}
}
