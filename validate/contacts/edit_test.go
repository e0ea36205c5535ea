package contacts

import (
	"bytes"
	"io"
	"testing"
)

// editedList is the first column of addresses of each row with an edit, all rows as a sink writes them.
func editedList(t testing.TB, l *List, text string, extra ...string) string {
	t.Helper()
	var out bytes.Buffer
	s, err := l.NewSink(&out, extra)
	if err != nil {
		t.Fatal(err)
	}
	p, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	part := s.NewPart()
	for b, err := p.Next(nil); err != io.EOF; b, err = p.Next(b) {
		if err != nil {
			t.Fatal(err)
		}
		for r := (Record{}); b.Next(&r); {
			if r.Kind == Row {
				r.Edit = &Edit{Column: l.Layout().Columns[0].Index, Text: text}
			}
			part.Keep(&r, extra...)
		}
	}
	if err := s.Write(part); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestEditChangesOneCell: all else of a row stays octet for octet.
func TestEditChangesOneCell(t *testing.T) {
	const to = "x@acme.test"
	for _, c := range []struct {
		name, list, text string
		o                Options
		extra            []string
		want             string
	}{
		{"a cell between others", "A,Email,B\r\n1, a@b.co ,\"q\"\"\"\r\n", to, Options{}, nil,
			"A,Email,B\r\n1,x@acme.test,\"q\"\"\"\r\n"},
		{"a cell in quotes keeps them", "A,Email\n1,\" a@b.co\"", to, Options{}, nil, "A,Email\n1,\"x@acme.test\""},
		{"the last cell of a line that has no end", "A;Email\n1; a@b.co", to, Options{}, nil, "A;Email\n1;x@acme.test"},
		{"a text with the delimiter in it is quoted", "A|Email\n1|a@b.co\n", "x|y@acme.test", Options{}, nil,
			"A|Email\n1|\"x|y@acme.test\"\n"},
		{"a row that is too short for the cell", "A,B,Email\n1,2,a@b.co\n1,2,b@b.co\n9\n", to, Options{}, nil,
			"A,B,Email\n1,2,x@acme.test\n1,2,x@acme.test\n9,,x@acme.test\n"},
		{"one column", "a@b.co \nb@b.co\n", to, Options{}, nil, "x@acme.test\nx@acme.test\n"},
		{"columns of ours stand under their names", "Email,B,C\na@b.co\n", to, Options{}, []string{"pb"},
			"Email,B,C,pb\nx@acme.test,,,pb\n"},
		{"what a spreadsheet takes for a formula", "Email,B\na@b.co,=1\n", "=x@acme.test", Options{ExcelSafe: true},
			nil, "Email,B\n'=x@acme.test,'=1\n"},
		{"an object", `{"a":[1, 2],"email": " a@b.co" ,"z":1}` + "\n", to, Options{}, nil,
			`{"a":[1, 2],"email": "x@acme.test" ,"z":1}` + "\n"},
		{"an array of addresses", `{"email":["a@b.co "]}` + "\n", to, Options{}, nil, `{"email":["x@acme.test"]}` +
			"\n"},
		{"a field within a field", `{"c":{"email":"a@b.co"}}` + "\n" + `{"c":{}}` + "\n", to, Options{}, nil,
			`{"c":{"email":"x@acme.test"}}` + "\n" + `{"c.email":"x@acme.test","c":{}}` + "\n"},
		{"objects as a table", `{"n":1,"email":"a@b.co"}` + "\n", to, Options{Out: csvFormat}, nil,
			"n,email\n1,x@acme.test\n"},
		{"a table as objects", "n,email\n1,a@b.co\n", to, Options{Out: jsonlFormat}, nil,
			`{"n":"1","email":"x@acme.test"}` + "\n"},
		{"UTF-16 stays it", "\xff\xfe" + twoOctets("Email\tB\na@b.co\tö\n"), to, Options{}, nil, "\xff\xfe" +
			twoOctets("Email\tB\nx@acme.test\tö\n")},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := editedList(t, opened(t, c.list, c.o), c.text, c.extra...); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// twoOctets is ASCII and Latin-1 as UTF-16LE.
func twoOctets(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

// FuzzEdit: a row with an edit has the text in the cell, and the other cells as they were.
func FuzzEdit(f *testing.F) {
	f.Add("a,b@c.de,\"d\"\"\"\n", "x@y.de", 1)
	f.Add("a;\" b@c.de\";c", "x@y.de", 2)
	f.Add("a", "\"x,y\"@y.de", 3)
	f.Fuzz(func(t *testing.T, row, text string, column int) {
		d := dialect{delim: ',', limit: 1 << 20}
		l := &List{dialect: d, charset: charset{name: "UTF-8"}}
		raw := []byte(row)
		rec, before := d.record(raw, true, every, nil)
		if column < 0 || column > 20 || rec.state != whole || rec.size != len(raw) || len(raw) == 0 ||
			bytes.ContainsAny([]byte(text), "\r\n") || text == "" || text[0] == ' ' {
			t.Skip()
		}
		edited := l.appendEdited(nil, raw, before, &Edit{Column: column, Text: text})
		got, after := d.record(edited, true, every, nil)
		if got.size != len(edited) || len(after) != max(len(before), column+1) {
			t.Fatalf("%q became %q: %d fields of %d", row, edited, len(after), len(before))
		}
		decode := l.charset.decoder()
		for i := range after {
			cell, _ := decode.cell(after[i], nil)
			switch {
			case i == column:
				if string(cell) != text {
					t.Errorf("%q became %q: the cell is %q, want %q", row, edited, cell, text)
				}
			case i < len(before):
				if !bytes.Equal(after[i], before[i]) {
					t.Errorf("%q became %q: cell %d changed", row, edited, i)
				}
			case len(cell) > 0:
				t.Errorf("%q became %q: cell %d is not empty", row, edited, i)
			}
		}
	})
}
