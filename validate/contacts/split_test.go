package contacts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// memory opens a list that is only in memory.
func memory(t testing.TB, data string, o Options) (*List, error) {
	t.Helper()
	in := &input{ReaderAt: bytes.NewReader([]byte(data)), size: int64(len(data))}
	l, err := newList(context.Background(), in, &o)
	if err == nil {
		t.Cleanup(func() { l.Close() })
	}
	return l, err
}

func mustOpen(t testing.TB, data string, o Options) *List {
	t.Helper()
	l, err := memory(t, data, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// row is a Record that outlives its block.
type row struct {
	Kind   RecordKind
	Line   int
	Raw    string
	Cells  []string
	Fields int
	Why    string
}

// walk reads a whole pass.
func walk(t testing.TB, l *List) (rows []row) {
	t.Helper()
	pass, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var rec Record
	var size int64
	for b, err := pass.Next(nil); ; b, err = pass.Next(b) {
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		size += b.Bytes()
		for b.Next(&rec) {
			rows = append(rows, keepRow(b, &rec))
		}
	}
	if size != l.Size() {
		t.Fatalf("blocks cover %d bytes of %d", size, l.Size())
	}
	return rows
}

// atOnce reads a whole pass, rows at hand at once where there are any.
func atOnce(t testing.TB, l *List) (rows []row) {
	t.Helper()
	pass, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines Lines
	var rec Record
	for b, err := pass.Next(nil); err == nil; b, err = pass.Next(b) {
		for {
			if !b.Lines(&lines) {
				if !b.Next(&rec) {
					break
				}
				rows = append(rows, keepRow(b, &rec))
				continue
			}
			first := len(rows)
			for i := range lines.Len() {
				lines.Record(i, &rec)
				rows = append(rows, keepRow(b, &rec))
			}
			for i, cell := range lines.Column(l.layout.Columns[0].Index) {
				if rec.Cells = [][]byte{cell}; keepRow(b, &rec).Cells[0] != rows[first+i].Cells[0] {
					t.Fatalf("row %d of a column is %q, its record says %q", i, cell, rows[first+i].Cells[0])
				}
			}
		}
	}
	return rows
}

func keepRow(b Block, rec *Record) row {
	r := row{Kind: rec.Kind, Line: b.Line(), Raw: string(rec.Raw), Fields: rec.Fields, Why: rec.Why}
	for _, c := range rec.Cells {
		if c == nil {
			r.Cells = append(r.Cells, "(none)")
			continue
		}
		r.Cells = append(r.Cells, string(c))
	}
	return r
}

func raw(rows []row) string {
	var b bytes.Buffer
	for _, r := range rows {
		b.WriteString(r.Raw)
	}
	return b.String()
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"email,name\na@b.co,\"x\ny\"\n", "email\n\"a@b.co\n\"b@c.co\n", "a@b.co;5\" screen;\"q\"\"\"\r\n",
		"a@b.co\r\rb@c.co\r\n",
		"email|n\n\"a@b.co\"x|\"\n", "\"a@b.co\",\"\"\"\n\"\"\",z\n", "a@b.co,\"\n", "\xef\xbb\xbf\"email\"\n",
		"sep=;\nemail;x\n",
		"f\xff,a@b.co\n,,,\n\n \n\x00", "email,x\na@b.co," +
			"0123456789012345678901234567890123456789012345678901234567890123456789\n",
	} {
		f.Add([]byte(s), uint8(7), uint8(40))
	}
	// rows that are at hand at once
	for _, s := range []string{"a@b.co\r\n", "\"a@\"\"b.co\",x\r\nc@d.co\r\n", "a@b.co,\"x,\"\n"} {
		f.Add([]byte(strings.Repeat(s, 5)+"c@d.co,,,\n"+strings.Repeat(s, 4)), uint8(150), uint8(250))
	}
	f.Fuzz(func(t *testing.T, data []byte, block, limit uint8) {
		for _, d := range []byte{0, ',', '|'} {
			o := Options{Columns: []string{"1"}, Delimiter: d, RecordCap: 16 + int(limit)}
			big := o
			big.BlockSize = o.RecordCap
			o.BlockSize = 1 + int(block)
			for _, enc := range []string{"UTF-8", "Shift_JIS", "UTF-16LE"} {
				o.Encoding, big.Encoding = enc, enc
				checkSplit(t, data, o, big)
			}
		}
	})
}

// checkSplit: whatever the size of the blocks, a list falls into the same records, and they are the list.
func checkSplit(t *testing.T, data []byte, small, big Options) {
	l, err := memory(t, string(data), small)
	if err != nil {
		return
	}
	rows := walk(t, l)
	want := string(data[len(l.layout.BOM):])
	var out bytes.Buffer
	sink, _ := l.NewSink(&out, nil)
	p := sink.NewPart()
	for i := range rows {
		p.Keep(&Record{Raw: []byte(rows[i].Raw)})
	}
	sink.Write(p)
	if got := out.String(); got != string(data) {
		t.Fatalf("kept rows are %q, the list was %q", got, data)
	}
	if l.charset.wide == nil && raw(rows) != want {
		t.Fatalf("records are %q, the list was %q", raw(rows), want)
	}
	if diff := cmp.Diff(rows, walk(t, l)); diff != "" {
		t.Fatalf("the second pass differs:\n%s", diff)
	}
	large := mustOpen(t, string(data), big)
	if diff := cmp.Diff(rows, walk(t, large)); diff != "" {
		t.Fatalf("with larger blocks it differs:\n%s", diff)
	}
	for _, l := range []*List{l, large} {
		if diff := cmp.Diff(rows, atOnce(t, l), cmpopts.IgnoreFields(row{}, "Line")); diff != "" {
			t.Fatalf("with rows at hand at once it differs:\n%s", diff)
		}
	}
	if rest, want := skipSome(t, l, rows); !cmp.Equal(want, rest) {
		t.Fatalf("with some passed over it differs:\n%s", cmp.Diff(want, rest))
	}
	for i, r := range rows {
		if len(r.Raw) == 0 || len(r.Raw) > l.dialect.limit {
			t.Fatalf("record %d has %d bytes", i, len(r.Raw))
		}
	}
}

// skipSome reads a pass in which every third record is passed over by its size.
func skipSome(t *testing.T, l *List, rows []row) (rest, want []row) {
	pass, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var rec Record
	n := 0
	for b, err := pass.Next(nil); err == nil; b, err = pass.Next(b) {
		for len(b.Rest()) > 0 {
			if raw := rows[n].Raw; n%3 == 1 {
				if !bytes.HasPrefix(b.Rest(), []byte(raw)) {
					t.Fatalf("%q is to come, not %q", b.Rest(), raw)
				}
				b.Skip(len(raw))
			} else if want = append(want, rows[n]); b.Next(&rec) {
				rest = append(rest, keepRow(b, &rec))
			}
			n++
		}
	}
	return rest, want
}

func FuzzDialect(f *testing.F) {
	for _, s := range []string{"sep=;\na;b\n", "a|b\n\"c|\n", "Email\tN\r1\r\n", "\xff\xfea\x00", "\x00\x00\xfe\xff",
		"M\xfcller;a@b.co\n", "\x82\xa0,a@b.co\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := memory(t, string(data), Options{})
		if err != nil {
			return
		}
		o := l.Layout()
		if len(o.Columns) != 1 || o.Columns[0].Index >= o.Width || o.Width > len(data)+1 || len(o.Names) > o.Width {
			t.Fatalf("layout %+v", o)
		}
		if o.Delimiter != 0 && !canDelimit(o.Delimiter) {
			t.Fatalf("delimiter %q", o.Delimiter)
		}
		headers := 0
		for _, r := range walk(t, l) {
			headers += btoi(r.Kind == headerRecord)
			if r.Kind == Row && len(r.Cells) != 1 {
				t.Fatalf("cells of %q are %q", r.Raw, r.Cells)
			}
		}
		if (headers > 0) != (o.Names != nil) {
			t.Fatalf("%d headers, names %q", headers, o.Names)
		}
	})
}

