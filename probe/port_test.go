package probe_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
)

// deadAndAlive is a world of n domains whose server listens and m whose server does not, two recipients each, and a
// large operator's.
func deadAndAlive(t *testing.T, alive, dead int, how fault) *world {
	var text strings.Builder
	var addresses []string
	for i := range alive + dead {
		name := fmt.Sprintf("d%d.test", i)
		text.WriteString(host(name, i+1, "postfix", "ann"))
		addresses = append(addresses, at(name, "ann gone")...)
	}
	text.WriteString(host("large.test", 250, "postfix", "postmaster"))
	w := parse(t, text.String(), addresses...)
	for i := range dead {
		w.dead[fmt.Sprintf("192.0.2.%d", alive+i+1)] = how
	}
	return w
}

var large = smtp.Host{Name: "mx.large.test", Addr: netip.MustParseAddr("192.0.2.250")}

func listening(hosts ...smtp.Host) func(context.Context) []smtp.Host {
	return func(context.Context) []smtp.Host { return hosts }
}

var ways = map[string]fault{"by a refusal": refuses, "by an ICMP message": prohibited,
	"for want of a route": unroutable, "by silence": silence}

func TestDeadHostsAreNoClosedPort(t *testing.T) {
	for way, how := range ways {
		for _, tt := range []struct {
			name        string
			alive, dead int
			listening   []smtp.Host
			large       bool // is the large operator's server up?
		}{
			{"beside many that listen", 24, 6, []smtp.Host{large}, true},
			{"beside one that listens, though the large one is down", 1, 30, []smtp.Host{large}, false},
			{"alone, but the large one listens", 0, 40, []smtp.Host{large}, true},
			{"alone, and no large one is known", 0, 40, nil, false},
			{"few, and the large one is down as well", 0, 4, []smtp.Host{large}, false},
		} {
			t.Run(tt.name+", dead "+way, func(t *testing.T) {
				w := deadAndAlive(t, tt.alive, tt.dead, how)
				if !tt.large {
					w.dead["192.0.2.250"] = how
				}
				o := w.ask(t, probe.Prober{Workers: 32, Listening: listening(tt.listening...)})
				for i, a := range o.answers {
					want := []validate.Reason{validate.Accepted, validate.MailboxUnknown}[i%2]
					if i/2 >= tt.alive {
						want = validate.NoAnswer
					}
					if a.Reason() != want {
						t.Fatalf("%s: %s (%s), want %s", o.addresses[i], a.Reason(), a.Detail, want)
					}
				}
			})
		}
	}
}

func TestAClosedPortStopsAskingAndLeavesEverybodyForLater(t *testing.T) {
	for way, how := range ways {
		t.Run("closed "+way, func(t *testing.T) {
			w := deadAndAlive(t, 0, 40, how)
			w.dead["192.0.2.250"] = how
			o := w.ask(t, probe.Prober{Workers: 8, Listening: listening(large)})
			for i, a := range o.answers {
				if a.Reason() != validate.ProbePostponed || !strings.Contains(a.Detail, "port 25") ||
					!strings.Contains(a.Detail, "mx.large.test") {
					t.Fatalf("%s: %s %s", o.addresses[i], a.Reason(), a.Detail)
				}
			}
		})
	}
}

func TestServersThatGreetedBeforeAreCalledFirst(t *testing.T) {
	w := deadAndAlive(t, 2, 40, refuses)
	store := new(probe.Memory)
	all := w.questions(t)
	first := ""
	synctest.Test(t, func(t *testing.T) {
		w.askAll(t, probe.Prober{Store: store}, all)
		calls := 0
		for addr, dead := range w.dead {
			w.dead[addr] = func(ctx context.Context) error { calls++; return dead(ctx) }
		}
		for i := range 2 {
			w.dead[fmt.Sprintf("192.0.2.%d", i+1)] = func(context.Context) error {
				if calls > 0 && first == "" {
					first = fmt.Sprintf("%d dead servers were called before one that greeted", calls)
				}
				return nil
			}
		}
		w.askAll(t, probe.Prober{Store: store, Workers: 1}, all)
	})
	if first != "" {
		t.Error(first)
	}
}
