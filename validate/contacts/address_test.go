package contacts

import (
	"bytes"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

func TestAddressesInACell(t *testing.T) {
	type found struct {
		Text   string
		Repair Repair
	}
	one := func(text string, r Repair) []found { return []found{{text, r}} }
	whole := func(text string) []found { return one(text, 0) }
	for _, c := range []struct {
		name, cell string
		want       []found
	}{
		{"a plain address", "a.b+c@d.co", whole("a.b+c@d.co")},
		{"an apostrophe inside is part of it", "o'neil@d.co", whole("o'neil@d.co")},
		{"a slash inside is part of it", "a/b@d.co", whole("a/b@d.co")},
		{"blanks around it", " \ta@b.co\r\n", one("a@b.co", outerBlanks)},
		{"characters around it that nobody sees", "\u00a0\ufeffa@b.co\u3000\u200b", one("a@b.co", invisible)},
		{"blanks around several go silently", " a@b.co; c@d.co ", []found{{"a@b.co", 0}, {"c@d.co", 0}}},
		{"letters beyond ASCII", "jörg@müller.example", whole("jörg@müller.example")},
		{"a quoted local part", `"a; b"@c.co`, whole(`"a; b"@c.co`)},

		{"a name and angle brackets", "A B <a@b.co>", one("a@b.co", angleBrackets)},
		{"a name with a comma", "Doe, John <j@d.co>", one("j@d.co", angleBrackets)},
		{"a quoted name with a comma", `"Doe; John, Jr." <j@d.co>`, one("j@d.co", angleBrackets)},
		{"the address as its own name", "a@b.co <a@b.co>", one("a@b.co", angleBrackets)},
		{"angle brackets alone", "<a@b.co>", one("a@b.co", angleBrackets)},
		{"a link", "mailto:a@b.co?subject=Hi", one("a@b.co", mailToScheme)},
		{"a link in brackets", "<MailTo:a@b.co>", one("a@b.co", angleBrackets|mailToScheme)},
		{"smart quotes", "“a@b.co”", one("a@b.co", outerQuotes)},
		{"German quotes", "„a@b.co“", one("a@b.co", outerQuotes)},
		{"straight quotes", `"a@b.co"`, one("a@b.co", outerQuotes)},
		{"apostrophes around one with an apostrophe", "'o'neil@d.co'", one("o'neil@d.co", outerQuotes)},
		{"quotes around a quoted local part", `""a b"@c.co"`, one(`"a b"@c.co`, outerQuotes)},
		{"a leading apostrophe", "'a@b.co", one("a@b.co", apostrophe)},
		{"a trailing full stop", "a@b.co.", one("a@b.co", trailingMark)},
		{"a trailing semicolon", "a@b.co;", one("a@b.co", trailingMark)},
		{"a trailing comma and blank", "a@b.co, ", one("a@b.co", trailingMark|outerBlanks)},
		{"a remark", "a@b.co (work)", one("a@b.co", comment)},
		{"two full stops need a guess", "a@b.co..", whole("a@b.co..")},
		{"a remark without a blank needs a guess", "a@b.co(work)", whole("a@b.co(work)")},

		{"semicolons", "a@b.co;c@d.co; e@f.co", []found{{"a@b.co", 0}, {"c@d.co", 0}, {"e@f.co", 0}}},
		{"commas", "a@b.co, c@d.co", []found{{"a@b.co", 0}, {"c@d.co", 0}}},
		{"blanks", "a@b.co  c@d.co", []found{{"a@b.co", 0}, {"c@d.co", 0}}},
		{"slashes", "a@b.co / c@d.co", []found{{"a@b.co", 0}, {"c@d.co", 0}}},
		{"three colons", "a@b.co ::: c@d.co ::: e@f.co", []found{{"a@b.co", 0}, {"c@d.co", 0}, {"e@f.co", 0}}},
		{"colons without blanks need a guess", "a@b.co:::c@d.co", whole("a@b.co:::c@d.co")},
		{"bars", "a@b.co|c@d.co", []found{{"a@b.co", 0}, {"c@d.co", 0}}},
		{"lines", "a@b.co\r\nc@d.co\n", []found{{"a@b.co", 0}, {"c@d.co", 0}}},
		{"several with names", "A, B <a@b.co>, C <c@d.co>", []found{{"a@b.co", angleBrackets},
			{"c@d.co", angleBrackets}}},
		{"a label", "Email: a@b.co", one("a@b.co", label)},
		{"a label in another language", "E-Mail-Adresse : a@b.co", one("a@b.co", label)},
		{"a label without a blank", "mail:a@b.co", one("a@b.co", label)},
		{"labels between bars", "Name: Amy | E-Mail: a@b.co | Phone: 12", one("a@b.co", label)},
		{"labels between semicolons", "Name: Amy; a@b.co; City: Bonn", one("a@b.co", asideText)},
		{"labels on lines", "Name: Amy\nEmail: a@b.co", one("a@b.co", label)},
		{"somebody else's label needs a guess", "cc: a@b.co", whole("cc: a@b.co")},
		{"a label is all there is", "Name: Amy", whole("Name: Amy")},
		{"an address behind a fault", "none@; a@b.co", []found{{"none@", 0}, {"a@b.co", 0}}},
		{"a comma inside a local part", "una,me@acme.com", whole("una,me@acme.com")},
		{"a character by its HTML name", "eli&amp;co@acme.com", whole("eli&amp;co@acme.com")},
		{"a character by its HTML number", "eli&#38;co@acme.com; b@c.co", []found{{"eli&#38;co@acme.com", 0},
			{"b@c.co", 0}}},
		{"a comma for a dot", "ann@gmail,com", whole("ann@gmail,com")},
		{"two commas for dots, and another address", "ann@mail,acme,com, b@c.co", []found{{"ann@mail,acme,com", 0},
			{"b@c.co", 0}}},
		{"a comma for the last dot only needs a guess", "ann@mail.acme,com", []found{{"ann@mail.acme", 0}, {"com", 0}}},
		{"a comma with a blank is a separator", "una, me@acme.com", []found{{"una", 0}, {"me@acme.com", 0}}},
		{"a label before a semicolon is no part of the address", "VIP;me@acme.com",
			[]found{{"VIP", 0}, {"me@acme.com", 0}}},
		{"a placeholder before a comma", "N/A,a@b.co", one("a@b.co", asideText)},
		{"an address and a placeholder", "a@b.co; N/A", one("a@b.co", asideText)},
		{"an address and something else", "a@b.co; call me", []found{{"a@b.co", 0}, {"call me", 0}}},
		{"what comes first counts first", "call me, a@b.co", []found{{"call me", 0}, {"a@b.co", 0}}},

		{"a blank inside", "a b@c.co", whole("a b@c.co")},
		{"an at in words", "a [at] b.co", whole("a [at] b.co")},
		{"an at as an entity", "a&#64;b.co", whole("a&#64;b.co")},
		{"two @", "a@b@c.co", whole("a@b@c.co")},
		{"no domain", "a@", whole("a@")},
		{"text", "no thanks, really", whole("no thanks, really")},
		{"empty brackets", "A <>", whole("A <>")},
		{"an unclosed bracket", "A <a@b.co", whole("A <a@b.co")},

		{"nothing", "", nil},
		{"blanks only", " \u00a0\u200b", nil},
		{"N/A", " n/a ", nil},
		{"NULL", "NULL", nil},
		{"none", "None", nil},
		{"a dash", "-", nil},
		{"dashes", "---", nil},
		{"a spreadsheet's error", "#REF!", nil},
		{"a phrase", "No Email", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []found
			for _, f := range Addresses(nil, []byte(c.cell)) {
				got = append(got, found{string(f.Text), f.Repair})
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRepairsHaveSentences(t *testing.T) {
	if got := Repair(0).String(); got != "" {
		t.Errorf("no repair says %q", got)
	}
	if got, want := (angleBrackets | mailToScheme).String(),
		"taken out of angle brackets, taken out of a mailto: link"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, r := range repairs {
		if r.kind.String() == "" {
			t.Errorf("repair %d has no sentence", r.kind)
		}
	}
}

func TestAddressesDoNotAllocate(t *testing.T) {
	found := make([]Found, 0, 4)
	for _, cell := range []string{"someone@there.example", "Some One <s@t.example>; x@y.example", "N/A", "no thanks",
		"jörg@there.example"} {
		text := []byte(cell)
		if n := testing.AllocsPerRun(100, func() { found = Addresses(found[:0], text) }); n != 0 {
			t.Errorf("%q: %v allocations", cell, n)
		}
	}
}

func FuzzAddresses(f *testing.F) {
	for _, s := range []string{"a@b.co", "A, B <a@b.co>; c@d.co/e@f.co", "mailto:a@b.co?x (work).", "“'a@b.co'”",
		"\"a@b\",<c(d@e", "''''<<a@b>>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, cell []byte) {
		for _, got := range Addresses(nil, cell) {
			if len(got.Text) == 0 || !within(got.Text, cell) {
				t.Fatalf("%q is no part of %q", got.Text, cell)
			}
			if got.Repair&^trailingMark != 0 && strings.IndexByte(string(got.Text), '@') < 0 {
				t.Fatalf("the repair of %q left %q", cell, got.Text)
			}
			if got.Repair == 0 || bytes.ContainsAny(got.Text, ",;\r\n") {
				continue
			}
			if again := Addresses(nil, got.Text); len(again) == 1 && again[0].Repair != 0 {
				t.Fatalf("%q in %q can be repaired further, to %q", got.Text, cell, again[0].Text)
			}
		}
	})
}

// within reports whether part is a piece of whole's memory.
func within(part, whole []byte) bool {
	from, at := uintptr(unsafe.Pointer(unsafe.SliceData(whole))), uintptr(unsafe.Pointer(unsafe.SliceData(part)))
	return at >= from && at+uintptr(len(part)) <= from+uintptr(len(whole))
}

func BenchmarkAddresses(b *testing.B) {
	cell := []byte("firstname.lastname@company.example")
	var found []Found
	b.ReportAllocs()
	for b.Loop() {
		found = Addresses(found[:0], cell)
	}
}
