package main

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate"
)

// TestALineThatIsTooLongIsAnsweredOnce, by its beginning, and the next one is not harmed.
func TestALineThatIsTooLongIsAnsweredOnce(t *testing.T) {
	in := "begin " + strings.Repeat("x", 3*longestLine) + " end\r\nann@gmail.com"
	var out bytes.Buffer
	if code := run(t.Context(), []string{"check", "-", "--no-dns", "--format", "csv"}, strings.NewReader(in), &out,
		io.Discard); code != exitDone {
		t.Errorf("exit %d", code)
	}
	lines := strings.Split(out.String(), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[1], "1,begin xxx") || !strings.HasPrefix(lines[2],
		"2,ann@gmail.com,") {
		t.Errorf("%d lines: %.100q", len(lines), lines)
	}
}

func TestCheckRemembersNoMoreMailboxesThanItMay(t *testing.T) {
	o := checking{inputs: 7, mailboxes: make(map[string]int, mostMailboxes)}
	for i := range mostMailboxes - 1 {
		o.mailboxes[strconv.Itoa(i)] = i + 1
	}
	for _, address := range []string{"ann.lee@gmail.com", "bob@gmail.com"} {
		e := validate.Look(address, nil)
		o.first(&e)
	}
	e := validate.Look("annlee+news@gmail.com", nil)
	if n := o.first(&e); n != 7 || len(o.mailboxes) != mostMailboxes {
		t.Errorf("first at %d, %d mailboxes remembered", n, len(o.mailboxes))
	}
}
