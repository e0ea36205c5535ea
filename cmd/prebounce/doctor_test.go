package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/reply"
)

// TestTheDoctorKnowsTheServicesOfTheForecast: --esp takes the same names everywhere.
func TestTheDoctorKnowsTheServicesOfTheForecast(t *testing.T) {
	t.Parallel()
	for _, p := range risk.Profiles() {
		s, ok := identity.ServiceNamed(p.Name)
		noService := p.Kind == risk.Assumed
		if ok == noService || (ok && s.Title != p.Title) {
			t.Errorf("%s: %q here, %q there", p.Name, s.Title, p.Title)
		}
	}
}

func TestWhatStrangersWroteIsNothingForATerminal(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	mail := "From: a@wellsent.test\r\nSubject: \x1b]0;OWNED\x07SHOUTING AT YOU\r\nX-Spam-Status: Yes, " +
		"\x1b[31mscore=9 \x9b\r\nDKIM-Signature: v=1; a=rsa-sha256; d=\x1b[2J.test; s=\x1b; h=from; bh=AA==; " +
		"b=AA==\r\n\r\nx"
	run(t.Context(), []string{"doctor", "--sandbox", "--message", "-", "--verbose"}, strings.NewReader(mail), &stdout,
		&stderr)
	if text := stdout.String() + stderr.String(); strings.ContainsAny(text, "\x1b\x07\r") || !strings.Contains(text,
		"SHOUTING") {
		t.Errorf("%q", text)
	}
}

func TestAMailHasABound(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"doctor", "--sandbox", "--message", "-"},
		strings.NewReader(strings.Repeat("x", identity.MaxMessage+1)), &stdout, &stderr)
	if code != exitFailed || !strings.Contains(stderr.String(), "larger than") {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
}

// TestExplainAndTheDoctorSpeakOfTheSame: each reply that a check names leads explain back to that check.
func TestExplainAndTheDoctorSpeakOfTheSame(t *testing.T) {
	t.Parallel()
	for _, c := range identity.Checks() {
		for _, cause := range c.Replies {
			if x := explainText(cause.Reply); !slices.Contains(x.Checks, c.Name) || doctorFor(x) == "" {
				t.Errorf("%q: explain names %q, not %s", cause.Reply, x.Checks, c.Name)
			}
		}
	}
	if x := explainText("550 5.1.1 user unknown"); doctorFor(x) != "" || x.Subject != reply.Mailbox {
		t.Errorf("a reply about a mailbox leads to the doctor: %q", x.Checks)
	}
}
