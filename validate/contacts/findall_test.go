package contacts

import (
	"math/rand/v2"
	"testing"
)

func TestFindAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 20_000 {
		b := make([]byte, 160)
		for i := range b {
			b[i] = byte(rng.IntN(4)) * 0x55
		}
		end := rng.IntN(80)
		b = b[: end : end+rng.IntN(80)] // what lies behind doesn't count
		c := byte(rng.IntN(4)) * 0x55
		want := uint64(0)
		for i := range min(len(b), 64) {
			if b[i] == c {
				want |= 1 << i
			}
		}
		if got := findAll(b, c); got != want {
			t.Fatalf("of %x those that are %x: %b, want %b", b, c, got, want)
		}
	}
}
