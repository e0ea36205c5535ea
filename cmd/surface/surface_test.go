package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/report/suppression"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/exports"
	"github.com/prebounce/prebounce/validate/known"
	"github.com/prebounce/prebounce/validate/reply"
)

// TestSurface holds what is exported to testdata/surface.txt. A difference belongs in CHANGELOG.
func TestSurface(t *testing.T) {
	for file, write := range map[string]func([]surface) []byte{"testdata/surface.txt": list, "calls_test.go": table} {
		all, err := read("../..")
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := write(all)
		if bytes.Equal(got, want) {
			continue
		}
		t.Errorf("what is exported differs from %s.\nIf you meant it: go generate ./cmd/surface, and name it in "+
			"CHANGELOG.\nNew:  %q\nGone: %q",
			file, missing(got, want), missing(want, got))
	}
}

// missing are the first lines of a that b lacks.
func missing(a, b []byte) (lines []string) {
	have := strings.Split(string(b), "\n")
	slices.Sort(have)
	for line := range strings.Lines(string(a)) {
		if _, ok := slices.BinarySearch(have, strings.TrimSuffix(line, "\n")); !ok && len(lines) < 20 {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// TestNumbersWithoutName: a number that no constant has is written as one, and isn't taken for another.
func TestNumbersWithoutName(t *testing.T) {
	for _, tt := range []struct {
		value interface{ String() string }
		want  string
	}{
		{validate.Reason(77), "reason(77)"}, {validate.Reason(0), "none"}, {validate.Verdict(77), "verdict(77)"},
		{validate.List(77), "list(77)"},
		{validate.MailStatus(77), "mail status(77)"}, {validate.AnswerStatus(77), "answer status(77)"},
		{validate.Control(77), "control(77)"},
		{reply.Class(77), "class(77)"}, {reply.Stage(77), "stage(77)"}, {known.Strength(77), "strength(77)"},
		{dns.Outcome(77), "outcome(77)"},
		{contacts.RecordKind(77), "kind(77)"}, {exports.Mark(77), "mark(77)"}, {smtp.Kind(77), "kind(77)"},
		{suppression.Kind(77), "kind(77)"},
	} {
		if got := tt.value.String(); got != tt.want || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("%T: %q, want %q", tt.value, got, tt.want)
		}
	}
}
