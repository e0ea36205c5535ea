package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

// licence is what a module calls the files that must go with it.
var licence = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([-._].*)?$`)

// licences gathers the licences of Go and of the modules that a binary holds, from the module cache. A module without
// one is an error.
func (r release) licences(ctx context.Context, deps []*debug.Module) ([]byte, error) {
	root, err := output(r.command(ctx, "go", "env", "GOROOT"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("prebounce holds the work of others, with thanks, under these licences. LICENSE is that of " +
		"prebounce itself,\nTHIRD_PARTY_DATA.md has those of its lists.\n")
	if err := appendLicences(&b, "Go", strings.TrimSpace(string(root))); err != nil {
		return nil, err
	}
	dirs, err := r.moduleDirs(ctx, deps)
	if err != nil {
		return nil, err
	}
	for _, m := range deps {
		if err := appendLicences(&b, m.Path+" "+m.Version, dirs[m.Path+"@"+m.Version]); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// moduleDirs finds modules in the module cache, by PATH@VERSION.
func (r release) moduleDirs(ctx context.Context, deps []*debug.Module) (map[string]string, error) {
	args := []string{"mod", "download", "-json"}
	for _, m := range deps {
		args = append(args, m.Path+"@"+m.Version)
	}
	b, err := output(r.command(ctx, "go", args...))
	if err != nil {
		return nil, err
	}
	dirs := map[string]string{}
	for from := json.NewDecoder(bytes.NewReader(b)); ; {
		var m struct{ Path, Version, Dir string }
		if err := from.Decode(&m); errors.Is(err, io.EOF) {
			return dirs, nil
		} else if err != nil {
			return nil, fmt.Errorf("go mod download: %w", err)
		}
		dirs[m.Path+"@"+m.Version] = m.Dir
	}
}

// appendLicences appends the texts at the top of a folder, each under its name.
func appendLicences(b *bytes.Buffer, of, dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("licence of %s: %w", of, err)
	}
	if !slices.ContainsFunc(files, func(f os.DirEntry) bool { return licence.MatchString(f.Name()) }) {
		return fmt.Errorf("%s comes without a licence", of)
	}
	for _, f := range files {
		if f.IsDir() || !licence.MatchString(f.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		title := of + ": " + f.Name()
		fmt.Fprintf(b, "\n%s\n%s\n\n%s\n", title, strings.Repeat("=", len(title)),
			bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))))
	}
	return nil
}
