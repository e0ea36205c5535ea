package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
)

// TestStableNames compares every name that a script may use with testdata/names.txt. A name that is gone breaks
// somebody's script: keep it as a hidden alias. UPDATE=1 adds new names.
func TestStableNames(t *testing.T) {
	const golden = "testdata/names.txt"
	got := strings.Join(stableNames(t), "\n") + "\n"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(read(t, golden), got); diff != "" {
		t.Errorf("names have changed; if only new ones were added, run UPDATE=1 go test ./cmd/prebounce -run "+
			"TestStableNames\n%s", diff)
	}
}

func stableNames(t *testing.T) (names []string) {
	t.Helper()
	for _, c := range wholeTree() {
		names = append(names, "command "+c.CommandPath())
		for _, flag := range flagsForPeople(c) {
			names = append(names, "flag "+c.CommandPath()+" --"+flag)
		}
	}
	for _, s := range settingsOf(rootCommand()) {
		for _, key := range s.keys {
			names = append(names, "key "+key, "environment "+envName(key))
		}
	}
	for _, r := range validate.AllReasons() {
		names = append(names, fmt.Sprintf("reason %s: %s, %s", r, r.Verdict(), r.List()))
	}
	for _, e := range exits {
		names = append(names, fmt.Sprintf("exit %d", e.code))
	}
	names = append(names, outputNames(t)...)
	slices.Sort(names)
	return slices.Compact(names)
}

// outputNames are the files, columns and JSON keys of a run over the sample list, of check and of explain.
func outputNames(t *testing.T) (names []string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	clean := []string{"clean", "../../samples/contacts.csv", "--sandbox", "--quiet", "-o", dir}
	if code := run(t.Context(), clean, nil, &bytes.Buffer{},
		&bytes.Buffer{}); code != exitCurable { // one domain of the sample never answers
		t.Fatalf("exit %d", code)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, "file "+f.Name())
	}
	for _, file := range []string{"results.csv", "removed.csv"} {
		header, _, _ := strings.Cut(read(t, filepath.Join(dir, file)), "\n")
		for column := range strings.SplitSeq(strings.TrimSpace(header), ",") {
			names = append(names, "column "+file+" "+column)
		}
	}
	for key := range propertiesOf(t, said(t, "report", "--schema")) {
		names = append(names, "json report.json "+key)
	}
	names = append(names, keysOf(t, "check", said(t, "check", "info@acme.test", "--sandbox", "--format", "jsonl"))...)
	return append(names, keysOf(t, "explain", said(t, "explain", "550 5.1.1 User unknown", "--format", "jsonl"))...)
}

// keysOf lists the keys of a JSON object.
func keysOf(t *testing.T, of, text string) (names []string) {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		t.Fatal(err)
	}
	for key := range object {
		names = append(names, "json "+of+" "+key)
	}
	return names
}

// propertiesOf collects the names of all properties in a JSON Schema.
func propertiesOf(t *testing.T, schema string) map[string]bool {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(schema), &value); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			properties, _ := v["properties"].(map[string]any)
			for key := range properties {
				found[key] = true
			}
			for _, below := range v {
				walk(below)
			}
		case []any:
			for _, below := range v {
				walk(below)
			}
		}
	}
	walk(value)
	return found
}
