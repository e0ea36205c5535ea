package batch

import (
	"bytes"
	std "cmp"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate/contacts"
)

// FuzzSplit: whatever stands in a list, each of its records goes to exactly one output, with its bytes as
// they were; and blocks and workers, few or many, make no difference to an octet of any output.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"email,name\na@b.example,\"x\ny\"\nA@b.example,\nbad@@b.example,z\n",
		"a@b.example;<c@d.example>\na@b.example;x\n\n;\nn/a;\n",
		"a@b.example, c@@d.example\rinfo@b.example\r",
		"email\n\"a@b.example\n\"b@c.example\n\"",
		"a@xn--mnchen-3ya.example|\"\"\"|\nä@münchen.example|\n\"q q\"@b.example\n",
		"\xef\xbb\xbfsep=;\r\nemail;x\r\n=1+1@b.example;y;z\r\nemail;x\r\na@[192.0.2.1]\r\n",
		"a.b+c@gmail.com\nab@gmail.com\nab@googlemail.com\na\x00b@x.example\nnoreply@b.example\n@\n",
		"title\n\nemail,x\na@b.example,\xff\xfe\n",
		"email,x\na@B.example,1\nA@b.Example,2\na@B.EXAMPLE,3\n=a@B.example,4\na@b..EXAMPLE,5\na@MAILINATOR.com,6\n",
	} {
		f.Add([]byte(s), uint8(3), uint8(60))
	}
	samples, err := filepath.Glob("../../samples/lists/*")
	if err != nil || len(samples) == 0 {
		f.Fatalf("no samples: %v", err)
	}
	for _, path := range samples {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint8(50), uint8(200)) // as UTF-16LE
		f.Add(data, uint8(50), uint8(201)) // as UTF-8
	}
	f.Fuzz(func(t *testing.T, data []byte, block, limit uint8) {
		encoding := []string{"UTF-8", "Shift_JIS", "UTF-16LE"}[int(limit)%3]
		o := contacts.Options{Columns: []string{"1"}, Encoding: encoding, RecordCap: 16 + int(limit)}
		whole := splitWith(t, data, o, 1)
		if whole == nil {
			return
		}
		o.BlockSize = 1 + int(block)
		pieces := splitWith(t, data, o, 4)
		if diff := cmp.Diff(whole.files, pieces.files); diff != "" {
			t.Errorf("with more blocks and workers:\n%s", diff)
		}
		switch {
		case encoding == "UTF-16LE": // whose raw records are not the bytes of the list
		// whose rows aren't bytes to put others behind: the fuzz targets of contacts look at them
		case whole.sum.Layout.Outputs != "csv":
		default:
			checkOnce(t, data, o, whole)
		}
	})
}

// splitWith is nil for data that is not a list.
func splitWith(t *testing.T, data []byte, o contacts.Options, workers int) *finished {
	o.Stdin = bytes.NewReader(data)
	list, err := contacts.Open(t.Context(), "-", o)
	if err != nil {
		return nil
	}
	defer list.Close()
	f := do(t, Run{Source: list, Workers: workers, Resolver: byName{}, AllowEmpty: true, YesUnreadable: true})
	return &f
}

// checkOnce goes through the records of a list and finds each in the one output that results.csv names.
func checkOnce(t *testing.T, data []byte, o contacts.Options, f *finished) {
	t.Helper()
	o.Stdin = bytes.NewReader(data)
	list, err := contacts.Open(t.Context(), "-", o)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	lists := listsByRow(t, f.results)
	rest := map[string]*tail{}
	for _, name := range []string{"review", "removed"} {
		rest[name] = &tail{text: f.files[name+".csv"], layout: list.Layout()}
		rest[name].begin(t)
	}
	clean, row, rejected, other := string(list.Layout().BOM), 0, int64(0), int64(0)
	for _, rec := range records(t, list) {
		switch {
		case rec.kind == contacts.Unreadable:
			rejected += int64(btoi(!rec.within))
		case rec.kind != contacts.Row:
			other++
			clean += rec.raw
		default:
			row++
			if name := lists[row]; name == "clean" {
				clean += rec.raw
			} else if rest[name] == nil {
				t.Fatalf("row %d went to %q", row, name)
			} else {
				rest[name].take(t, rec.raw)
			}
		}
	}
	if diff := cmp.Diff(clean, f.files["clean.csv"]); diff != "" {
		t.Errorf("clean.csv:\n%s", diff)
	}
	for name, r := range rest {
		if r.text != "" {
			t.Errorf("%s.csv holds more than its rows: %q", name, r.text)
		}
	}
	checkCounts(t, f, int64(row), rejected, other)
}

