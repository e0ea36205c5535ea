package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestALineThatIsTooLongIsAnsweredOnce, by its beginning, and the next one is not harmed.
func TestALineThatIsTooLongIsAnsweredOnce(t *testing.T) {
	in := "begin " + strings.Repeat("x", 3*longestLine) + " end\r\nann@gmail.com"
	var out bytes.Buffer
	if code := run(t.Context(), []string{"check", "-", "--no-dns", "--format", "csv"}, strings.NewReader(in), &out, io.Discard); code != exitDone {
		t.Errorf("exit %d", code)
	}
	lines := strings.Split(out.String(), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[1], "1,begin xxx") || !strings.HasPrefix(lines[2], "2,ann@gmail.com,") {
		t.Errorf("%d lines: %.100q", len(lines), lines)
	}
}
