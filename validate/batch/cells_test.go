package batch

import (
	"maps"
	"slices"
	"testing"
)

func TestDomainsNumbersInOrder(t *testing.T) {
	d := newDomains()
	names := []string{"a.com", "b.com", "a.com", "c.com", "b.com"}
	var ids []uint32
	for _, n := range names {
		ids = append(ids, d.add(d.hash(n), []byte(n), 1))
	}
	d.count()
	if want := []uint32{0, 1, 0, 2, 1}; !slices.Equal(ids, want) {
		t.Errorf("numbers %v, want %v", ids, want)
	}
	if want := map[string]int{"a.com": 2, "b.com": 2, "c.com": 1}; !maps.Equal(maps.Collect(d.all()), want) {
		t.Errorf("got %v, want %v", maps.Collect(d.all()), want)
	}
}

func FuzzAppendCell(f *testing.F) {
	for _, s := range []string{"", "=1+1", "a,b", `a"b`, "\x00\n", "@x", "-", "é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := string(AppendCell(nil, s))
		if b != "" && (b[0] == '=' || b[0] == '+' || b[0] == '-' || b[0] == '@' || b[0] == '\t' || b[0] == '\r') {
			t.Errorf("%q begins like a formula: %q", s, b)
		}
		for i := range len(b) {
			if b[i] < ' ' {
				t.Errorf("%q holds a control character: %q", s, b)
			}
		}
	})
}
