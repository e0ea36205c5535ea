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

// TestFileBrake at both sides of its two limits.
func TestFileBrake(t *testing.T) {
	for _, tt := range []struct {
		hits int64
		rows uint32
		want bool
	}{{51, 100, true}, {50, 100, false}, {50, 60, true}, {49, 60, false}} {
		set := new(AddressSet)
		set.Begin("file")
		a := &validate.Address{Local: "ann", Domain: "firm.test"}
		set.Add(a)
		s := &survey{rows: tt.rows, hits: hits{suppressed: map[fileSet]int64{set.from(a): tt.hits}}}
		if err := (&Run{Suppressed: set}).fileBrake(s); (err != nil) != tt.want {
			t.Errorf("%d of %d rows: %v", tt.hits, tt.rows, err)
		}
	}
}
