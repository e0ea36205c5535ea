package contacts

import (
	"strings"
	"testing"
)

// read is a list as JSON Lines or CSV of its own, and the error if it is none.
func read(t testing.TB, list string) (string, error) {
	t.Helper()
	l, err := Open(t.Context(), file(t, list), Options{TempDir: t.TempDir()})
	if err != nil {
		return "", err
	}
	defer l.Close()
	return rewritten(t, l), nil
}

// TestDocuments: wherever the contacts of a JSON document stand, each is a row.
func TestDocuments(t *testing.T) {
	const ann, bob = `{"email":"ann@acme.test","n":1}`, `{"email":"bob@acme.test"}`
	for _, c := range []struct{ name, list, want string }{
		{"an array", "[\n " + ann + ", " + bob + "]", ann + "\n" + bob + "\n"},
		{"an array in an object, on one line", `{"page":1,"subscribers":[` + ann + "," + bob + "]}", ann + "\n" +
			bob + "\n"},
		{"an array in an object, on many", "{\n\"subscribers\":[\n" + ann + ",\n" + bob +
			"],\n\"owner\":\"boss@acme.test\"}", ann + "\n" + bob + "\n"},
		{"pages, one a line", `{"items":[` + ann + "]}\n" + `{"items":[` + bob + "]}\n", ann + "\n" + bob + "\n"},
		{"deeper", `{"data":{"lists":[{"of":"x","contacts":[` + ann + `]},{"contacts":[` + bob + "]}]}}\n\n",
			ann + "\n" + bob + "\n"},
		{"an object of objects", "{\n\"a\":" + ann + ",\n\"b\":" + bob + "}",
			`{"key":"a","email":"ann@acme.test","n":1}` + "\n" + `{"key":"b","email":"bob@acme.test"}` + "\n"},
		{"texts", `["ann@acme.test", "bob@acme.test"]`, `{"email":"ann@acme.test"}` + "\n" +
			`{"email":"bob@acme.test"}` + "\n"},
		{"one contact on many lines", "{\n \"email\": \"ann@acme.test\"\n}\n", `{"email":"ann@acme.test"}` + "\n"},
		{"several of these", "{\n\"email\": \"ann@acme.test\"\n}\n{\n\"email\": \"bob@acme.test\"\n}",
			`{"email":"ann@acme.test"}` + "\n" + `{"email":"bob@acme.test"}` + "\n"},
		{"JSON Lines stay it, whatever lies in them",
			`{"email":"ann@acme.test","friends":[{"email":"x@acme.test"},{"email":"y@acme.test"}]}` + "\n" + bob +
				"\n", `{"email":"ann@acme.test","friends":[{"email":"x@acme.test"},{"email":"y@acme.test"}]}` + "\n" +
				bob + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(t, c.list)
			if err != nil || got != c.want {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestDocumentsThatCannotBeRead(t *testing.T) {
	for _, c := range []struct{ name, list, want string }{
		{"no address", `[{"a":1},{"a":2}]`, "without an array or object of contacts"},
		{"rows without names", `[["name","email"],["Ann","ann@acme.test"]]`, "without an array or object of contacts"},
		{"cut short", "[\n" + `{"email":"ann@acme.test"},`, "invalid JSON"},
		{"damaged", "[\n" + `{"email":"ann@acme.test"},,]`, "invalid JSON"},
		{"too deep", strings.Repeat("[", 100_000), "too deep"},
		{"too deep in objects", strings.Repeat(`{"a":`, 100_000), "too deep"},
		{"one value that never ends", `[{"email":"ann@acme.test"},{"email":"` + strings.Repeat("x", 10<<20),
			"too long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := read(t, c.list); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// FuzzDocument: whatever the JSON, the contacts come out as lines of JSON, or an error does.
func FuzzDocument(f *testing.F) {
	f.Add(`{"subscribers":[{"email":"ann@acme.test"}]}`)
	f.Add(`{"a":{"email":"ann@acme.test"},"b":["x@y.test"]}`)
	f.Add(`["ann@acme.test",null,[1]]`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := read(t, text)
		if err != nil || !isDocument([]byte(text)) {
			return
		}
		for line := range strings.Lines(got) {
			if strings.TrimSpace(line) == "" {
				t.Errorf("%q became %q", text, got)
			}
		}
	})
}
