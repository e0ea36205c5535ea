package sandbox_test

import (
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// Each server refuses the parameters that the original refuses.
func TestParameters(t *testing.T) {
	t.Parallel()
	tests := []struct{ personality, mail, rcpt, want string }{
		{"postfix", "FOO=BAR", "", "555 5.5.4 Unsupported option: FOO=BAR"},
		{"postfix", "FOO", "", "555 5.5.4"},
		{"postfix", "BODY=NONSENSE", "", "555 5.5.4"},
		{"postfix", "BODY", "", "555 5.5.4"},
		{"postfix", "RET=SOMETIMES", "", "501 5.5.4"},
		{"postfix", "SIZE=abc", "", "501 5.5.4"},
		{"postfix", "SIZE=-1", "", "501 5.5.4"},
		{"postfix", "SIZE=99999999999999999999", "", "552 5.3.4"},
		{"postfix", "ENVID=+zz", "", "501 5.5.4"},
		{"postfix", "NOTIFY=NEVER", "", "555 5.5.4"},
		{"postfix", "SMTPUTF8=1", "", "555 5.5.4"},
		{"postfix", "size=10 body=8bitmime ret=hdrs envid=a+2Bb auth=<>", "", "250 2.1.5"},
		{"postfix", "", "notify=success,delay orcpt=rfc822;ann@a.test", "250 2.1.5"},
		{"plain", "RET=SOMETIMES", "", "555 5.5.4"}, // it offers no DSN
		{"exim", "SIZE=abc", "", "250 Accepted"},
		{"postfix", "", "FOO=BAR", "555 5.5.4 Unsupported option: FOO=BAR"},
		{"postfix", "", "SIZE=1", "555 5.5.4"},
		{"postfix", "", "NOTIFY=NONSENSE", "501 5.5.4"},
		{"postfix", "", "NOTIFY=NEVER,DELAY", "501 5.5.4"},
		{"postfix", "", "ORCPT=abc", "501 5.5.4"},
		{"postfix smtputf8=yes", "SMTPUTF8", "NOTIFY=NEVER", "250 2.1.5"},
		{"exim", "FOO=BAR", "", "501 <x@far.test> FOO=BAR: malformed address: FOO=BAR may not follow <x@far.test>"},
		{"exim", "NOTIFY=NEVER", "", "501 <x@far.test> NOTIFY=NEVER: malformed address"},
		{"exim", "AUTH=+z", "", "501 invalid data for AUTH"},
		{"exim smtputf8=no", "SMTPUTF8", "", "501 SMTPUTF8 used when not advertised"},
		{"exim", "", "FOO=BAR", "501 <ann@a.test> FOO=BAR: malformed address: FOO=BAR may not follow <ann@a.test>"},
		{"exim", "", "ORCPT=abc", "501 <ann@a.test> ORCPT=abc: malformed address"},
		{"exim", "BODY=NONSENSE", "", "501 invalid data for BODY"},
		{"exim", "RET=SOMETIMES", "", "250 Accepted"}, // Debian's does not offer DSN, and ignores it
	}
	for _, tt := range tests {
		t.Run(tt.personality+" "+tt.mail+" "+tt.rcpt, func(t *testing.T) {
			inLab(t, tt.personality, func(t *testing.T, s *sandbox.Sandbox) {
				got := envelope(t, s, "<x@far.test> "+tt.mail, "<ann@a.test> "+tt.rcpt)
				if !strings.HasPrefix(got, tt.want) {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// envelope gives the first refusal, or the reply to the recipient.
func envelope(t *testing.T, s *sandbox.Sandbox, from, to string) string {
	t.Helper()
	c := dial(t, s, "192.0.2.200")
	c.reply()
	last := ""
	for _, command := range []string{"EHLO c.sandbox.test", "MAIL FROM:" + from, "RCPT TO:" + to} {
		lines, _ := c.ask(command)
		if last = strings.Join(lines, "\n"); !strings.HasPrefix(last, "250") {
			break
		}
	}
	return last
}

// A domain is the same one in its A-label and in its U-label form. (A Postfix with SMTPUTF8 takes U-labels
// only if it was announced.)
func TestUnicodeDomains(t *testing.T) {
	t.Parallel()
	const world = "xn--mnchen-3ya.test MX 10 mx.a.test\nmx.a.test A 192.0.2.1\nmx.a.test SMTP postfix%s\n" +
		"xn--mnchen-3ya.test MAILBOX rüdiger"
	for _, domain := range []string{"xn--mnchen-3ya.test", "münchen.test", "MÜNCHEN.TEST", "XN--MNCHEN-3YA.test"} {
		for _, o := range [][2]string{{" smtputf8=no", ""}, {"", " SMTPUTF8"}} {
			s := startPiped(t, strings.Replace(world, "%s", o[0], 1))
			for local, want := range map[string]string{"rüdiger": "250 2.1.5", "nobody": "550 5.1.1"} {
				if got := envelope(t, s, "<>"+o[1], "<"+local+"@"+domain+">"); !strings.HasPrefix(got, want) {
					t.Errorf("%s@%s%s: %q, want %q", local, domain, o[1], got, want)
				}
			}
		}
	}
}
