package contacts

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// FuzzMapped holds the chart of a record to what the scanner says of it.
func FuzzMapped(f *testing.F) {
	long := strings.Repeat("x", 60)
	for _, s := range []string{
		"a,b,c\n", "\"a\",\"b,c\",\"d\"\"e\"\r\n", "5\" screen,b,c\n", "\"a\"b,c\n", "\"a\"b\"c,d\n", "\"a\nb\",c\n",
		",,,\n\n,\n", "a\r\n\"\",\"\"\"\"\n",
		long + ",\"" + long + "," + long + "\"\"" + long + "\"," + long + "\n", long + "abc,\"d\"\n",
		long + "ab\",\"c\n", "no end",
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
