package main

import (
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/reply"
)

func TestEveryClassHasAnExplanation(t *testing.T) {
	for _, c := range reply.Classes() {
		x := explanationOf(reply.Reply{}, reply.Finding{Class: c})
		if x.class != c || x.meaning == "" || x.retry == "" || len(x.advice) == 0 {
			t.Errorf("%s: %+v", c, x)
		}
	}
}

func TestExplanationsAreWrittenAlike(t *testing.T) {
	for _, x := range explanations {
		for _, s := range append([]string{x.meaning, x.retry}, x.advice...) {
			if strings.HasSuffix(s, ".") || s == "" || s[:1] != strings.ToLower(s[:1]) {
				t.Errorf("%q has a capital or a full stop", s)
			}
		}
		for _, a := range x.advice {
			if who, _, ok := strings.Cut(a, ": "); !ok || len(who) > 30 {
				t.Errorf("%q does not begin with who has to act", a)
			}
		}
	}
}

// Where a reply speaks against nobody's mailbox, no advice may be to remove the contact.
func TestNoAdviceToRemoveAContactWithoutCause(t *testing.T) {
	for _, x := range explanations {
		if x.class.Removes() || x.class == reply.MailboxFull {
			continue
		}
		for _, a := range x.advice {
			if strings.Contains(a, "remove the contact") && !strings.Contains(a, "don't") {
				t.Errorf("%s: %q", x.class, a)
			}
		}
	}
}

// TestCausesThatPeopleMeet: the cause and what to do are named, and the contact is never to blame.
func TestCausesThatPeopleMeet(t *testing.T) {
	for text, want := range map[string]string{
		"550 authentication is required for the relay":                           "submission port",
		"550 5.7.1 Relaying denied":                                              "let the MX lead to the host",
		"550 5.1.0 address rejected":                                             "real MAIL FROM",
		"5.1.0 address rejected":                                                 "real MAIL FROM",
		"554 5.7.1 Port 25 blocked by your provider":                             "open port 25",
		"ISP blocks outbound SMTP traffic on port 25":                            "open port 25",
		"connect ECONNREFUSED 142.250.1.27:25":                                   "with every host",
		`Failed to connect to mailserver at "localhost" port 25`:                 "with every host",
		"dial tcp 142.250.1.27:25: i/o timeout":                                  "with every host",
		"550 5.7.1 mail from a new IP, please warm up":                           "week by week",
		"421 4.7.28 Our system has detected an unusual rate of unsolicited mail": "week by week",
		"550 5.7.1 message rejected: spam trap hit": "nobody can tell which " +
			"address is the trap",
		"550 5.7.1 URL shortener found in message":                                    "link shorteners",
		"550 5.7.1 rejected: subject all in capitals":                                 "capitals",
		"550 5.7.1 Message contains a link whose text does not match its target host": "text shows another host",
	} {
		x := explainText(text)
		if advice := strings.Join(x.Advice, "\n"); !strings.Contains(advice, want) || x.Removes {
			t.Errorf("%s: removes %v, %s", text, x.Removes, advice)
		}
	}
}
