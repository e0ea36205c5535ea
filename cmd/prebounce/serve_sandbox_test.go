package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// TestAServerThatCannotStartLeavesNothing: its port for mail is taken, and the folder for that mail goes.
func TestAServerThatCannotStartLeavesNothing(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary) // which Windows looks at
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"serve", "--sandbox", "--smtp", taken.Addr().String(), "--no-open", "--dir",
		filepath.Join(t.TempDir(), "runs")}, nil, &out, &errs)
	if left, err := os.ReadDir(temporary); code != exitFailed || err != nil || len(left) > 0 {
		t.Errorf("exit %d, left %v, %v: %s", code, left, err, errs.String())
	}
}
