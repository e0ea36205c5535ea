//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestAClientOfMailpit runs one as it comes from npm: it waits for mail, reads it and deletes it.
func TestAClientOfMailpit(t *testing.T) {
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
	c := exec.CommandContext(t.Context(), "node", "testdata/mailpit/inbox.mjs", "http://"+parsed(t, link).Host, token,
		port[1])
	c.Env = append(os.Environ(), "NODE_PATH="+globalModules())
	if said, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, said)
	}
}
