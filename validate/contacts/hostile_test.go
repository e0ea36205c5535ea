package contacts

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// hostile lists are made to make a reader look at the same bytes again and again.
var hostile = []struct{ name, unit string }{
	{"quotes", `"`},
	{"quotes that open on each line", "\"\n"},
	{"quotes that open and only find doubled ones", "\"\n,\"\"x\n"},
	{"quotes that open in each field", `a,"`},
	{"stray quotes", `x"`},
	{"delimiters", ","},
	{"carriage returns", "\r"},
	{"carriage returns and line feeds", "\r\n\r"},
	{"lines in quotes with addresses", "\"a@b.co,\n"},
	{"brackets", "<(,@"},
	{"apostrophes", "'@"},
	{"pairs with bars", "\x83|"},
	{"NULs", "\x00a"},
	{"no end of a line", "a"},
}

// A reader that did so would not come to its end before the time of the tests is up.
func TestHostileListsAreReadWhole(t *testing.T) {
	for _, h := range hostile {
		list := "Email,N\na@b.co,1\n" + strings.Repeat(h.unit, 1<<18/len(h.unit))
		l, err := memory(t, list, Options{Columns: []string{"1"}, BlockSize: 1 << 14, RecordCap: 1 << 17})
		if err != nil {
			t.Errorf("%s: %v", h.name, err)
			continue
		}
		size := 0
		pass, _ := l.Pass(t.Context())
		var rec Record
		var found []Found
		for b, err := pass.Next(nil); err == nil; b, err = pass.Next(b) {
			for b.Next(&rec) {
				size += len(rec.Raw)
				for _, c := range rec.Cells {
					found = Addresses(found[:0], c)
				}
			}
		}
		if l.charset.wide == nil && size != len(list) {
			t.Errorf("%s: %d bytes of %d", h.name, size, len(list))
		}
	}
}

func TestAnyBytesHaveSomeEncoding(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(random.UintN(256)) | 0x80
		if i%40 == 0 {
			noise[i] = '\n'
		}
	}
	if l := mustOpen(t, string(noise), Options{Columns: []string{"1"}}); !l.Layout().Guessed {
		t.Errorf("read as %s for certain", l.Layout().Encoding)
	}
}
