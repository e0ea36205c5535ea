package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// mutation is one fault that tests must notice.
type mutation struct {
	promise  string // what is promised, for people
	file     string // from the root of the module
	old, new string // old occurs once in the file
	test     string // the test that notices it, run first; empty or wrong: all tests of the package are run
}

// dir is the package whose tests must fail.
func (m *mutation) dir() string { return "./" + path.Dir(m.file) }

// apply returns the text of the file with the fault in it.
func (m *mutation) apply(text string) (string, error) {
	if n := strings.Count(text, m.old); n != 1 {
		return "", fmt.Errorf("%s holds %q %d times, want once: update the table of cmd/mutate", m.file, m.old, n)
	}
	return strings.Replace(text, m.old, m.new, 1), nil
}

// outcome is what became of a mutation.
type outcome struct {
	by  string // the first test that failed; empty: none did
	err error  // the row could not be tried
}

// longest is how long the tests of a package may take: a fault may keep them from ending, which they notice, too.
const longest = 5 * time.Minute

var failing = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)|^(panic: test timed out)`)

// try runs the tests of the package with the fault.
func (m *mutation) try(ctx context.Context, root string) outcome {
	dir, err := os.MkdirTemp("", "mutate-*")
	if err != nil {
		return outcome{err: err}
	}
	defer os.RemoveAll(dir)
	overlay, err := m.overlay(root, dir)
	if err != nil {
		return outcome{err: err}
	}
	if m.test != "" {
		if o := m.runTests(ctx, root, "-overlay", overlay, "-run", "^"+m.test+"$"); o.by != "" || o.err != nil {
			return o
		}
	}
	return m.runTests(ctx, root, "-overlay", overlay)
}

// overlay writes the faulty file, and the file that makes the go command read it in place of the sound one.
func (m *mutation) overlay(root, dir string) (string, error) {
	sound := filepath.Join(root, filepath.FromSlash(m.file))
	text, err := os.ReadFile(sound)
	if err != nil {
		return "", err
	}
	faulty, err := m.apply(string(text))
	if err != nil {
		return "", err
	}
	replace := filepath.Join(dir, path.Base(m.file))
	list, err := json.Marshal(map[string]map[string]string{"Replace": {sound: replace}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, errors.Join(os.WriteFile(replace, []byte(faulty), 0o600), os.WriteFile(overlay, list, 0o600))
}

// runTests runs tests of the package. That they do not compile is an error, not a test that fails.
func (m *mutation) runTests(ctx context.Context, root string, flags ...string) outcome {
	args := append([]string{"test", "-failfast", "-vet=off", "-pgo=off", "-timeout", longest.String()}, flags...)
	c := exec.CommandContext(ctx, "go", append(args, m.dir())...)
	c.Dir = root
	said, err := c.CombinedOutput()
	if err == nil {
		return outcome{}
	}
	if failed := failing.FindStringSubmatch(string(said)); failed != nil && ctx.Err() == nil {
		return outcome{by: failed[1] + failed[2]}
	}
	return outcome{err: fmt.Errorf("the tests of %s did not run: %w\n%s", m.dir(), err, said)}
}
