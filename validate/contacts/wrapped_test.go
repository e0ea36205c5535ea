package contacts

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestLinesThatStandInQuotesAsAWhole(t *testing.T) {
	for _, c := range []struct {
		name, list string
		held       int
		noted      bool
	}{
		{"with quotes inside", `"name,""email"",city"` + "\n" + many(9, `"Lee,""%s"",Ulm"`+"\n", "x.example"), 9, true},
		{"without quotes inside", `"name,email"` + "\n" + many(9, `"Lee,%s"`+"\n", "x.example"), 9, true},
		{"semicolons inside", `"name;""email"""` + "\n" + many(9, `"Lee;""%s"""`+"\n", "x.example"), 9, true},
		{"without a header", many(9, `"%s,Lee,Ulm"`+"\n", "x.example"), 9, true},
		{"cells of several addresses", `"email"` + "\n" + many(9, `"%s, b@x.example"`+"\n", "x.example"), 9, false},
		{"names with a comma", `"email"` + "\n" + many(9, `"Lee, Ann <%s>"`+"\n", "x.example"), 9, false},
		{"every cell in quotes", `"name","email"` + "\n" + many(9, `"Lee, Ann","%s"`+"\n", "x.example"), 9, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, l := readAll(t, c.list, Options{BlockSize: 100})
			held := 0
			for _, a := range got {
				held += btoi(a != "")
			}
			notes := strings.Join(l.Layout().Notes, "\n")
			if held != c.held || strings.Contains(notes, "in quotes as a whole") != c.noted {
				t.Errorf("%d addresses, want %d; notes:\n%s", held, c.held, notes)
			}
		})
	}
}

// TestColumnsOfOursBesideWholeLines: a line in quotes stays the cell that it is.
func TestColumnsOfOursBesideWholeLines(t *testing.T) {
	_, _, l := readAll(t, "\"name,\"\"email\"\"\"\n\"Ann,\"\"a@x.example\"\"\"\n\"Bob,\"\"b@x.example\"\"\"\n",
		Options{})
	var out bytes.Buffer
	s, err := l.NewSink(&out, []string{"pb_status"})
	if err != nil {
		t.Fatal(err)
	}
	p, _ := l.Pass(t.Context())
	b, err := p.Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	part := s.NewPart()
	for rec := (Record{}); b.Next(&rec); {
		part.Keep(&rec, "fine")
	}
	if err := s.Write(part); err != nil {
		t.Fatal(err)
	}
	want := "\"name,\"\"email\"\"\",pb_status\n\"Ann,\"\"a@x.example\"\"\",fine\n\"Bob,\"\"b@x.example\"\"\",fine\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if fmt.Sprint(l.Layout().Names) != "[name email]" {
		t.Errorf("names %q", l.Layout().Names)
	}
}

// TestAnEditInsideALineInQuotes: the line stays the one cell that it is.
func TestAnEditInsideALineInQuotes(t *testing.T) {
	list := "\"name,\"\"email\"\",city\"\r\n\"Ann,\"\"Ann <a@x.example>\"\",Ulm\"\r\n\"Bob,b@x.example,Ulm\"\r\n"
	_, _, l := readAll(t, list, Options{})
	var out bytes.Buffer
	s, err := l.NewSink(&out, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := l.Pass(t.Context())
	b, err := p.Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	part, search := s.NewPart(), l.NewSearch()
	for rec := (Record{}); b.Next(&rec); {
		if rec.Kind == Row && bytes.Contains(rec.Raw, []byte("<")) {
			rec.Edit = &Edit{Column: search.AddressColumn(&rec, 0), Text: "a@x.example"}
		}
		part.Keep(&rec)
	}
	if err := s.Write(part); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(list, "Ann <a@x.example>", "a@x.example", 1)
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
