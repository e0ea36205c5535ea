package main

import (
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate"
)

func TestManualOfTheProgramHasTheReasonsAndTheExits(t *testing.T) {
	page := manPage(rootCommand())
	for _, r := range validate.AllReasons() {
		if !strings.Contains(page, `\fB`+r.String()+"\\fR\n") || !strings.Contains(page, roff(r.Sentence())) {
			t.Errorf("the manual does not tell of %s", r)
		}
	}
	for _, e := range exits {
		if !strings.Contains(page, roff(e.means)) {
			t.Errorf("the manual does not tell of exit %d", e.code)
		}
	}
}

func TestManualKeepsTablesAndShowsFlagsAsTheyAreTyped(t *testing.T) {
	page := manPage(cleanCommand())
	for _, want := range []string{
		".nf\n  clean.csv      rows to mail, byte for byte as they were\n  review.csv",
		"\\fB\\-o\\fR, \\fB\\-\\-out \\fIDIR\\fR\n",
		"\\fB\\-\\-force\\fR\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the manual has not %q", want)
		}
	}
}

func TestRoffKeepsTextText(t *testing.T) {
	for in, want := range map[string]string{
		".TH of its own":    `\&.TH of its own`,
		"'quoted'":          `\&'quoted'`,
		`a \ and a -`:       `a \e and a \-`,
		"nothing to escape": "nothing to escape",
	} {
		if got := roff(in); got != want {
			t.Errorf("roff(%q) = %q, want %q", in, got, want)
		}
	}
}
