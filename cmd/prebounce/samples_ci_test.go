package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSamplesForCI runs the examples of samples/ci as they are, but for the port.
func TestSamplesForCI(t *testing.T) {
	for dir, run := range map[string]struct {
		needs   []string
		command []string
	}{
		"pytest": {[]string{"pytest"}, []string{"pytest", "-q", "-p", "no:cacheprovider"}},
		"go":     {[]string{"go"}, []string{"go", "test", "./..."}},
		"jest":   {[]string{"node", "jest", "npm:nodemailer"}, []string{"jest", "--rootDir=.", "--cache=false"}},
	} {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			for _, program := range run.needs {
				needed(t, program)
			}
			here := t.TempDir()
			told, end := play(t, 2, "--smtp", "0", "--inbox", filepath.Join(here, "inbox"))
			defer end()
			at, _, _ := strings.Cut(told[1], "\t")
			copySampleTests(t, filepath.Join("../../samples/ci", dir), here, at[strings.LastIndexByte(at, ':')+1:])
			cmd := exec.CommandContext(t.Context(), run.command[0], run.command[1:]...)
			cmd.Dir, cmd.Env = here, append(os.Environ(), "NODE_PATH="+globalModules(), "GOFLAGS=",
				"PYTHONDONTWRITEBYTECODE=1")
			if said, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
}

// copySample copies an example that is short enough to be read, with another port in it.
func copySampleTests(t *testing.T, from, to, port string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(from), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(from, name))
		if lines := bytes.Count(text, []byte("\n")); lines > 20 {
			t.Errorf("%s has %d lines", name, lines)
		}
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), bytes.ReplaceAll(text, []byte("2525"), []byte(port)), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
