package probe_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
)

// labKinds are mail hosts as a list meets them: the server's personality, where the domain hides behind others, and how
// calls of the first server and of the first address of it fail. Those that tell say who exists, sooner or later.
var labKinds = []struct {
	name, smtp  string
	backup      string // the personality of a server with a higher preference number
	twoFamilies bool   // the server has an IPv6 address, which fails, and an IPv4 one, which doesn't
	fails       func() fault
	tells       bool
}{
	{"postfix", "postfix", "", false, nil, true},
	{"exim", "exim", "", false, nil, true},
	{"sendmail", "sendmail", "", false, nil, true},
	{"slow", "postfix tarpit=1s", "", false, nil, true},
	{"hidden", "postfix", "backup", false, nil, true}, // the primary is up, so nobody asks the backup
	{"believing", "postfix", "backup", false, always(refuses), false},
	{"silentprimary", "postfix", "backup", false, always(silence), false},
	{"standin", "postfix", "postfix", false, always(refuses), true}, // the backup knows who exists
	{"families", "postfix", "", true, always(refuses), true},
	{"familiessilent", "exim", "", true, always(silence), true},
	{"refusing", "postfix", "", false, always(refuses), false},
	{"prohibited", "postfix", "", false, always(prohibited), false},
	{"silent", "postfix", "", false, always(silence), false},
	{"halfdead", "postfix", "", false, sometimes(2, refuses), true},
	{"halfdeadbackup", "postfix", "backup", false, sometimes(2, refuses), true},
	{"mostlysilent", "postfix", "", false, sometimes(3, silence), true},
	{"greylisting", "postgrey", "", false, nil, true},
}

func always(f fault) func() fault { return func() fault { return f } }

// sometimes fails every nth call, the first of all among them.
func sometimes(n int, f fault) func() fault {
	return func() fault {
		calls := -1
		return func(ctx context.Context) error {
			if calls++; calls%n != 0 {
				return nil
			}
			return f(ctx)
		}
	}
}

const labOfEach = 3

// lab is a world of all kinds, and the domains whose hosts tell.
func lab(t *testing.T) (w *world, tells map[string]bool) {
	var text strings.Builder
	var addresses []string
	tells, n := make(map[string]bool), 0
	dead := make(map[string]func() fault)
	for _, k := range labKinds {
		for i := range labOfEach {
			domain := fmt.Sprintf("%s%d.test", k.name, i)
			n++
			text.WriteString(host(domain, n, k.smtp, "ann ben cleo dora"))
			first := fmt.Sprintf("192.0.2.%d", n)
			if k.twoFamilies {
				first = fmt.Sprintf("2001:db8::%x", n)
				fmt.Fprintf(&text, "mx.%s AAAA %s\n", domain, first)
			}
			if k.backup != "" {
				n++
				fmt.Fprintf(&text, "b.%[1]s A 192.0.2.%[2]d\nb.%[1]s SMTP %[3]s\n%[1]s MX 20 b.%[1]s\n", domain, n, k.backup)
			}
			if k.fails != nil {
				dead[first] = k.fails
			}
			tells[domain] = k.tells
			addresses = append(addresses, at(domain, "ann g1 ben g2 g3 g4 cleo g5 g6 g7 dora g8")...)
		}
	}
	w = parse(t, text.String(), addresses...)
	for addr, fails := range dead {
		w.dead[addr] = fails()
	}
	return w, tells
}

// TestLab: of hosts that hide behind backups, have two families, refuse, keep silent or are there by half, no good
// address is lost, nearly all dead mailboxes are found where a host tells, and all limits hold. The pace changes nothing.
func TestLab(t *testing.T) {
	var before string
	for _, pace := range []float64{1, 1000} {
		w, tells := lab(t)
		o := w.ask(t, probe.Prober{Pace: pace})
		gone, found := 0, 0
		for i, address := range o.addresses {
			truth, _ := w.Mailbox(address)
			_, domain, _ := strings.Cut(address, "@")
			removed := o.answers[i].Reason().List() == validate.Removed
			if removed && truth.Deliverable() {
				t.Errorf("pace %v: %s takes mail, and is %s", pace, address, o.answers[i].Reason())
			}
			if truth.Gone() && tells[domain] {
				if gone++; removed {
					found++
				}
			}
		}
		t.Logf("pace %v: %d of %d found", pace, found, gone)
		if found*100 < gone*95 || gone == 0 {
			t.Errorf("pace %v: %d of %d dead mailboxes are found", pace, found, gone)
		}
		if pace == 1 {
			polite(t, &o)
			before = o.reasons()
		}
		if o.reasons() != before {
			t.Errorf("pace %v changes what is found:\n%s\n%s", pace, before, o.reasons())
		}
	}
}