func TestBlocksCanBeWalkedSideBySide(t *testing.T) {
	l := mustOpen(t, table(5000, 7, true), Options{BlockSize: 1 << 12})
	want := walk(t, l)
	pass, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var found []*[]row
	for b, err := pass.Next(nil); err == nil; b, err = pass.Next(nil) {
		rows := new([]row)
		found = append(found, rows)
		wg.Go(func() {
			var rec Record
			for b.Next(&rec) {
				*rows = append(*rows, keepRow(b, &rec))
			}
		})
	}
	wg.Wait()
	var got []row
	for _, rows := range found {
		got = append(got, *rows...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func benchmarkScan(b *testing.B, data string) {
	l := mustOpen(b, data, Options{})
	var rec Record
	var reuse Block
	rows := 0
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		l.marks = nil
		pass, _ := l.Pass(b.Context())
		for {
			blk, err := pass.Next(reuse)
			if err != nil {
				break
			}
			for blk.Next(&rec) {
				rows++
			}
			reuse = blk
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rows), "ns/row")
}

func table(rows, columns int, quoted bool) string {
	var b bytes.Buffer
	for i := range rows + 1 {
		for c := range columns {
			if c > 0 {
				b.WriteByte(',')
			}
			switch {
			case i == 0 && c == columns/2:
				b.WriteString("email")
			case i == 0:
				fmt.Fprintf(&b, "name %d", c)
			case c == columns/2:
				fmt.Fprintf(&b, "person%07d@example%d.org", i, i%1000)
			case quoted && c == 1:
				fmt.Fprintf(&b, "\"Doe, %d\"", i)
			default:
				fmt.Fprintf(&b, "value%d", (i*7+c)%10000)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func BenchmarkScan(b *testing.B) {
	for _, c := range []int{7, 70} {
		b.Run(fmt.Sprintf("%d columns", c), func(b *testing.B) { benchmarkScan(b, table(700_000/c, c, false)) })
		b.Run(fmt.Sprintf("%d columns, one quoted", c),
			func(b *testing.B) { benchmarkScan(b, table(700_000/c, c, true)) })
	}
}
