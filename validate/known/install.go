package known

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// maxList bounds each list that is opened: the largest has 3 MiB.
const maxList = 64 << 20

// The files of a set of lists.
const (
	disposableFile = "disposable.txt"
	freeFile       = "free.txt"
	rolesFile      = "roles.txt"
	filterFile     = "filter.bin"
	manifestFile   = "MANIFEST.json"
)

// Pack makes Lists of three texts in the form of those under data: sorted lines, each with its end, comments at the top.
// It refuses what is not sorted or does not belong there, and a disposable domain that is guarded.
func Pack(disposable, free, roles string, sources []Source) (*Lists, error) {
	s := &lists{disposable: table(disposable), free: table(free), roles: table(roles)}
	if err := errors.Join(
		wrap(disposableFile, s.disposable.check(properDisposable)),
		wrap(freeFile, s.free.check(properFree)),
		wrap(rolesFile, s.roles.check(properRole))); err != nil {
		return nil, err
	}
	s.filter = newFilter(append(hashes(domainSeed, s.disposable, s.free), hashes(roleSeed, s.roles)...))
	if err := s.guarded(); err != nil {
		return nil, wrap(disposableFile, err)
	}
	return &Lists{opened: s}, s.describe(sources)
}

func wrap(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

func properDisposable(name, mask string) bool {
	n, err := strconv.ParseUint(mask, 16, 16)
	return err == nil && isDomain(name) && n != 0 && Sources(n)&^(UserList-1) == 0
}

func properFree(name, value string) bool { return isDomain(name) && value == "" }

func properRole(name, kind string) bool {
	plain := strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == ""
	return plain && name != "" && len(name) <= maxRole && roleKind(kind) != NotRole
}

// Guarded tells why no list may call a domain disposable, or is empty. Subdomains of an alias service are guarded with it.
func Guarded(name string) string {
	if _, ok := OperatorOf(name); ok {
		return "an operator's own domain"
	}
	switch {
	case guards.has(name):
		return "on the guard list"
	case consumers.has(name), targets.has(name):
		return "a consumer domain"
	}
	for parent, more := name, true; more; _, parent, more = strings.Cut(parent, ".") {
		if aliases.has(parent) {
			return "an alias service"
		}
	}
	return ""
}

func (s *lists) guarded() error {
	for name := range s.disposable.all() {
		if why := Guarded(name); why != "" {
			return fmt.Errorf("%s can't be disposable: it is %s", name, why)
		}
	}
	l := &Lists{opened: s}
	for name := range s.free.all() {
		if l.Domain(name).Disposable != None {
			return fmt.Errorf("%s can't be disposable: it is a free provider", name)
		}
	}
	return nil
}

// describe writes the manifest.
func (s *lists) describe(sources []Source) error {
	m := manifest{Format: format, Sources: sources}
	for _, src := range sources {
		m.Date = max(m.Date, src.Date)
	}
	for _, f := range s.files() {
		m.Lists = append(m.Lists, newList(f.name, f.text, table(f.text).count()))
	}
	text, err := json.MarshalIndent(m, "", "  ")
	s.manifest = string(text) + "\n"
	return err
}

type file struct{ name, text string }

func (s *lists) files() []file {
	return []file{{disposableFile, string(s.disposable)}, {freeFile, string(s.free)}, {rolesFile, string(s.roles)}}
}

func newList(name, text string, count int) List {
	sum := sha256.Sum256([]byte(text))
	return List{Name: name, Count: count, SHA256: hex.EncodeToString(sum[:])}
}

// Read takes a set of lists from a folder such as [Lists.Save] writes, after the checks of [Pack]; that its files are those
// of its manifest is checked too.
func Read(dir fs.FS) (*Lists, error) {
	texts := map[string]string{}
	for _, name := range []string{disposableFile, freeFile, rolesFile, manifestFile} {
		text, err := readList(dir, name)
		if err != nil {
			return nil, err
		}
		texts[name] = text
	}
	var m manifest
	if err := json.Unmarshal([]byte(texts[manifestFile]), &m); err != nil {
		return nil, wrap(manifestFile, err)
	}
	if m.Format != format {
		return nil, fmt.Errorf("%s: format %d; this version reads %d", manifestFile, m.Format, format)
	}
	l, err := Pack(texts[disposableFile], texts[freeFile], texts[rolesFile], m.Sources)
	if err != nil {
		return nil, err
	}
	for _, got := range l.manifest().Lists {
		if !slices.Contains(m.Lists, got) {
			return nil, fmt.Errorf("%s is not the file that %s describes", got.Name, manifestFile)
		}
	}
	return l, nil
}

func readList(dir fs.FS, name string) (string, error) {
	f, err := dir.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxList+1))
	if err == nil && len(text) > maxList {
		err = fmt.Errorf("longer than %d MiB", maxList>>20)
	}
	return string(text), wrap(name, err)
}

// Open takes the lists saved in dir. The program's own are used where dir is empty or missing, or holds older ones: a new
// version of the program is not held back by a forgotten update.
func Open(dir string) (*Lists, error) {
	if dir == "" {
		return new(Lists), nil
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return new(Lists), nil
	}
	l, err := Read(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("lists in %s: %w", dir, err)
	}
	if l.Version() < new(Lists).Version() {
		return new(Lists), nil
	}
	return l, nil
}

// Embedded tells whether these are the program's own lists.
func (l *Lists) Embedded() bool { return l.lists() == &embedded }

// Resized refuses a list whose count moved by more than a tenth against old's: more often an accident than news.
func (l *Lists) Resized(old *Lists) error {
	before := old.manifest().Lists
	for _, now := range l.manifest().Lists {
		for _, was := range before {
			if moved := now.Count - was.Count; now.Name == was.Name && max(moved, -moved)*10 > was.Count {
				return fmt.Errorf("%s: %d entries, where there were %d", now.Name, now.Count, was.Count)
			}
		}
	}
	return nil
}

// With replaces one list, named as its file is, and notes the replacement as a source of that date.
func (l *Lists) With(name, text, date string) (*Lists, error) {
	s := *l.lists()
	replaced := false
	for file, t := range map[string]*table{disposableFile: &s.disposable, freeFile: &s.free, rolesFile: &s.roles} {
		if file == name {
			*t, replaced = table(text), true
		}
	}
	if !replaced {
		return nil, fmt.Errorf("%q is none of %s, %s, %s", name, disposableFile, freeFile, rolesFile)
	}
	given := Source{Name: name, Date: date, Count: table(text).count(), Description: "given by hand in place of the list of that name"}
	sources := slices.DeleteFunc(slices.Clone(l.Sources()), func(s Source) bool { return s.Name == name })
	return Pack(string(s.disposable), string(s.free), string(s.roles), append(sources, given))
}

// Save writes the lists into dir, for [Open]. The folder appears whole, in place of what was there, or not at all.
func (l *Lists) Save(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".lists-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	fresh, old := filepath.Join(tmp, "new"), filepath.Join(tmp, "old")
	if err := l.write(fresh); err != nil {
		return err
	}
	if err := os.Rename(dir, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(fresh, dir); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	return nil
}

func (l *Lists) write(dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	s := l.lists()
	for _, f := range append(s.files(), file{filterFile, string(s.filter)}, file{manifestFile, s.manifest}) {
		if err := os.WriteFile(filepath.Join(dir, f.name), []byte(f.text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
