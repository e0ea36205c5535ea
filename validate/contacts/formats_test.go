package contacts

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// addressesOf reads a list: the first address of each row.
func addressesOf(t testing.TB, l *List) (rows []string) {
	t.Helper()
	p, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for {
		b, err := p.Next(nil)
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		for r := (Record{}); b.Next(&r); {
			if r.Kind == Row {
				rows = append(rows, string(bytes.Join(r.Cells, []byte("|"))))
			}
		}
	}
}

// rewritten is a list as a sink without columns of ours writes all its records, or one with them all its rows.
func rewritten(t testing.TB, l *List, extra ...string) string {
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
		part.Reset()
		for r := (Record{}); b.Next(&r); {
			if r.Kind != Unreadable {
				part.Keep(&r, extra...)
			}
		}
		if err := s.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func opened(t testing.TB, list string, o Options) *List {
	t.Helper()
	if o.TempDir == "" {
		o.TempDir = t.TempDir()
	}
	l, err := Open(t.Context(), file(t, list), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

const objects = `{"id":1,"contact":{"email":"ann@acme.test","tags":["a","b",null]},"n":1.50,"big":12345678901234567890}
{"contact":{"email":"bob\u0040acme.test"},"vip":false,"deep":{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{}}}}}}}}}}

{"contact":{"email":"eve@acme.test"},"list":[{"x":1}],"name":"\"E\"\n","n":null,"n":2}
`

func TestFormatsBecomeOneAnother(t *testing.T) {
	const table = "Email;Name;Since\r\nann@acme.test;\"A; " +
		"\"\"B\"\"\";007\r\n\r\nbob@acme.test;=1\r\neve@acme.test;;x;more\r\n"
	for _, c := range []struct {
		name, list string
		out        Format
		want       string
	}{
		{"CSV stays as it is", table, asItCame, table},
		{"CSV as JSON Lines", table, jsonlFormat, `{"Email":"ann@acme.test","Name":"A; \"B\"","Since":"007"}
{"Email":"bob@acme.test","Name":"=1","Since":""}
{"Email":"eve@acme.test","Name":"","Since":"x","column 4":"more"}
`},
		{"JSON Lines stay as they are", objects, asItCame, objects},
		{"JSON Lines as CSV", objects, csvFormat, "id,contact.email,contact.tags,n,big,vip,deep.a.b.c.d.e.f.g.h,list,name\n" +
			"1,ann@acme.test,a; b; ,1.50,12345678901234567890,,,,\n,bob@acme.test,,,,FALSE,{},,\n,eve@acme.test,,,,,,\"[{\"\"x\"\":1}]\",\"\"\"E\"\"\n\"\n"},
		{"names that repeat, and none", "email,x,x,\na@b.co,1,2,3\n", jsonlFormat,
			`{"email":"a@b.co","x":"1","x (2)":"2","column 4":"3"}` + "\n"},
		{"no header", "a@b.co,1\nc@d.co,2\n", jsonlFormat, `{"column 1":"a@b.co","column 2":"1"}` + "\n" +
			`{"column 1":"c@d.co","column 2":"2"}` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, rewritten(t, opened(t, c.list, Options{Out: c.out}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAWorkbookGoesThroughEveryFormat(t *testing.T) {
	const table = "Email,Name,Since\nann@acme.test,\"A,\nB\",007\nbob@acme.test,=1,\n"
	book := rewritten(t, opened(t, table, Options{Out: xlsxFormat}))
	l := opened(t, book, Options{})
	if l.Layout().Format != xlsxFormat || l.Layout().Out != xlsxFormat || l.Layout().Sheet != "Contacts" {
		t.Errorf("layout %+v", l.Layout())
	}
	if diff := cmp.Diff([]string{"ann@acme.test", "bob@acme.test"}, addressesOf(t, l)); diff != "" {
		t.Error(diff)
	}
	again := rewritten(t, l)
	if got := rewritten(t, opened(t, again, Options{Out: csvFormat})); got != table {
		t.Errorf("it came back as %q", got)
	}
	if got := rewritten(t, opened(t, packed(t, again), Options{Out: csvFormat}), "pb_status"); !strings.Contains(got,
		"\nbob@acme.test,=1,,pb_status\n") {
		t.Errorf("compressed, with a column of ours: %q", got)
	}
}

func TestColumnsOfOursInObjects(t *testing.T) {
	got := rewritten(t, opened(t, "{\"email\":\"a@b.co\" }\r\n\r\n{\"email\":\"c@d.co\"}", Options{}), `a"b`)
	want := "{\"email\":\"a@b.co\",\"a\\\"b\":\"a\\\"b\"}\r\n{\"email\":\"c@d.co\",\"a\\\"b\":\"a\\\"b\"}\r\n"
	if got != want {
		t.Errorf("%q", got)
	}
}

func TestExcelSafe(t *testing.T) {
	const table = "sep=,\nEmail,Name\n-a@b.co,\"=cmd|' /C'!A0\"\n\"+c@d.co\",\"@x\",-1\ne@f.co,a=b\n"
	want := "sep=,\nEmail,Name\n'-a@b.co,\"'=cmd|' /C'!A0\"\n\"'+c@d.co\",\"'@x\",'-1\ne@f.co,a=b\n"
	if got := rewritten(t, opened(t, table, Options{ExcelSafe: true})); got != want {
		t.Errorf("%q", got)
	}
	want = "sep=,\nEmail,Name,x\n'-a@b.co,\"'=cmd|' /C'!A0\",x\n\"'+c@d.co\",\"'@x\",'-1,x\ne@f.co,a=b,x\n"
	if got := rewritten(t, opened(t, table, Options{ExcelSafe: true}), "x"); got != want {
		t.Errorf("with a column of ours: %q", got)
	}
	book := rewritten(t, opened(t, table, Options{Out: xlsxFormat}))
	if got := rewritten(t, opened(t, book, Options{Out: csvFormat, ExcelSafe: true})); !strings.Contains(got,
		"'-a@b.co,'=cmd|' /C'!A0") {
		t.Errorf("of a workbook: %q", got)
	}
}

// archived is a zip archive of some lists.
func archived(t testing.TB, members map[string]string, order ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range order {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, members[name])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEachMemberThatIsAListIsOpened(t *testing.T) {
	members := map[string]string{
		"a/subscribed.csv": "email\na@b.co\n", "logo.png": "\x89PNG\r\n\x1a\n", "__MACOSX/._a": "x", "a/": "",
		".DS_Store":    "x",
		"people.jsonl": `{"email":"c@d.co"}`, "packed.csv.gz": packed(t, "email\ne@f.co\n"),
		"book.xlsx": rewritten(t, opened(t, "email\ng@h.co\n", Options{Out: xlsxFormat})), "inner.zip": archived(t,
			map[string]string{"x": "y"}, "x"),
	}
	path := file(t, archived(t, members, "a/", "a/subscribed.csv", "logo.png", "__MACOSX/._a", ".DS_Store",
		"people.jsonl", "packed.csv.gz", "book.xlsx", "inner.zip"))
	lists, err := OpenAll(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, l := range lists {
		defer l.Close()
		got[l.Layout().Member] = addressesOf(t, l)
	}
	want := map[string][]string{"a/subscribed.csv": {"a@b.co"}, "people.jsonl": {"c@d.co"},
		"packed.csv.gz": {"e@f.co"}, "book.xlsx": {"g@h.co"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantNotes := []string{"not read from the archive: logo.png: it is a picture (PNG)",
		"not read from the archive: inner.zip: it is an archive inside an archive"}
	if diff := cmp.Diff(wantNotes, lists[0].Layout().Notes); diff != "" {
		t.Error(diff)
	}
	_, err = Open(t.Context(), path, Options{})
	if e := (*OpenError)(nil); !errors.As(err, &e) || e.What != "it is a zip archive of 4 lists" {
		t.Errorf("as one list: %v", err)
	}
}

func TestAnArchiveIsBounded(t *testing.T) {
	list := "email\n" + strings.Repeat("a@b.co\n", 100)
	path := file(t, archived(t, map[string]string{"a": list, "b": list}, "a", "b"))
	_, err := OpenAll(t.Context(), path, Options{SpoolLimit: int64(len(list)) + 100})
	if e := (*OpenError)(nil); !errors.As(err, &e) || !strings.Contains(e.What, "holds more than 100 bytes") {
		t.Errorf("beyond the limit of all members together: %v", err)
	}
	var names []string
	for i := range mostMembers + 1 {
		names = append(names, strings.Repeat("x", i+1))
	}
	_, err = OpenAll(t.Context(), file(t, archived(t, nil, names...)), Options{})
	if e := (*OpenError)(nil); !errors.As(err, &e) || !strings.Contains(e.What, "more than 1000 members") {
		t.Errorf("too many members: %v", err)
	}
}

func TestZstd(t *testing.T) {
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(z, small)
	z.Close()
	if got := rewritten(t, opened(t, b.String(), Options{})); got != small {
		t.Errorf("%q", got)
	}
	_, err = Open(t.Context(), file(t, b.String()[:b.Len()-3]), Options{})
	if e := (*OpenError)(nil); !errors.As(err, &e) || e.What != "its zstd data is damaged" {
		t.Errorf("cut short: %v", err)
	}
}

func TestPastedLists(t *testing.T) {
	for _, c := range []struct {
		name, list string
		want       []string // rows as they come out; nil: it is not a pasted list
	}{
		{"a To line", "Ann <ann@acme.test>, \"Bee, Bob\" <bob@acme.test>, Doe, John <john@acme.test>\n",
			[]string{"Ann <ann@acme.test>", "\"Bee, Bob\" <bob@acme.test>", "Doe, John <john@acme.test>"}},
		{"addresses alone, with semicolons", "a@acme.test; b@acme.test;c@acme.test;", []string{"a@acme.test",
			"b@acme.test", "c@acme.test"}},
		{"several lines of it", "a@acme.test, b@acme.test,\r\nc@acme.test\r\n", []string{"a@acme.test", "b@acme.test",
			"c@acme.test"}},
		{"names with addresses, line by line", "Ann <a@b.co>, Bob <c@d.co>\nEve <e@f.co>, Joe <g@h.co>\n",
			[]string{"Ann <a@b.co>", "Bob <c@d.co>", "Eve <e@f.co>", "Joe <g@h.co>"}},
		{"a table of two addresses", "a@b.co,c@d.co\ne@f.co,g@h.co\n", nil},
		{"one address a line", "Ann <a@b.co>\nBob <c@d.co>\n", nil},
		{"a table with names", "a@b.co,Ann\nc@d.co,Bob\n", nil},
		{"a header", "email\na@b.co, c@d.co\ne@f.co\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := opened(t, c.list, Options{})
			got := rewritten(t, l)
			if c.want == nil {
				if got != c.list {
					t.Errorf("it became %q", got)
				}
				return
			}
			if diff := cmp.Diff(strings.Join(c.want, "\n")+"\n", got); diff != "" {
				t.Error(diff)
			}
			if rows := addressesOf(t, l); len(rows) != len(c.want) {
				t.Errorf("rows %q", rows)
			}
		})
	}
}

// FuzzJSONLines reads anything behind a sound line: no panic, no line lost, and each comes out as it went in.
func FuzzJSONLines(f *testing.F) {
	f.Add([]byte(objects))
	f.Add([]byte("{\"email\":[\"a@b.co\",{}],\"\":{}}\n{}\n[]\n{\"a\\u0022\":\"\\ud800\"}\n\n{"))
	f.Fuzz(func(t *testing.T, rest []byte) {
		list := "{\"email\":\"ann@acme.test\"}\n" + string(rest)
		for _, out := range []Format{asItCame, csvFormat, xlsxFormat} {
			l, err := Open(t.Context(), "-", Options{Stdin: strings.NewReader(list), Out: out, TempDir: t.TempDir(),
				BlockSize: 64 + rand.IntN(512)})
			if err != nil {
				return
			}
			whole := rewritten(t, l)
			if out == asItCame && l.Layout().Format == jsonlFormat && strings.Count(whole, "\n") > strings.Count(list, "\n") {
				t.Errorf("%q became %q", list, whole)
			}
			l.Close()
		}
	})
}

// FuzzArchive opens anything as a zip archive. hardlyMinimise keeps the fuzzer from spending a minute on each
// input that reaches something new: what an archive reaches also depends on when its goroutines run, so that
// hardly any input can be made smaller.
func hardlyMinimise(f *testing.F) {
	const name = "test.fuzzminimizetime"
	if limit := flag.Lookup(name); limit != nil && limit.Value.String() == limit.DefValue {
		if err := flag.Set(name, "5x"); err != nil {
			f.Fatal(err)
		}
	}
}

func FuzzArchive(f *testing.F) {
	f.Add([]byte(archived(f, map[string]string{"a.csv": small, "b.jsonl": objects}, "a.csv", "b.jsonl")))
	f.Add([]byte(rewritten(f, opened(f, small, Options{Out: xlsxFormat}))))
	hardlyMinimise(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		lists, err := OpenAll(t.Context(), "-", Options{Stdin: bytes.NewReader(b), TempDir: t.TempDir(),
			SpoolLimit: 1 << 20})
		if err != nil {
			return
		}
		for _, l := range lists {
			addressesOf(t, l)
			l.Close()
		}
	})
}

// TestOneOfSeveralLists: what a person says of several lists need not be true of each, but for the address column.
func TestOneOfSeveralLists(t *testing.T) {
	table, objects := "email,joined\na@b.co,2026-01-02\n", `{"mail":"c@d.co","work":{"mail":"e@f.co"}}`
	several := Options{Several: true, Columns: []string{"email"}, Fields: []string{"work.mail"},
		Traits: Traits{Find: true, Created: "since"}}
	if got := addressesOf(t, opened(t, table, several)); !slices.Equal(got, []string{"a@b.co"}) {
		t.Errorf("of a table: %q", got)
	}
	if got := addressesOf(t, opened(t, objects, several)); !slices.Equal(got, []string{"e@f.co"}) {
		t.Errorf("of JSON Lines: %q", got)
	}
	several.Fields = nil
	for list, want := range map[string]string{table: "", objects: `it has no column "email"`} {
		_, err := Open(t.Context(), file(t, list), several)
		if e := (*OpenError)(nil); (want != "" && (!errors.As(err, &e) || e.What != want)) ||
			(want == "" && err != nil) {
			t.Errorf("%s: %v", list, err)
		}
	}
	several.Columns = nil
	l := opened(t, table, several)
	if notes := l.Layout().Notes; !slices.Contains(notes, `it has no column "since"`) || len(l.Layout().Traits) != 0 {
		t.Errorf("notes %q, traits %v", notes, l.Layout().Traits)
	}
	alone := Options{Columns: []string{"mail"}, Fields: []string{"work.mail"}}
	if got := addressesOf(t, opened(t, objects, alone)); !slices.Equal(got, []string{"c@d.co|e@f.co"}) {
		t.Errorf("of a list alone both count: %q", got)
	}
}

// TestAMemberThatLacksTheColumnIsNotPassedOver: it is a list, and its contacts would be lost without a word.
func TestAMemberThatLacksTheColumnIsNotPassedOver(t *testing.T) {
	members := map[string]string{"a.csv": "Email,x\na@b.co,1\n", "b.csv": "Mail,y\nc@d.co,2\n", "README": "Read me.\n"}
	for _, test := range []struct {
		name    string
		order   []string
		columns []string
		want    string
	}{
		{"a list without the column is named", []string{"a.csv", "b.csv"}, []string{"Email"},
			`"b.csv" in the archive: it has no column "Email"`},
		{"what is no list anyway is left out", []string{"a.csv", "README"}, []string{"Email"}, ""},
		{"a number is a column of each", []string{"a.csv", "b.csv"}, []string{"1"}, ""},
	} {
		lists, err := OpenAll(t.Context(), file(t, archived(t, members, test.order...)), Options{Columns: test.columns})
		for _, l := range lists {
			l.Close()
		}
		if e := (*OpenError)(nil); (test.want == "" && err != nil) ||
			(test.want != "" && (!errors.As(err, &e) || e.What != test.want)) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestHiddenMembersAreNamed: what is left out of an archive is told, with what it holds.
func TestHiddenMembersAreNamed(t *testing.T) {
	names := []string{"a.csv", ".more.csv", "sub/.note", ".DS_Store", "__MACOSX/._a.csv", "../outside.csv"}
	members := map[string]string{"a.csv": small, ".more.csv": "email\nx@y.example\n", "sub/.note": "hello",
		".DS_Store": "x", "__MACOSX/._a.csv": "x",
		"../outside.csv": "email\nz@y.example\n"}
	lists, err := OpenAll(t.Context(), "-", Options{Stdin: strings.NewReader(archived(t, members, names...)),
		TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	for _, l := range lists {
		defer l.Close()
		read = append(read, l.Layout().Member)
	}
	if want := []string{"a.csv", "../outside.csv"}; !slices.Equal(read, want) {
		t.Errorf("read %q, want %q", read, want)
	}
	want := []string{
		`not read from the archive: .more.csv, a hidden file (its name starts with a dot) that holds a list with the column "email" (18 bytes)`,
		`not read from the archive: sub/.note, a hidden file (its name starts with a dot) that holds no list (5 bytes)`,
	}
	if notes := lists[0].Layout().Notes; !slices.Equal(notes, want) {
		t.Errorf("notes %q", notes)
	}
}
