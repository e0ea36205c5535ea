package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate/contacts/xlsx"
)

var update = flag.Bool("update", false, "rewrite samples/golden")

// sampleRuns are the sample lists that aren't cleaned with --sandbox alone.
var sampleRuns = map[string][]string{
	"header-only.csv": {"--sandbox", "--allow-empty"},
	"no-header.csv":   {"--no-dns"},
	"two-columns.csv": {"--sandbox", "--column", "Work email", "--column", "Private email"},
}

// TestSamples cleans every sample list and compares all that comes of it with samples/golden. -update rewrites it: the
// diff is the review.
func TestSamples(t *testing.T) {
	root, err := filepath.Abs("../../samples")
	if err != nil {
		t.Fatal(err)
	}
	lists, err := filepath.Glob(filepath.Join(root, "lists", "*"))
	if err != nil || len(lists) == 0 {
		t.Fatalf("no sample lists: %v", err)
	}
	for _, list := range append(lists, filepath.Join(root, "contacts.csv")) {
		name := filepath.Base(list)
		t.Run(name, func(t *testing.T) {
			flags := sampleRuns[name]
			if flags == nil {
				flags = []string{"--sandbox"}
			}
			compareFolder(t, filepath.Join(root, "golden", strings.ReplaceAll(name, ".", "-")),
				cleanSample(t, list, flags))
		})
	}
}

// cleanSample cleans a copy of a list and returns what the person gets, by name of the file.
func cleanSample(t *testing.T, list string, flags []string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile(filepath.Base(list), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), append([]string{"clean", filepath.Base(list), "--as-of", "2026-11-22"}, flags...),
		strings.NewReader(""), &stdout, &stderr)
	got := map[string]string{"summary.txt": stdout.String(), "said.txt": fmt.Sprintf("%sexit %d\n", stderr.String(),
		code)}
	dir, err := filepath.Glob("*-prebounce")
	if err != nil || len(dir) != 1 {
		t.Fatalf("folders of outputs: %q, %v; said\n%s", dir, err, stderr.String())
	}
	files, err := os.ReadDir(dir[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir[0], f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		switch filepath.Ext(f.Name()) {
		case ".csv", ".jsonl":
			got[f.Name()] = string(b)
		case ".xlsx":
			got[f.Name()+".txt"] = sheetText(t, b)
		}
	}
	for _, list := range []string{"clean", "review", "removed"} {
		if names, _ := filepath.Glob(filepath.Join(dir[0], list+".*")); len(names) != 1 {
			t.Errorf("%s: %q", list, names)
		}
	}
	got["results.csv"] = whenever.ReplaceAllString(got["results.csv"], ",<when>,")
	addUp(t, filepath.Join(dir[0], "report.json"), strings.Count(got["results.csv"], "\n")-1)
	return got
}

// sheetText is what the only sheet of a workbook holds: each cell by its kind.
func sheetText(t *testing.T, book []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	w, err := xlsx.Open(z, xlsx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	rows, err := w.Rows(&w.Sheets()[0])
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var text strings.Builder
	for {
		_, cells, err := rows.Next()
		if err == io.EOF {
			return text.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			fmt.Fprintf(&text, "%s %q  ", [...]string{"text", "number", "bool", "date"}[c.Kind], c.Text)
		}
		text.WriteByte('\n')
	}
}

// whenever finds the time of the facts in a row of results.csv.
var whenever = regexp.MustCompile(`,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ,`)

// addUp checks the sums of a report: every record went to exactly one list, and every result is an address or a row
// without one.
func addUp(t *testing.T, report string, results int) {
	t.Helper()
	b, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Read, Rows, Clean, Review, Removed, Rejected, Other, Addresses int
		Verdicts                                                       map[string]int
		Reasons                                                        []struct {
			List, Reason string
			Rows         int
		}
	}
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	byList, empty, verdicts := map[string]int{}, 0, 0
	for _, r := range s.Reasons {
		byList[r.List] += r.Rows
		if r.Reason == "no_address" {
			empty = r.Rows
		}
	}
	for _, n := range s.Verdicts {
		verdicts += n
	}
	want := []int{s.Rows + s.Rejected + s.Other, byList["clean"] + byList["review"] + byList["removed"],
		byList["clean"],
		byList["review"], byList["removed"], results, verdicts}
	got := []int{s.Read, s.Rows, s.Clean, s.Review, s.Removed, s.Addresses + empty, s.Addresses}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read, rows, clean, review, removed, results, addresses don't add up:\n%s", diff)
	}
}

// compareFolder compares texts by name with the files of a folder, or rewrites them with -update.
func compareFolder(t *testing.T, dir string, got map[string]string) {
	t.Helper()
	if *update {
		rewrite(t, dir, got)
	}
	want := map[string]string{}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatalf("%v: go test ./cmd/prebounce -run TestSamples -update writes it", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		want[f.Name()] = string(b)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differs from %s:\n%s", filepath.Base(dir), diff)
	}
}

func rewrite(t *testing.T, dir string, got map[string]string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range got {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
