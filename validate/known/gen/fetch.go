package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	_ "embed" // the lock file
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed lock.json
var lockText []byte

// lock is one line of lock.json: a package, pinned.
type lock struct {
	Name        string `json:"name"`
	Version     string `json:"version"`
	Date        string `json:"date"` // of the release
	Licence     string `json:"licence"`
	Integrity   string `json:"integrity"` // sha512-BASE64 by npm, sha256-HEX by Debian
	From        string `json:"from"`      // npm, debian
	Use         string `json:"use"`       // disposable, free, role, check (read, not carried)
	Description string `json:"description"`
}

var locked = func() (all []lock) {
	if err := json.Unmarshal(lockText, &all); err != nil {
		panic("lock.json: " + err.Error())
	}
	return all
}()

// pkg is a package that was fetched and found to be the pinned one.
type pkg struct {
	lock
	files map[string][]byte // without the tarball's first folder
}

// limits on what a package may unpack to
const (
	maxFile = 64 << 20
	maxAll  = 256 << 20
)

func fetchAll(ctx context.Context) (map[string]*pkg, error) {
	tmp, err := os.MkdirTemp("", "prebounce-gen-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	all := map[string]*pkg{}
	for _, l := range locked {
		fetch := map[string]func(context.Context, lock, string) (map[string][]byte, error){"npm": npm,
			"debian": debian}[l.From]
		if fetch == nil {
			return nil, fmt.Errorf("%s: lock.json says from %q", l.Name, l.From)
		}
		p := &pkg{lock: l}
		if p.files, err = fetch(ctx, l, tmp); err == nil {
			err = p.sameLicence()
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", l.Name, l.Version, err)
		}
		all[l.Name] = p
	}
	return all, nil
}

func npm(ctx context.Context, l lock, tmp string) (map[string][]byte, error) {
	dir, err := os.MkdirTemp(tmp, "npm-")
	if err != nil {
		return nil, err
	}
	if _, err := output(ctx, dir, "npm", "pack", "--silent", "--ignore-scripts", l.Name+"@"+l.Version); err != nil {
		return nil, err
	}
	packed, err := only(dir, "*.tgz")
	if err != nil {
		return nil, err
	}
	sum := sha512.Sum512(packed)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != l.Integrity {
		return nil, fmt.Errorf("integrity is %s, lock.json says %s", got, l.Integrity)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return untar(z)
}

func debian(ctx context.Context, l lock, tmp string) (map[string][]byte, error) {
	dir, err := os.MkdirTemp(tmp, "deb-")
	if err != nil {
		return nil, err
	}
	if _, err := output(ctx, dir, "apt-get", "-qq", "-o", "APT::Sandbox::User=", "download",
		l.Name+"="+l.Version); err != nil {
		return nil, fmt.Errorf("this Debian release may not have the pinned version: %w", err)
	}
	packed, err := only(dir, "*.deb")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(packed)
	if got := "sha256-" + hex.EncodeToString(sum[:]); got != l.Integrity {
		return nil, fmt.Errorf("integrity is %s, lock.json says %s", got, l.Integrity)
	}
	deb := filepath.Join(dir, "verified.deb")
	if err := os.WriteFile(deb, packed, 0o600); err != nil {
		return nil, err
	}
	tarball, err := output(ctx, dir, "dpkg-deb", "--fsys-tarfile", deb)
	if err != nil {
		return nil, err
	}
	return untar(bytes.NewReader(tarball))
}

func output(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	out, err := c.Output()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("%s: %w: %.300s", name, err, e.Stderr)
	}
	return out, err
}

// only reads the one file of dir that matches.
func only(dir, pattern string) ([]byte, error) {
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("%d files %s instead of one", len(found), pattern)
	}
	return os.ReadFile(found[0])
}

// untar reads the regular files of a tarball into memory, named without their first folder.
func untar(r io.Reader) (map[string][]byte, error) {
	files, total := map[string][]byte{}, 0
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		text, err := io.ReadAll(io.LimitReader(t, maxFile+1))
		if err != nil {
			return nil, err
		}
		if total += len(text); len(text) > maxFile || total > maxAll {
			return nil, fmt.Errorf("unpacks to more than was expected at %s", h.Name)
		}
		_, name, _ := strings.Cut(strings.TrimPrefix(h.Name, "./"), "/")
		files[name] = text
	}
}
