package batch

import (
	"strings"
	"testing"
)

func TestPlaceOf(t *testing.T) {
	raw := []byte("1,ann@acme.example,x\n")
	long := []byte(strings.Repeat("x", longestPlaced) + "a@b.example")
	for _, tt := range []struct {
		name         string
		raw, address []byte
		known        bool
	}{
		{"a part of the row", raw, raw[2:18], true},
		{"its beginning", raw, raw[:3], true},
		{"its end", raw, raw[19:], true},
		{"nothing at its end", raw, raw[len(raw):], true},
		{"somewhere else", raw, []byte("ann@acme.example"), false},
		{"behind the row", raw[:10], raw[11:], false},
		{"reaching beyond the row", raw[:10], raw[2:18], false},
		{"before the row", raw[5:], raw[:3], false},
		{"no row at hand", nil, raw[2:18], false},
		{"the longest row", long[:longestPlaced], long[longestPlaced-longestAddress : longestPlaced], true},
		{"a row too long", long, long[longestPlaced:], false},
		{"an address too long", long[:longestPlaced], long[:longestAddress+1], false},
	} {
		p := placeOf(tt.raw, tt.address)
		if (p != 0) != tt.known {
			t.Errorf("%s: place %x", tt.name, uint32(p))
		}
		if p != 0 && (p.size() != len(tt.raw) || string(p.address(tt.raw)) != string(tt.address)) {
			t.Errorf("%s: %d octets with %q", tt.name, p.size(), p.address(tt.raw))
		}
	}
}
