package batch

import (
	"fmt"
	"strings"
	"testing"
)

func TestValuesAreNumberedAsTheyCome(t *testing.T) {
	v := &values{}
	long := strings.Repeat("x", 17)
	for _, c := range []struct {
		cell string
		want int
	}{
		{"a", 0}, {"b", 1}, {" a\t", 0}, {"", 2}, {"  ", 2}, {"aa", 3}, {"aaa", 4}, {"abcd", 5}, {"abce", 6}, {"A", 7},
		{"12345678", 8}, {"1234567890123456", 9}, {"1234567890123457", 10},
		{long, 11}, {"xxxxxxxx" + "y" + "xxxxxxxx", 12}, {long, 11}, // alike but in the middle
		{strings.Repeat("é", 40), 13}, {strings.Repeat("é", 41), 13}, // told apart by their first 64 octets
	} {
		if got, ok := v.number([]byte(c.cell)); !ok || got != c.want {
			t.Errorf("%q is number %d, %v, want %d", c.cell, got, ok, c.want)
		}
	}
	if got, want := v.text[13], strings.Repeat("é", 32); got != want {
		t.Errorf("cut to %q, want %q", got, want)
	}
}

func TestValuesStopAtTooMany(t *testing.T) {
	v := &values{}
	for round := range 2 {
		for i := range mostValues {
			if got, ok := v.number(fmt.Appendf(nil, "value %d", i)); !ok || got != i {
				t.Fatalf("round %d: value %d is number %d, %v", round, i, got, ok)
			}
		}
	}
	if v.many {
		t.Error("as many as allowed are too many")
	}
	if _, ok := v.number([]byte("one more")); ok || !v.many {
		t.Error("one more than allowed is not too many")
	}
	if got, ok := v.number([]byte("value 49")); !ok || got != 49 {
		t.Errorf("value 49 is number %d, %v afterwards", got, ok)
	}
	if n := testing.AllocsPerRun(100, func() { v.number([]byte("value 7")); v.number([]byte("yet another")) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzValues(f *testing.F) {
	f.Add("a,b,a, a ,abcdefgh,abcdefghabcdefgh,abcdefghXabcdefgh")
	f.Fuzz(func(t *testing.T, s string) {
		v, want := &values{}, map[string]int{}
		for cell := range strings.SplitSeq(s, ",") {
			key := string(short([]byte(cell)))
			id, ok := v.number([]byte(cell))
			n, met := want[key]
			if !met && len(want) < mostValues {
				n, met = len(want), true
				want[key] = n
			}
			if ok != met || (ok && id != n) {
				t.Fatalf("%q is number %d, %v, want %d, %v", cell, id, ok, n, met)
			}
		}
	})
}

func TestACellHoldsNoControlCharacters(t *testing.T) {
	for text, want := range map[string]string{
		"a\x00b\x1b[31m\x7f": `"a b [31m "`, "a\u0080b\u0085\u009b31m": `"a b  31m"`, "\u009bx": `" x"`,
		"10 £, 20 \u00a0": "\"10 £, 20 \u00a0\"",
		"£":               "£", "a\xc2": "a\xc2", "Ä\u0080": `"Ä "`,
	} {
		if got := string(AppendCell(nil, text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
