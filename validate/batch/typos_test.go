package batch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestTyposOutliveTheirBlocks: blocks of the list are used again, and what is counted must not change with them.
func TestTyposOutliveTheirBlocks(t *testing.T) {
	var list strings.Builder
	list.WriteString("email,note\n")
	for i := range 60_000 {
		domain := "firm.com"
		if i%1000 == 0 {
			domain = "gmial.com"
		}
		fmt.Fprintf(&list, "person%d@%s,%s\n", i, domain, strings.Repeat("x", i%40))
	}
	got := clean(t, list.String(), Run{Workers: 4}).sum.Typos
	if want := []TypoCount{{"gmial.com", "gmail.com", 60}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