func checkCounts(t *testing.T, f *finished, rows, rejected, other int64) {
	t.Helper()
	s := f.sum
	if s.Clean+s.Review+s.Removed+s.Rejected+s.Other != s.Read || s.Clean+s.Review+s.Removed != s.Rows {
		t.Errorf("the sums don't add up: %+v", s)
	}
	if s.Rows != rows || s.Rejected != rejected || s.Other != other {
		t.Errorf("rows %d, rejected %d, other %d; want %d, %d, %d", s.Rows, s.Rejected, s.Other, rows, rejected, other)
	}
	read := csv.NewReader(strings.NewReader(f.files["rejected.csv"]))
	told, err := read.ReadAll()
	if err != nil || int64(max(len(told)-1, 0)) != rejected {
		t.Errorf("rejected.csv tells of %d, want %d: %v", len(told)-1, rejected, err)
	}
}

// listsByRow is where each row went; all of its addresses must agree.
func listsByRow(t *testing.T, results []Result) map[int]string {
	t.Helper()
	lists, last := map[int]string{}, 0
	for _, r := range results {
		if had, ok := lists[r.Row]; (ok && had != r.List) || r.Row < last {
			t.Fatalf("row %d: in %q, then in %q", r.Row, had, r.List)
		}
		lists[r.Row], last = r.List, r.Row
	}
	return lists
}

type record struct {
	kind   contacts.RecordKind
	raw    string
	within bool
}

func records(t testing.TB, list *contacts.List) (all []record) {
	t.Helper()
	pass, err := list.Pass(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var rec contacts.Record
	for b, err := pass.Next(nil); !errors.Is(err, io.EOF); b, err = pass.Next(b) {
		if err != nil {
			t.Fatal(err)
		}
		for b.Next(&rec) {
			all = append(all, record{rec.Kind, string(rec.Raw), rec.Within})
		}
	}
	return all
}

// tail is what is still to be read of review.csv or removed.csv.
type tail struct {
	text   string
	layout *contacts.Layout
}

// begin takes what stands before the rows.
func (r *tail) begin(t *testing.T) {
	t.Helper()
	r.cut(t, string(r.layout.BOM)+string(r.layout.Separator))
	r.take(t, string(r.layout.Header))
}

// take takes a row: its own bytes without the line end, then our columns.
func (r *tail) take(t *testing.T, raw string) {
	t.Helper()
	raw = strings.TrimSuffix(raw, "\n")
	own := strings.TrimSuffix(raw, "\r")
	if !strings.HasPrefix(r.text, own) { // its comma would part it in two, in a list that had no columns
		own = `"` + strings.ReplaceAll(own, `"`, `""`) + `"`
	}
	r.cut(t, own)
	r.ours(t)
}

func (r *tail) cut(t *testing.T, prefix string) {
	t.Helper()
	var ok bool
	if r.text, ok = strings.CutPrefix(r.text, prefix); !ok {
		t.Fatalf("want %q at the start of %q", prefix, r.text)
	}
}

// ours takes our columns, which hold no line end.
func (r *tail) ours(t *testing.T) {
	t.Helper()
	ours, rest, ok := strings.Cut(r.text, r.layout.LineEnd)
	if !ok || strings.Count(ours, string(std.Or(r.layout.Delimiter, ','))) < len(appended) {
		t.Fatalf("our columns are %q", ours)
	}
	r.text = rest
}
