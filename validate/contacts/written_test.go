package contacts

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestWhenAListWasWritten(t *testing.T) {
	const text = "Email\nann@firm.de\n"
	day, inside := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC), time.Date(2025, 3, 4, 12, 0, 0, 0, time.UTC)
	var packed, dated, undated bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(text))
	z.Close()
	for b, modified := range map[*bytes.Buffer]time.Time{&dated: inside, &undated: {}} {
		z := zip.NewWriter(b)
		w, err := z.CreateHeader(&zip.FileHeader{Name: "list.csv", Modified: modified})
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
		z.Close()
	}
	for name, c := range map[string]struct {
		content []byte
		want    time.Time
	}{
		"plain.csv":   {[]byte(text), day},
		"utf-16.csv":  {[]byte("\xff\xfee\x00\n\x00a\x00@\x00b\x00.\x00d\x00e\x00\n\x00"), day},
		"packed.gz":   {packed.Bytes(), day},
		"dated.zip":   {dated.Bytes(), inside},
		"no date.zip": {undated.Bytes(), time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, day, day); err != nil {
				t.Fatal(err)
			}
			l, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			if got := l.Layout().Written; !got.Equal(c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
