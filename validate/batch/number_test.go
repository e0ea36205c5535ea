package batch

import (
	"math"
	"strconv"
	"testing"
)

func TestNumbersAreThoseOfTheRows(t *testing.T) {
	for _, first := range []uint32{1, 5, 95, 990, 9_999_990, 99_999_950, math.MaxUint32 - 250} {
		var c number
		c.set(first)
		for n := first; n < first+230; n++ {
			var b [40]byte
			if got, want := string(b[3:c.put(b[:], 3)]), strconv.FormatUint(uint64(n), 10); got != want {
				t.Fatalf("%s, want %s", got, want)
			}
			c.next()
		}
	}
}
