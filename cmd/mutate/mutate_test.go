package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const repository = "../.."

// TestEveryRowFitsTheCode: its text occurs once in its file, the fault changes it, and no two rows are the same.
func TestEveryRowFitsTheCode(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range table() {
		text, err := os.ReadFile(filepath.Join(repository, m.file))
		if err != nil {
			t.Error(err)
			continue
		}
		faulty, err := m.apply(string(text))
		if err != nil {
			t.Error(err)
		}
		if faulty == string(text) || m.promise == "" || seen[m.file+m.old+m.new] {
			t.Errorf("%s: %q is no new fault", m.file, m.promise)
		}
		seen[m.file+m.old+m.new] = true
	}
	if n := len(table()); n < 60 {
		t.Errorf("%d mutations, want at least 60", n)
	}
}

// module writes a module with a function and one test, in which the tests of this program look for faults.
func module(t *testing.T, test string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":      "module example.org/m\n\ngo 1.26\n",
		"m/m.go":      "package m\n\nfunc Limit() int { return 10 }\n",
		"m/m_test.go": "package m\n\nimport \"testing\"\n\nfunc TestLimit(t *testing.T) {\n" + test + "\n}\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAFaultIsNoticedSurvivesOrCannotBeTried(t *testing.T) {
	const strict, lax = "if Limit() != 10 { t.Error() }", "if Limit() < 1 { t.Error() }"
	for _, tt := range []struct {
		name, test, old, new, by, err string
	}{
		{"a test fails", strict, "return 10", "return 11", "TestLimit", ""},
		{"no test fails", lax, "return 10", "return 11", "", ""},
		{"the old text is gone", strict, "return 12", "return 11", "", "want once"},
		{"the fault does not compile", strict, "return 10", "return", "", "did not run"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := mutation{promise: "a limit of ten", file: "m/m.go", old: tt.old, new: tt.new, test: "TestGone"}
			got := m.try(t.Context(), module(t, tt.test))
			if got.by != tt.by || (got.err == nil) != (tt.err == "") {
				t.Errorf("noticed by %q, error %v", got.by, got.err)
			}
			if got.err != nil && !strings.Contains(got.err.Error(), tt.err) {
				t.Errorf("noticed by %q, error %v", got.by, got.err)
			}
		})
	}
}
