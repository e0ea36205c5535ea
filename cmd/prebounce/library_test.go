package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSomebodyElsesProgram builds and runs a module that knows nothing but the packages' exported names.
func TestSomebodyElsesProgram(t *testing.T) {
	dir := t.TempDir()
	// It asks for what prebounce asks for, so that nothing has to be fetched that isn't here.
	ours := strings.Replace(read(t, "../../go.mod"), "module github.com/prebounce/prebounce", read(t, "testdata/library/go.mod"), 1)
	for file, text := range map[string]string{"go.mod": ours, "go.sum": read(t, "../../go.sum")} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := append([]string{"run", "-mod=readonly", "-modfile=" + filepath.Join(dir, "go.mod")}, buildFlags()...)
	c := exec.CommandContext(t.Context(), "go", append(args, ".")...)
	c.Dir = filepath.Join("testdata", "library")
	c.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off")
	var complaints strings.Builder
	c.Stderr = &complaints
	said, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaints.String())
	}
	want := `ann@shop.test: unknown, not_probed
bob@gone.test: undeliverable, no_domain
info@shop.test: risky, role
name;email;pb_status;pb_reason;pb_detail;pb_suggestion
Bob;bob@shop.test;undeliverable;mailbox_unknown;;
Gert;gert@gone.test;undeliverable;no_domain;NXDOMAIN from 192.0.2.53:53;
2 rows of 4 may be sent to, 2 mailboxes were spoken about
the page is HTML: true
`
	if diff := cmp.Diff(want, string(said)); diff != "" {
		t.Error(diff)
	}
}

// buildFlags are those that this test was built with: what is compiled already need not be compiled once more, which takes a busy machine minutes.
func buildFlags() (flags []string) {
	info, _ := debug.ReadBuildInfo()
	flags = []string{"-pgo=off"}
	for _, s := range info.Settings {
		if s.Key == "-race" || s.Key == "-trimpath" {
			flags = append(flags, s.Key+"="+s.Value)
		}
	}
	return flags
}
