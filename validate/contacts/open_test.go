package contacts

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const small = "Email,N\na@b.co,1\nc@d.co,2\n"

func file(t testing.TB, data string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t testing.TB, members ...string) string {
	t.Helper()
	var b bytes.Buffer
	for _, m := range members {
		z := gzip.NewWriter(&b)
		io.WriteString(z, m)
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func zipped(t testing.TB, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: n, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if n == "mimetype" {
			io.WriteString(w, "application/vnd.oasis.opendocument.spreadsheet")
		}
	}
	z.Close()
	return b.String()
}

func TestOpenSaysWhyAListCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, path, what, hint string }{
		{"a missing file", filepath.Join(dir, "no.csv"), "file not found", "check the file name"},
		{"a folder", dir, "it is a folder", "give a list"},
		{"an empty file", file(t, ""), "it is empty", ""},
		{"a byte order mark alone", file(t, "\ufeff"), "it holds nothing but a byte order mark", ""},
		{"a wide byte order mark alone", file(t, "\xff\xfe"), "it holds nothing but a byte order mark", ""},
		{"nothing, compressed", file(t, packed(t, "")), "it is empty", ""},
		{"a workbook without sheets", file(t, zipped(t, "[Content_Types].xml", "xl/workbook.xml")),
			"the workbook is damaged", "save it again"},
		{"a binary workbook", file(t, zipped(t, "[Content_Types].xml", "xl/workbook.bin")),
			"it is a binary Excel workbook (XLSB)", "Save As"},
		{"an OpenDocument spreadsheet", file(t, zipped(t, "mimetype", "content.xml")),
			"it is an OpenDocument file (ODS)", "Save As"},
		{"a Numbers spreadsheet", file(t, zipped(t, "Index/Document.iwa", "Metadata/Properties.plist")),
			"it is a Numbers spreadsheet", "Export To"},
		{"a Word document", file(t, zipped(t, "[Content_Types].xml", "word/document.xml")), "it is a Word document",
			"CSV"},
		{"a zip archive of nothing", file(t, zipped(t)), "it is an empty zip archive", "export"},
		{"a zip archive without a list", file(t, zipped(t, "list.csv")),
			"it is a zip archive without a list: list.csv: it is empty", "export"},
		{"a zip archive that is cut short", file(t, zipped(t, "list.csv")[:40]), "it is a damaged zip archive",
			"unzip -t"},
		{"an old Word document", file(t,
			"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1..W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t"),
			"it is an old Word document (DOC)", "spreadsheet"},
		{"an Outlook mail", file(t, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1.._\x00_\x00s\x00u\x00b\x00s\x00t\x00g\x001"),
			"it is an Outlook mail (MSG)", "Import/Export"},
		{"an Outlook data file", file(t, "!BDN...."), "it is an Outlook data file (PST)", "Import/Export"},
		{"an Excel 2003 XML table", file(t,
			"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">"),
			"it is an Excel 2003 XML table", "Save As"},
		{"a calendar", file(t, "BEGIN:VCALENDAR\nEND:VCALENDAR\n"), "it is a calendar", "vCard"},
		{"SQL", file(t, "INSERT INTO users VALUES ('ann@acme.test');\n"), "it is SQL", "CSV"},
		{"an old Excel workbook", file(t, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00"),
			"it is an old Excel workbook (XLS)", "Save As"},
		{"a workbook with a password", file(t,
			"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"), "it is an Excel workbook with a password", "Protect Workbook"},
		{"a PDF", file(t, "%PDF-1.7\n"), "it is a PDF", "export"},
		{"a PNG", file(t, "\x89PNG\r\n\x1a\n"), "it is a picture (PNG)", "export"},
		{"a web page", file(t, "\ufeff \n<!DOCTYPE HTML><p>Log in"), "it is a web page", "log in"},
		{"an Excel workbook, compressed", file(t, packed(t, zipped(t, "xl/workbook.bin"))),
			"it is a binary Excel workbook (XLSB)", ""},
		{"compressed twice", file(t, packed(t, packed(t, small))), "it is compressed twice", "gunzip"},
		{"gzip cut short", file(t, packed(t, small)[:20]), "its gzip data is damaged", "gzip -t"},
		{"gzip without its end", file(t, packed(t, small)[:len(packed(t, small))-4]), "its gzip data is damaged",
			"gzip -t"},
		{"gzip with a wrong sum", file(t, packed(t, small)[:len(packed(t, small))-8]+
			"\x00\x00\x00\x00\x00\x00\x00\x00"), "its gzip data is damaged", "gzip -t"},
		{"gzip of which the second member is damaged", file(t, packed(t, small)+packed(t, small)[:15]),
			"its gzip data is damaged", "gzip -t"},
		{"standard input that is not there", "-", "standard input is closed", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(t.Context(), c.path, Options{TempDir: dir})
			var e *OpenError
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.Path != c.path || e.What != c.what || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("path %q, what %q, hint %q", e.Path, e.What, e.Hint)
			}
			if !strings.Contains(err.Error(), c.what) {
				t.Errorf("it reads %q", err)
			}
		})
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("a spool was left: %v", left)
	}
}

