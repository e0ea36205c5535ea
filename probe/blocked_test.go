package probe_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
)

// TestRefusalsTiedToARecipient: lists for members refuse us, and the domain's other recipients do not suffer for it.
func TestRefusalsTiedToARecipient(t *testing.T) {
	const members = `postfix disabled="550 5.7.1 <{rcpt}>: only members may write to this list"`
	w := parse(t, host("a.test", 1, members, "l1=disabled l2=disabled l3=disabled ann"),
		at("a.test", "l1 l2 l3 ann gone")...)
	o := w.ask(t, probe.Prober{})
	if want := "sender_blocked sender_blocked sender_blocked accepted mailbox_unknown"; o.reasons() != want {
		t.Errorf("got %s, want %s", o.reasons(), want)
		o.tell(t)
	}
}

// TestBlocksAreRemembered: whatever a host calls us by, the next runs of a day leave it alone.
func TestBlocksAreRemembered(t *testing.T) {
	for _, tt := range []struct{ name, words string }{
		{"a name of ours", "554 5.7.1 {ip} is not welcome"},
		{"another address than we know", "554 5.7.1 Service unavailable; Client host [127.0.0.1] blocked"},
		{"another IPv6 address", "554 5.7.1 Service unavailable; Client host [IPv6:2001:db8:7::1] blocked"},
		{"a block list", "554 5.7.1 Service unavailable; blocked using zen.spamhaus.org"},
		{"nothing", "550 5.7.1 Your mail server is blocked here"},
	} {
		for stage, smtp := range map[string]string{
			"at RCPT":         `postfix refuse-client=all client-refused="` + tt.words + `"`,
			"in the greeting": `postfix refuse-client=all client-at=greeting client-refused="` + tt.words + `"`,
		} {
			t.Run("a block that names "+tt.name+", "+stage, func(t *testing.T) {
				w := parse(t, host("a.test", 1, smtp, "ann"), at("a.test", "ann n1 n2 n3 n4 n5")...)
				all := w.questions(t)
				synctest.Test(t, func(t *testing.T) {
					store := new(probe.Memory)
					o := w.askAll(t, probe.Prober{Store: store}, all)
					if strings.Contains(o.reasons(), "mailbox") || strings.Contains(o.reasons(), "accepted") {
						t.Errorf("first: %s", o.reasons())
					}
					for i, a := range o.answers { // what the caller remembers
						all[i].Again, all[i].Tries = a.Again, a.Tries
					}
					o = w.askAll(t, probe.Prober{Store: store}, all)
					if len(o.sessions) > 0 || o.reasons() != strings.TrimSpace(strings.Repeat("postponed ", 6)) {
						t.Errorf("again: %d sessions, %s", len(o.sessions), o.reasons())
					}
				})
			})
		}
	}
}

// TestMaxWaitBoundsTheWaitForOurOwnLimit, that of all hosts together, as it does for those of a host.
func TestMaxWaitBoundsTheWaitForOurOwnLimit(t *testing.T) {
	text, addresses := "", []string(nil)
	for i := range 8 {
		d := fmt.Sprintf("d%d.test", i)
		text += host(d, i+1, "postfix", "ann")
		addresses = append(addresses, at(d, "n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 n13 n14 n15")...)
	}
	w := parse(t, text, addresses...)
	all := w.questions(t)
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		o := w.askAll(t, probe.Prober{MaxWait: 20 * time.Second}, all)
		if took := time.Since(began); took > 50*time.Second {
			t.Errorf("it took %v", took)
		}
		asked := 0
		for i, a := range o.answers {
			if a.Status == validate.Said {
				asked++
			} else if a.Status != validate.Postponed || a.Again.IsZero() {
				t.Errorf("%s: %+v", o.addresses[i], a)
			}
		}
		if asked == 0 || asked > 30 {
			t.Errorf("%d were asked about within a minute", asked)
		}
	})
}

// TestMaxWaitBoundsEveryWait: whatever the store says that we owe, the run ends when its patience does.
func TestMaxWaitBoundsEveryWait(t *testing.T) {
	w := parse(t, host("a.test", 1, "postfix", "ann"), at("a.test", "ann n1")...)
	all := w.questions(t)
	synctest.Test(t, func(t *testing.T) {
		for i := range all {
			all[i].Again = time.Now().Add(20 * time.Minute)
		}
		began := time.Now()
		o := w.askAll(t, probe.Prober{MaxWait: 10 * time.Minute}, all)
		if took := time.Since(began); took > time.Minute || o.reasons() != "postponed postponed" {
			t.Errorf("%v, %s", took, o.reasons())
		}
		for i, a := range o.answers {
			if !a.Again.Equal(all[i].Again) || a.Status != validate.Postponed {
				t.Errorf("%+v", a)
			}
		}
	})
}
