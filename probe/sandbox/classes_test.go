package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/reply"
)

// TestTheWordsOfEachPersonality are read as what they are about: those of hosts that tell nothing at RCPT as
// acceptance, and never does somebody who is there seem to be gone.
func TestTheWordsOfEachPersonality(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"ann": "accepted", "nobody": "mailbox_unknown", "zoe": "mailbox_full",
		"old":  "mailbox_disabled mailbox_unknown",
		"gone": "mailbox_moved mailbox_unknown", "boss": "sender_blocked undetermined", "busy": "rate_limited",
		"later": "temporary",
		"no":    "mailbox_disabled mailbox_unknown", "r:550-5.1.1": "mailbox_unknown",
		"r:550-5.7.1-listed": "sender_blocked",
		"r:550-5.7.1-relay":  "relay_denied", "r:550-5.2.1-rate": "rate_limited", "r:550-5.7.26": "sender_blocked",
		"r:552-5.2.2": "mailbox_full",
	}
	tellsNothing := map[string]bool{"backup": true, "icloud": true, "late": true, "microsoft365-open": true,
		"yahoo": true}
	vague := map[string]string{"postfix-softly": "temporary", "opensmtpd-local": "undetermined"}
	for _, p := range sandbox.Personalities() {
		inLab(t, p+" ports=25 deep=no tease=0s greylist=0s asks=0 drop=0 hard=0 throttle=0",
			func(t *testing.T, s *sandbox.Sandbox) {
				c := dial(t, s, "192.0.2.200")
				c.reply()
				c.ask(shorthand["ehlo"])
				c.ask(shorthand["mail"])
				for word, classes := range want {
					time.Sleep(15 * time.Second) // as slowly as the strictest wants it
					got := classOf(c, word)
					demanded := strings.HasPrefix(word, "r:")
					switch {
					case tellsNothing[p] && !demanded:
						classes = "accepted"
					case word == "nobody" && vague[p] != "":
						classes = vague[p]
					}
					if !strings.Contains(classes, got) {
						t.Errorf("%s: what it says about %s is read as %s, want %s", p, word, got, classes)
					}
				}
			})
	}
}

func classOf(c *client, word string) string {
	lines, _ := c.ask(commandsOf(word)...)
	said := reply.Parse(strings.Join(lines, "\n"))
	context := reply.Context{Stage: reply.RCPT, Sender: "check@far.test", Recipient: word + "@a.test"}
	return reply.Classify(said, context).Class.String()
}
