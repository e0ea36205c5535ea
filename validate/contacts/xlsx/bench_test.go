package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"testing"
)

const benchRows = 20_000

// benchBook is a workbook of contacts.
func benchBook(tb testing.TB) []byte {
	var b bytes.Buffer
	w, err := NewWriter(&b, "Contacts", Row{})
	if err != nil {
		tb.Fatal(err)
	}
	var r Row
	for i := range benchRows {
		r.Reset()
		fill(&r, []Cell{{Number, fmt.Append(nil, i)}, {Text, []byte("Anna")}, {Text, []byte("Anders")},
			{Text, fmt.Appendf(nil, "anna%d@acme.test", i)}, {Text, []byte("Acme & Sons")},
			{Date, []byte("2023-05-15")}})
		if err := w.Write(r); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func BenchmarkRows(b *testing.B) {
	book := benchBook(b)
	for b.Loop() {
		z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
		if err != nil {
			b.Fatal(err)
		}
		w, err := Open(z, Options{TempDir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		s, _ := w.Find("")
		r, err := w.Rows(s)
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, _, err = r.Next()
		}
		if err != io.EOF {
			b.Fatal(err)
		}
		r.Close()
		w.Close()
	}
	b.ReportMetric(float64(b.N)*benchRows/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		benchBook(b)
	}
	b.ReportMetric(float64(b.N)*benchRows/b.Elapsed().Seconds(), "rows/s")
}
