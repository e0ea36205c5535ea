package scan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/scan"
)

// FuzzFind holds the masks and the positions to a loop over the octets.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"", "a,b\n", "\"a,b\";\x8a\xac\xa2\x00\n", strings.Repeat(",\n\"", 100),
		strings.Repeat("\xff", 64)} {
		f.Add([]byte(s), byte(','), uint16(7))
		f.Add([]byte(s), byte(';'), uint16(0))
	}
	f.Fuzz(func(t *testing.T, b []byte, field byte, offset uint16) {
		for len(b)%64 != 0 {
			b = append(b, 'x')
		}
		want := make([]scan.Delimiters, len(b)/64)
		var places []uint32
		for i, c := range b {
			m, bit := &want[i/64], uint64(1)<<(i%64)
			if c == '\n' {
				m.LineFeeds |= bit
			}
			if c == field {
				m.Fields |= bit
				places = append(places, uint32(i)+uint32(offset))
			}
			if c == '"' {
				m.Quotes |= bit
			}
		}
		got := make([]scan.Delimiters, len(want))
		scan.Find(got, b, field)
		if !slices.Equal(got, want) {
			t.Fatalf("%q: %x, want %x", b, got, want)
		}
		to := make([]uint32, len(b)+8)
		n := scan.Positions(to, got, int(offset))
		if !slices.Equal(to[:n], places) {
			t.Fatalf("%q: %d, want %d", b, to[:n], places)
		}
	})
}

func TestTruncateLeavesTheFirstBits(t *testing.T) {
	all := ^uint64(0)
	for _, n := range []int{0, 1, 63} {
		d := scan.Delimiters{LineFeeds: all, Fields: all, Quotes: all}
		d.Truncate(n)
		want := uint64(1)<<n - 1
		if d != (scan.Delimiters{LineFeeds: want, Fields: want, Quotes: want}) {
			t.Errorf("%d: %x", n, d)
		}
	}
}

// FuzzAddress holds the masks of an address to a loop over its characters.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{
		"", "ann@acme.com", "Ann.Pl_l+x-y@ACME.co.uk", "\x00\x1f/09:@AZ[`az{\x7f\x80\xff", strings.Repeat("p", 64), strings.Repeat("l", 65),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got scan.Address
		if !got.Scan(s) {
			return
		}
		if len(s) == 0 || len(s) > 64 {
			t.Fatalf("%d octets were scanned", len(s))
		}
		if want := addressOf(s); within(got, len(s)) != want {
			t.Fatalf("%q: %x, want %x", s, within(got, len(s)), want)
		}
	})
}

// addressOf is what Scan finds, one octet after the other.
func addressOf(s string) (a scan.Address) {
	for i := range len(s) {
		bit, c := uint64(1)<<i, s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		for mask, in := range map[*uint64]bool{
			&a.At: c == '@', &a.Dots: c == '.', &a.Hyphens: c == '-', &a.LocalOnly: c == '_' || c == '+',
			&a.Capitals: letter && c&0x20 == 0, &a.P: c|0x20 == 'p', &a.L: c|0x20 == 'l',
			&a.Common: letter || ('0' <= c && c <= '9') || strings.IndexByte("@.-_+", c) >= 0,
		} {
			if in {
				*mask |= bit
			}
		}
	}
	return a
}

// within leaves the bits of the first n octets.
func within(a scan.Address, n int) scan.Address {
	all := ^uint64(0) >> (64 - n)
	for _, mask := range []*uint64{&a.At, &a.Dots, &a.Hyphens, &a.LocalOnly, &a.Capitals, &a.P, &a.L, &a.Common} {
		*mask &= all
	}
	return a
}
