package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// needed skips a test for want of a program, a file, or a module that npm installed for everybody
// ("npm:NAME"), unless the environment demands all of them.
func needed(t *testing.T, name string) {
	t.Helper()
	file := name
	if module, ok := strings.CutPrefix(name, "npm:"); ok {
		file = filepath.Join(globalModules(), module)
	}
	_, err := exec.LookPath(file)
	if _, statErr := os.Stat(file); err == nil || (statErr == nil && filepath.IsAbs(file)) {
		return
	}
	if os.Getenv("REQUIRE_ALL") != "" {
		t.Fatalf("REQUIRE_ALL is set, but %s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
}

// globalModules is where npm installs what is installed for everybody.
var globalModules = sync.OnceValue(func() string {
	out, _ := exec.Command("npm", "root", "-g").Output() // without npm there are none
	return strings.TrimSpace(string(out))
})
