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
