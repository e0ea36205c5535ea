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
				n := 0
				for _, s := range o.sessions {
					for _, l := range s.Lines {
						if strings.HasPrefix(l.Text, "250 2.1.0") {
							n++
						}
					}
					if s.Refused > 8 && !strings.Contains(tt.smtp, "tls") {
						t.Errorf("%d refused in one session", s.Refused)
					}
				}
				if n > tt.transactions {
					t.Errorf("%d transactions", n)
				}
			})
		})
	}
}
