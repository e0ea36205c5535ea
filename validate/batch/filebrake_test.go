package batch

import (
	"fmt"
	"testing"

	"github.com/prebounce/prebounce/validate"
)

// TestFileSets: an address in several files counts for each of them, however often it was added.
func TestFileSets(t *testing.T) {
	var s AddressSet
	address := func(i int) *validate.Address {
		return &validate.Address{Local: fmt.Sprint("u", i), Domain: "firm.test"}
	}
	for file, numbers := range [][]int{{1, 2, 3, 1}, {2, 3}, {3, 4, 3}} {
		s.Begin(fmt.Sprint("file ", file))
		for _, n := range numbers {
			s.Add(address(n))
		}
	}
	for i := 100; i < 1000; i++ { // the set grows
		s.Add(address(i))
	}
	want := map[int]string{1: "[1 0 0]", 2: "[1 1 0]", 3: "[1 1 1]", 4: "[0 0 1]"}
	for n, want := range want {
		counts := make([]int64, 3)
		s.files.add(counts, s.from(address(n)), 1)
		if got := fmt.Sprint(counts); got != want {
			t.Errorf("address %d: %s, want %s", n, got, want)
		}
	}
}
