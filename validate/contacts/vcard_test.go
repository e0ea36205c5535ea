package contacts

import (
	"encoding/csv"
	"strings"
	"testing"
)

// TestCards: each card is a row, each property a column.
func TestCards(t *testing.T) {
	const head, tail = "BEGIN:VCARD\r\nVERSION:3.0\r\n", "END:VCARD\r\n"
	for _, c := range []struct{ name, list, want string }{
		{"names and two addresses", head +
			"FN:Ann Lee\r\nEMAIL;type=INTERNET:ann@acme.test\r\nitem2.EMAIL:ann2@acme.test\r\n" + tail,
			"Name,E-mail,E-mail 2\nAnn Lee,ann@acme.test,ann2@acme.test\n"},
		{"folded lines", head + "EMAIL:ann@ac\r\n me.test\r\nNOTE:a\\, b\r\n\t c\r\n" + tail,
			"E-mail,Note\nann@acme.test,\"a, b c\"\n"},
		{"version 2.1", "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCl=\nler\nEMAIL;INTERNET:ann@acme.test\nEND:VCARD\n", "Name parts,E-mail\nMüller,ann@acme.test\n"},
		{"pictures stay out", head + "PHOTO;ENCODING=b:AAAA\r\n BBBB\r\nEMAIL:ann@acme.test\r\n" + tail,
			"E-mail\nann@acme.test\n"},
		{"a card without an end", head + "EMAIL:ann@acme.test\r\n" + head + "EMAIL:bob@acme.test\r\n",
			"E-mail\nann@acme.test\nbob@acme.test\n"},
		{"a card without an address keeps its row", head + "EMAIL:ann@acme.test\r\n" + tail +
			"begin:vcard\nFN:Bob\nEND:VCARD", "E-mail,Name\nann@acme.test,\n,Bob\n"},
		{"text between cards", head + "EMAIL:ann@acme.test\r\n" + tail + "junk\n", "E-mail\nann@acme.test\n"},
		{"UTF-16", "\xff\xfe" + twoOctets(head+"EMAIL:ann@acme.test\r\n"+tail), "E-mail\nann@acme.test\n"},
		{"a card that never ends", head + "EMAIL:ann@acme.test\r\nNOTE:x\r\n" + strings.Repeat(" yyyyyyyyy\r\n",
			500_000) + tail, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(t, c.list)
			if err != nil || (c.want != "" && got != c.want) || !strings.Contains(got, "ann@acme.test") ||
				len(got) > 2*longestProperty {
				t.Errorf("%.200q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// FuzzCards: whatever the cards, each row has a cell for each column.
func FuzzCards(f *testing.F) {
	f.Add("BEGIN:VCARD\nEMAIL;INTERNET:a@b.test\nEND:VCARD\n")
	f.Add("BEGIN:VCARD\nN;QUOTED-PRINTABLE:a=\n=\n b\nEMAIL:a@b.test\nBEGIN:VCARD\nX.Y;A=\"b:\":c")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := read(t, "BEGIN:VCARD\nFN:x\nEMAIL:ann@acme.test\nEND:VCARD\n"+text)
		if err != nil {
			return
		}
		r := csv.NewReader(strings.NewReader(got))
		if _, err := r.ReadAll(); err != nil {
			t.Errorf("%q became %q: %v", text, got, err)
		}
	})
}
