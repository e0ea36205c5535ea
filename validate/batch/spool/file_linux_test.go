package spool

import (
	"bytes"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
)

// TestFilesAreWrittenInPieces watches what the system is given: a socket that keeps each write apart.
func TestFilesAreWrittenInPieces(t *testing.T) {
	ends, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_SEQPACKET, 0)
	if err != nil {
		t.Fatal(err)
	}
	in, out := os.NewFile(uintptr(ends[0]), "in"), os.NewFile(uintptr(ends[1]), "out")
	defer out.Close()
	rnd := rand.New(rand.NewPCG(1, 2))
	var want []byte
	go func() {
		defer in.Close()
		g := NewFile(in)
		for range 200 {
			b := bytes.Repeat([]byte{byte(rnd.IntN(256))}, rnd.IntN(3*Piece))
			want = append(want, b...)
			if n, err := g.Write(b); n != len(b) || err != nil {
				t.Errorf("%d of %d written: %v", n, len(b), err)
				return
			}
		}
		if g.Size() != int64(len(want)) {
			t.Errorf("size %d after %d octets", g.Size(), len(want))
		}
	}()
	var got []byte
	for room := make([]byte, 4*Piece); ; {
		n, err := out.Read(room)
		if n == 0 || err != nil {
			break
		}
		if len(got)/Piece != (len(got)+n-1)/Piece {
			t.Errorf("%d octets at %d", n, len(got))
		}
		got = append(got, room[:n]...)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%d octets came, %d were written", len(got), len(want))
	}
}
