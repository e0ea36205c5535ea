package contacts

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStopsAreFoundWhereTheyAre(t *testing.T) {
	const octets = "\n,\"\x8a\xac\xa2a\x00"
	rng := rand.New(rand.NewPCG(5, 5))
	for range 2000 {
		b := make([]byte, 64*(1+rng.IntN(4)))
		for i := range b {
			b[i] = octets[rng.IntN(len(octets))]
		}
		want := make([]stops, len(b)/64)
		for i, c := range b {
			s, bit := &want[i/64], uint64(1)<<(i%64)
			switch c {
			case '\n':
				s.ends |= bit
			case ',':
				s.delims |= bit
			case '"':
				s.quotes |= bit
			}
		}
		for name, find := range map[string]func([]stops, []byte, byte){"here": findStops, "anywhere": findEach} {
			got := make([]stops, len(want))
			if find(got, b, ','); !cmp.Equal(want, got, cmp.AllowUnexported(stops{})) {
				t.Fatalf("%s: %q: %x, want %x", name, b, got, want)
			}
		}
	}
}

// FuzzMapped: what stops tell of a record is what the scanner says.
func FuzzMapped(f *testing.F) {
	long := strings.Repeat("x", 60)
	for _, s := range []string{
		"a,b,c\n", "\"a\",\"b,c\",\"d\"\"e\"\r\n", "5\" screen,b,c\n", "\"a\"b,c\n", "\"a\"b\"c,d\n", "\"a\nb\",c\n", ",,,\n\n,\n", "a\r\n\"\",\"\"\"\"\n",
		long + ",\"" + long + "," + long + "\"\"" + long + "\"," + long + "\n", long + "abc,\"d\"\n", long + "ab\",\"c\n", "no end",
	} {
		f.Add([]byte(s), uint16(0b111))
	}
	f.Fuzz(func(t *testing.T, data []byte, which uint16) {
		var fields numbers
		for i := range 16 {
			if which>>i&1 == 1 {
				fields = append(fields, i)
			}
		}
		for _, delim := range []byte{',', noDelimiter} {
			l := &List{dialect: dialect{delim: delim, limit: len(data) + 1}}
			b := &block{list: l, want: &wanted{fields: fields}}
			b.data = append(make([]byte, 0, len(data)+63), data...)
			for b.at < len(data) {
				want, cells := l.dialect.record(b.data[b.at:], true, fields, nil)
				got, ok := b.mapped()
				if !ok {
					b.chart.forget()
				} else if got != want || !slices.EqualFunc(cells, b.fields, bytes.Equal) {
					t.Fatalf("at %d of %q: %+v %q, want %+v %q", b.at, data, got, b.fields, want, cells)
				}
				b.at += want.size
			}
		}
	})
}
