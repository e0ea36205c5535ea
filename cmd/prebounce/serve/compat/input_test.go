package compat

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTablesOfRows(t *testing.T) {
	for input, want := range map[string]struct{ list, column string }{
		`[{"id":1,"email":"a@b.de","tags":["x"]},{"email":"c@d.de","more":null}]`: {
			"id,email,tags,more\n1,a@b.de,\"[\"\"x\"\"]\",\n,c@d.de,,\n", "2"},
		`["a@b.de","c@d.de"]`:                    {"email\na@b.de\nc@d.de\n", "1"},
		`[["x","a@b.de"],["y","c@d.de"]]`:        {"column_1,email\nx,a@b.de\ny,c@d.de\n", "2"},
		`[{"who":"a@b.de","n":2}]`:               {"who,n\na@b.de,2\n", "1"},
		`[{"":"x","contact":"a@b.de"}]`:          {"column,contact\nx,a@b.de\n", "2"},
		`[{"E-Mail":"a@b.de"},["c@d.de"],"e@f"]`: {"E-Mail,email\na@b.de,\n,c@d.de\n,e@f\n", "1"},
		`[{"a":"=1","email":"a,\"b\"@c.de"}]`:    {"a,email\n=1,\"a,\"\"b\"\"@c.de\"\n", "2"},
		`[{"email":"a@b.de","email":"c@d.de"}]`:  {"email\nc@d.de\n", "1"},
		`[{"email":""}]`:                         {"email\n\" \"\n", "1"},
		`[]`:                                     {}, `{}`: {}, `"a@b.de"`: {}, ``: {}, `null`: {},
	} {
		var b bytes.Buffer
		l, err := writeTable(&b, json.RawMessage(input))
		if diff := cmp.Diff(want.list, b.String()); diff != "" || l.Column != want.column || (err == nil) != (want.list != "") {
			t.Errorf("%s: column %q, %v\n%s", input, l.Column, err, diff)
		}
	}
}

// FuzzTable: whatever comes as rows, the list has a header and as many rows, of the same width.
func FuzzTable(f *testing.F) {
	for _, seed := range []string{`[{"id":1,"email":"a@b.de"},["x","y@z.de"],"q@r.de",null,7]`, `[[[]]]`, `[{"a":{}}]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input string) {
		var b bytes.Buffer
		l, err := writeTable(&b, json.RawMessage(input))
		if err != nil {
			return
		}
		var raw []any
		if json.Unmarshal([]byte(input), &raw) != nil {
			t.Fatalf("%q was taken", input)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != len(raw)+1 {
			t.Errorf("%q: %d rows of %d, %v", input, len(rows)-1, len(raw), err)
		}
		if l.Column == "" {
			t.Error("there is no column of addresses")
		}
	})
}

func TestWaitsAreBounded(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 6 * time.Second, "x": 6 * time.Second, "-1": 6 * time.Second,
		"NaN": 6 * time.Second, "250": 250 * time.Millisecond, "1e300": longestWait, "Inf": longestWait} {
		if got := within(text, time.Millisecond, 6*time.Second); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	for text, want := range map[string]time.Duration{"30": 30 * time.Second, "2500": 2500 * time.Millisecond} {
		if got := neverBounceWait(text); got != want {
			t.Errorf("NeverBounce's %q: %v, want %v", text, got, want)
		}
	}
}

func TestParametersOfAnyType(t *testing.T) {
	var f fields
	body := `{"a":true,"b":1,"c":"1","d":null,"e":"no","f":0,"g":{"x":1},"n":"12","m":999}`
	if err := decode(strings.NewReader(body), &f); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"a": true, "b": true, "c": true, "d": false, "e": false, "f": false, "z": false} {
		if f.on(name, false) != want {
			t.Errorf("%s is %v", name, !want)
		}
	}
	if !f.on("d", true) || f.number("n", 1, 50) != 12 || f.number("m", 1, 50) != 50 || f.number("g", 7, 50) != 7 {
		t.Error("a number or what is missing is read wrongly")
	}
}
