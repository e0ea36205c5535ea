package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestADoubleClickOpensThePage(t *testing.T) {
	list := copySample(t, t.TempDir(), "contacts.csv")
	for _, c := range []struct{ args, want []string }{
		{nil, []string{"serve", "--"}},
		{[]string{list}, []string{"serve", "--", list}},
		{[]string{list, list}, []string{"serve", "--", list, list}},
		{[]string{"clean", list}, []string{"clean", list}},
		{[]string{"--version"}, []string{"--version"}},
	} {
		if got := opening(c.args); !slices.Equal(got, c.want) {
			t.Errorf("opening(%q) = %q, want %q", c.args, got, c.want)
		}
	}
}

// copySample copies a sample list into a folder.
func copySample(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../samples", name))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