func TestAListThatMayNotBeRead(t *testing.T) {
	path := file(t, small)
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(path); err == nil {
		f.Close()
		t.Log("this user may read everything: the words are checked alone")
		if got := fileError(os.ErrPermission).Error(); !strings.Contains(got, "permission denied") {
			t.Errorf("it reads %q", got)
		}
		return
	}
	_, err := Open(t.Context(), path, Options{})
	var e *OpenError
	if !errors.As(err, &e) || e.What != "permission denied" {
		t.Errorf("error %v", err)
	}
}

func TestWhatCannotBeReadTwiceIsSpooled(t *testing.T) {
	for _, c := range []struct {
		name, path string
		stdin      io.Reader
	}{
		{"standard input", "-", strings.NewReader(small)},
		{"standard input, compressed", "-", strings.NewReader(packed(t, small))},
		{"gzip by its magic bytes", file(t, packed(t, small)), nil},
		{"gzip of several members", file(t, packed(t, small[:10], "", small[10:])), nil},
		{"a plain file", file(t, small), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			l, err := Open(t.Context(), c.path, Options{Stdin: c.stdin, TempDir: dir})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if got := keepAll(t, l, nil); got != small {
					t.Errorf("kept %q", got)
				}
			}
			if l.Size() != int64(len(small)) {
				t.Errorf("its size is %d", l.Size())
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("a spool was left: %v", left)
			}
		})
	}
}

func TestASpoolIsBounded(t *testing.T) {
	var e *OpenError
	_, err := Open(t.Context(), "-", Options{Stdin: strings.NewReader(strings.Repeat("a@b.co\n", 1000)),
		SpoolLimit: 100})
	if !errors.As(err, &e) || !strings.Contains(e.What, "more than 100 bytes") {
		t.Errorf("a long input: %v", err)
	}
	in := &counter{Reader: strings.NewReader(packed(t, strings.Repeat("a@b.co\n", 1<<17)))}
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	// that much is behind it
	_, err = io.Copy(io.Discard, &unpacker{r: z, packed: func() int64 { return in.size }, size: ratioFrom})
	if !errors.As(err, &e) || !strings.Contains(e.What, "300 times its size") {
		t.Errorf("a bomb: %v", err)
	}
}

func TestAListThatChangesIsNoticed(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(path string) error
	}{
		{"it grows", func(p string) error { return os.WriteFile(p, []byte(small+"x@y.co,3\n"), 0o600) }},
		{"it shrinks", func(p string) error { return os.Truncate(p, 5) }},
		{"it was written to", func(p string) error { return os.Chtimes(p, time.Now(), time.Unix(1, 0)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := file(t, small)
			l, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			first, err := l.Pass(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := c.change(path); err != nil {
				t.Fatal(err)
			}
			if err := drain(first); !errors.Is(err, ErrChanged) {
				t.Errorf("the pass under way: %v", err)
			}
			if _, err := l.Pass(t.Context()); !errors.Is(err, ErrChanged) {
				t.Errorf("another pass: %v", err)
			}
		})
	}
}

func TestOtherBytesUnderTheSameSizeAndTimeAreNoticed(t *testing.T) {
	path := file(t, small)
	l, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	walk(t, l)
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(small, "a@b", "x@y", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Now(), st.ModTime()); err != nil {
		t.Fatal(err)
	}
	second, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := drain(second); !errors.Is(err, ErrChanged) {
		t.Errorf("error %v", err)
	}
}

// drain reads a pass to its end.
func drain(p Pass) error {
	for {
		if _, err := p.Next(nil); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestACancelledOpenStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	endless := readerFunc(func(b []byte) (int, error) {
		cancel()
		return copy(b, "a@b.co\n"), nil
	})
	if _, err := Open(ctx, "-", Options{Stdin: endless}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestADelimiterMustBeAbleToDelimit(t *testing.T) {
	for _, c := range []byte("\"\n\ra0") {
		if _, err := Open(t.Context(), file(t, small), Options{Delimiter: c}); err == nil {
			t.Errorf("%q was taken", c)
		}
	}
}

func TestOnlyForeignFormatsAreRefused(t *testing.T) {
	for _, head := range []string{small, "PKW-Email,N\n", "BZhang,a@b.co\n", "{x},a@b.co\n", "<a@b.co>\n",
		"GIF,a@b.co\n"} {
		if err := refuse([]byte(head)); err != nil {
			t.Errorf("%q: %v", head, err)
		}
	}
}
