package smtp_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
)

// TestProberWithRealServers asks as a run does: the one who is known is found, forty who aren't as well, and
// the server never has reason to slow down or hang up.
func TestProberWithRealServers(t *testing.T) {
	for _, tt := range []struct {
		name, domain string
		start        func(t *testing.T) netip.AddrPort
	}{
		{"Postfix as it comes", "postfix.example", func(t *testing.T) netip.AddrPort { return smtp.Postfix(t) }},
		{"Postfix that hangs up after nine errors", "postfix.example", func(t *testing.T) netip.AddrPort {
			return smtp.Postfix(t, "smtpd_soft_error_limit = 9", "smtpd_hard_error_limit = 9")
		}},
		{"Exim as it comes", "exim.example", func(t *testing.T) netip.AddrPort { return smtp.Exim(t, "") }},
		{"Exim that hangs up with the fourth refusal", "exim.example", func(t *testing.T) netip.AddrPort {
			return smtp.Exim(t, "  drop condition = ${if >{$rcpt_fail_count}{3}}\n    message = too many bad "+
				"recipients")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			at := tt.start(t)
			strict := strings.Contains(tt.name, "fourth")
			askReal(t, at, tt.domain, strict)
		})
	}
}

func askReal(t *testing.T, at netip.AddrPort, domain string, strict bool) {
	mail := &validate.Mail{Status: validate.HasMX, Operator: domain, Hosts: []validate.MailHost{{Name: "mx." + domain,
		Addrs: []netip.Addr{at.Addr()}}}}
	questions := []validate.Question{{ID: 0, Address: validate.Address{Local: "known", Domain: domain}, Mail: mail}}
	for i := range 40 {
		questions = append(questions, validate.Question{ID: uint32(i + 1),
			Address: validate.Address{Local: fmt.Sprintf("gone%d", i), Domain: domain}, Mail: mail})
	}
	var hungUp atomic.Int32
	client := &smtp.Client{HELO: "probe.example.net", From: "probe@example.net", Port: at.Port(), AllowPrivate: true,
		Trace: func(l smtp.Line) {
			if !l.Sent && (strings.HasPrefix(l.Text, "421") || strings.Contains(l.Text, "too many")) {
				hungUp.Add(1)
			}
		}}
	reasons := make([]string, len(questions))
	_, err := (&probe.Prober{Client: client, Store: new(probe.Memory), Pace: 1e6}).Ask(t.Context(),
		slices.Values(questions), func(found []validate.Answered) error {
			for _, f := range found {
				reasons[f.ID] = f.Answer.Reason().String()
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if reasons[0] != "accepted" {
		t.Errorf("the known one is %s", reasons[0])
	}
	for i, r := range reasons[1:] {
		if r != "mailbox_unknown" && !(r == "undetermined" && domain == "exim.example") {
			t.Errorf("gone%d is %q", i, r)
		}
	}
	if n := hungUp.Load(); n > 0 && !strict {
		t.Errorf("the server complained %d times", n)
	}
}
