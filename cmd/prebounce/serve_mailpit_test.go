//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheSampleForMailpit runs the example of samples/ci as it is, but for the ports.
func TestTheSampleForMailpit(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"node", "npm:nodemailer", "npm:mailpit-api"} {
		needed(t, program)
	}
	dir := t.TempDir()
	const token = "a-token-that-is-long-enough"
	write(t, dir, "token", token)
	s, link := startServe(t, dir, "--sandbox", "--smtp", "0", "--token-file", filepath.Join(dir, "token"))
	var port []string
	until(t, "it says where it takes mail", func() bool {
		port = regexp.MustCompile(`SMTP for any domain at 127\.0\.0\.1:(\d+)`).FindStringSubmatch(s.stderr.String())
		return port != nil
	})
	sample := t.TempDir()
	copySampleTests(t, "../../samples/ci/mailpit", sample, port[1])
	write(t, sample, "reset.test.js", strings.ReplaceAll(read(t, filepath.Join(sample, "reset.test.js")), "127.0.0.1:8025",
		parsed(t, link).Host))
	write(t, sample, "token", token+"\n")
	if err := os.Symlink(globalModules(), filepath.Join(sample, "node_modules")); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "node", "--test")
	c.Dir = sample
	if said, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, said)
	}
}
