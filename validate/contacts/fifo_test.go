//go:build unix

package contacts

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFIFOIsSpooled(t *testing.T) {
	path := fifo(t)
	wrote := make(chan error, 1)
	go func() { wrote <- os.WriteFile(path, []byte(small), 0o600) }()
	l, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := <-wrote; err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := keepAll(t, l, nil); got != small {
			t.Errorf("kept %q", got)
		}
	}
}

func TestAFIFOThatNobodyOpensCanBeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	path := fifo(t)
	done := make(chan error, 1)
	go func() {
		_, err := Open(ctx, path, Options{})
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestAFIFOWhoseWriterIsSilentCanBeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	path := fifo(t)
	done := make(chan error, 1)
	go func() {
		_, err := Open(ctx, path, Options{})
		done <- err
	}()
	w, err := os.OpenFile(path, os.O_WRONLY, 0) // waits for the reader
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.WriteString("Email\n")
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
