package main

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const exportsFolder = "../../samples/exports"

// TestExports cleans every sample export as a user would, DNS apart, and compares the place of each of its addresses
// with expected.tsv.
func TestExports(t *testing.T) {
	want := expectedPlaces(t)
	for _, export := range sampleExports(t) {
		t.Run(export, func(t *testing.T) {
			if diff := cmp.Diff(want[export], placesOf(t, filepath.Join(exportsFolder, export))); diff != "" {
				t.Errorf("places (-want +got):\n%s", diff)
			}
		})
	}
	for export := range want {
		if _, err := os.Stat(filepath.Join(exportsFolder, export)); err != nil {
			t.Error(err)
		}
	}
}

// sampleExports are the files of the folder that are exports.
func sampleExports(t *testing.T) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(exportsFolder), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && name != "README.md" && name != "expected.tsv" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// expectedPlaces are the lines of expected.tsv by the export: list, address, place, reason.
func expectedPlaces(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(exportsFolder, "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	places := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		export, place, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		places[export] = append(places[export], place)
	}
	delete(places, "export") // the header
	return places
}

// placesOf cleans an export and reads from results.csv where each of its addresses went.
func placesOf(t *testing.T, export string) (places []string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"clean", export, "--no-dns", "--no-store", "-o", dir}, strings.NewReader(""),
		&stdout, &stderr); code != 0 {
		t.Logf("exit %d:\n%s", code, stderr.String())
	}
	f, err := os.Open(filepath.Join(dir, "results.csv"))
	if err != nil {
		t.Error(err)
		return nil
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("results.csv: %v, %d rows", err, len(rows))
	}
	at := func(row []string, column string) string {
		if i := slices.Index(rows[0], column); i >= 0 {
			return row[i]
		}
		return ""
	}
	for _, row := range rows[1:] {
		address := at(row, "address")
		if address == "" {
			address = "-"
		}
		places = append(places, strings.Join([]string{at(row, "file"), address, at(row, "list"), at(row, "reason")},
			"\t"))
	}
	return places
}
