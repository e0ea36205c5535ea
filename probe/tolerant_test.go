package probe_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate/limits"
)

// TestATolerantServer is asked about more recipients in a transaction, and still refuses no more in a session than it
// bears.
func TestATolerantServer(t *testing.T) {
	people := strings.Repeat("n", 1)
	for i := range 24 {
		people += " n" + strings.Repeat("n", i+1)
	}
	dead := strings.ReplaceAll(people, "n", "z")
	for _, tt := range []struct {
		name, smtp, ask, want string
		transactions          int
	}{
		{"living", "postfix", people, "accepted", 2},
		{"dead", "postfix", dead, "mailbox_unknown", 4},
		{"living, under TLS", "postfix need=tls", people, "accepted", 3},
		{"dead, under TLS", "postfix need=tls", dead, "mailbox_unknown", 25},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := parse(t, host("a.test", 1, tt.smtp, people), at("a.test", tt.ask)...)
			all := w.questions(t)
			synctest.Test(t, func(t *testing.T) {
				store := new(probe.Memory)
				err := store.PutHostProfile(t.Context(), "mx.a.test", limits.HostProfile{Tolerant: true}, time.Now())
				if err != nil {
					t.Fatal(err)
				}
				o := w.askAll(t, probe.Prober{Store: store}, all)
				if want := strings.TrimSpace(strings.Repeat(tt.want+" ", 25)); o.reasons() != want {
					t.Errorf("got %s", o.reasons())
				}
				for _, s := range o.sessions {
					if s.Refused > 8 && !strings.Contains(tt.smtp, "tls") {
						t.Errorf("%d refused in one session", s.Refused)
					}
				}
				if n := transactions(o); n > tt.transactions {
					t.Errorf("%d transactions", n)
				}
			})
		})
	}
}

// transactions counts the MAILs that were accepted.
func transactions(o outcome) (n int) {
	for _, s := range o.sessions {
		for _, l := range s.Lines {
			if strings.HasPrefix(l.Text, "250 2.1.0") {
				n++
			}
		}
	}
	return n
}

// TestTheControlBeginsATransaction: recipients of the list follow it, which saves a RSET and a MAIL.
func TestTheControlBeginsATransaction(t *testing.T) {
	w := parse(t, host("a.test", 1, "postfix", "postmaster *"),
		at("a.test", "n nn nnn nnnn nnnnn nnnnnn nnnnnnn nnnnnnnn nnnnnnnnn")...)
	all := w.questions(t)
	synctest.Test(t, func(t *testing.T) {
		o := w.askAll(t, probe.Prober{Store: new(probe.Memory)}, all)
		if want := strings.TrimSpace(strings.Repeat("catch_all ", 9)); o.reasons() != want {
			t.Errorf("got %s", o.reasons())
		}
		if n := transactions(o); n != 2 {
			t.Errorf("%d transactions", n)
		}
	})
}

// TestAHostThatHasNotTakenLeaveIsLeftAlone: it takes seven seconds for each reply, that to QUIT too, and we don't wait for
// that.
func TestAHostThatHasNotTakenLeaveIsLeftAlone(t *testing.T) {
	w := parse(t, host("a.test", 1, "postfix tarpit=7s", "ann"), at("a.test", "g1 g2 g3 g4 g5 g6 g7 g8 g9 g10 g11 g12")...)
	rules, err := probe.ReadRules(strings.NewReader("*,yes,1,2,4,2,yes,1000,1000,1000000,1000000,\n"))
	if err != nil {
		t.Fatal(err)
	}
	o := w.ask(t, probe.Prober{Rules: rules})
	if m := o.manners["mx.a.test"]; m.Connections < 3 || m.AtOnce > 1 {
		t.Errorf("%+v", m)
	}
}
