package contacts

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTexts: what is packed comes out as text, what is not text is refused.
func TestTexts(t *testing.T) {
	l := opened(t, "Email,Reply\nann@firm.test,550 no\n", Options{Out: xlsxFormat})
	book := rewritten(t, l)
	for _, tt := range []struct{ name, content, want, refused string }{
		{"plain text is as it is", "a\xff\n", "a\xff\n", ""},
		{"gzip is unpacked", packed(t, "a,b\n"), "a,b\n", ""},
		{"a sheet is CSV", book, "\"Email\",\"Reply\"\n\"ann@firm.test\",\"550 no\"\n", ""},
		{"an archive's members follow each other, what is no text left out", members(t, "a.txt", "one\n", "b.pdf",
			"%PDF-", "c/d.txt", "two\n"), "one\ntwo\n", ""},
		{"an archive of nothing but pictures", members(t, "b.png", "\x89PNG\r\n"), "",
			`"b.png" in the archive: it is a picture (PNG)`},
		{"an archive within", members(t, "a.zip", members(t, "a.txt", "one\n")), "", "archive inside an archive"},
		{"a PDF", "%PDF-1.4", "", "it is a PDF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			texts, err := OpenTexts(t.Context(), path, Options{})
			if tt.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tt.refused) {
					t.Errorf("error %v, want %q", err, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, text := range texts {
				if _, err := io.Copy(&got, text.Reader()); err != nil {
					t.Error(err)
				}
				if err := text.Close(); err != nil {
					t.Error(err)
				}
			}
			if got.String() != tt.want {
				t.Errorf("%q, want %q", got.String(), tt.want)
			}
		})
	}
}

// members is a zip archive of names and what they hold.
func members(t testing.TB, namesAndTexts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(namesAndTexts); i += 2 {
		w, err := z.Create(namesAndTexts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, namesAndTexts[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
