package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const nobody = 65534

// asNobody makes a command run as somebody who isn't root, if the tests do.
func asNobody(t *testing.T) func(*exec.Cmd) {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	program := filepath.Join(openFolder(t), "prebounce")
	raw, err := os.ReadFile(executable(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, raw, 0o755); err != nil {
		t.Fatal(err)
	}
	return func(c *exec.Cmd) {
		c.Path = program
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
}

func executable(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// openFolder is a temporary folder that everybody may enter and write to; that of [testing.T.TempDir] is its owner's
// alone.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "prebounce-test-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestPathsThatAreOutOfBounds runs the program as somebody who may not read a list, or not write beside it.
func TestPathsThatAreOutOfBounds(t *testing.T) {
	t.Parallel()
	dir, as := openFolder(t), asNobody(t)
	write(t, dir, "list.csv", "email\nann@gmail.com\n")
	write(t, dir, "secret.csv", "email\nann@gmail.com\n")
	for name, mode := range map[string]os.FileMode{"list.csv": 0o644, "secret.csv": 0, ".": 0o555} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	temp := openFolder(t)
	for list, want := range map[string]string{
		"secret.csv": "5 prebounce: secret.csv: permission denied\nprebounce: hint: change its permissions, or " +
			"copy it to a folder of your own\n",
		"list.csv": "1 prebounce: creating the folder list-prebounce: permission denied\n",
	} {
		var stderr bytes.Buffer
		c := exec.Command("prebounce", "clean", list, "--no-dns")
		c.Dir, c.Env, c.Stderr = dir, []string{"HOME=" + temp, "TMPDIR=" + temp}, &stderr
		if as != nil {
			as(c)
		}
		c.Run()
		if got := fmt.Sprintf("%d %s", c.ProcessState.ExitCode(), stderr.String()); got != want {
			t.Errorf("%s: got %q, want %q", list, got, want)
		}
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 2 {
		t.Errorf("left are %v, %v", names, err)
	}
}

// disk is a small file system in memory.
func disk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		why := fmt.Sprintf("a tmpfs can't be mounted (%v): run the tests as root", err)
		if os.Getenv("REQUIRE_ALL") != "" {
			t.Fatal("REQUIRE_ALL is set, but ", why)
		}
		t.Skip(why)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// crowd is a list that is larger than the disks of these tests.
func crowd(rows int) string {
	var b strings.Builder
	b.WriteString("email,note\n")
	for i := range rows {
		fmt.Fprintf(&b, "person%d@gmail.com,a note that takes some room on any disk\n", i)
	}
	return b.String()
}

func TestFullDisks(t *testing.T) {
	t.Parallel()
	list := crowd(20_000)
	tests := []struct {
		name string
		set  func(t *testing.T, c *exec.Cmd)
		args []string
		want string
	}{
		{"outputs", func(t *testing.T, c *exec.Cmd) { c.Args = append(c.Args, "-o", disk(t, "256k")+"/out") },
			[]string{"clean", "list.csv", "--no-dns"},
			": no space left on device\n"},
		{"working data", func(t *testing.T, c *exec.Cmd) { c.Env = append(c.Env, "TMPDIR="+disk(t, "64k")) },
			[]string{"clean", "list.csv", "--no-dns"},
			"prebounce: writing a temporary file: "},
		{"copy of standard input", func(t *testing.T, c *exec.Cmd) {
			c.Env = append(c.Env, "TMPDIR="+disk(t, "64k"))
			c.Stdin = strings.NewReader(list)
		}, []string{"clean", "-", "-o", "out", "--no-dns"}, "making a temporary copy: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "list.csv", list)
			p := begin(t, dir, func(c *exec.Cmd) { tt.set(t, c) }, tt.args...)
			if s := p.status(t); s.ExitStatus() != exitFailed {
				t.Errorf("exit status %d", s.ExitStatus())
			}
			said := p.stderr.String()
			if !strings.Contains(said, tt.want) || !strings.HasSuffix(said,
				"no space left on device\n") || strings.Contains(said, ".part-") {
				t.Errorf("it said %q", said)
			}
			p.onlyLeft(t, "list.csv")
		})
	}
}
