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
	s.roleShapes = shapesOf(s.roles)
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
	return err == nil && isDomain(name) && Sources(n)&^Alone != 0 && Sources(n)&^(UserList-1|Alone) == 0
}

func properFree(name, value string) bool { return isDomain(name) && value == "" }

func properRole(name, kind string) bool {
	plain := strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == ""
	return plain && name != "" && len(name) <= maxRole && roleKind(kind) != NotRole
}

// Guarded tells why no list may call a domain disposable, or is empty. Subdomains of an alias service and of an operator are
// guarded with these.
func Guarded(name string) (why string) {
	for h, suffix := range suffixes(name) {
		if why != "" || !byHand.has(h) {
			continue
		}
		switch whole := len(suffix) == len(name); {
		case aliases.has(suffix):
			why = "an alias service"
		case providers.has(suffix):
			why = "an operator's own domain"
		case whole && guards.has(name):
			why = "on the guard list"
		case whole && (consumers.has(name) || targets.has(name)):
			why = "a consumer domain"
		}
	}
	return why
}

func (s *lists) guarded() error {
	for name := range s.disposable.all() {
		if why := Guarded(name); why != "" {
			return fmt.Errorf("%s can't be disposable: it is %s", name, why)
		}
		if IsPublicSuffix(name) && s.sources(name, false) != 0 {
			return fmt.Errorf("%s would speak for all names below it: it is a public suffix and lacks the bit %x", name, Alone)
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
		l := List{Name: f.name, SHA256: checksum(f.text)}
		if f.name != filterFile {
			l.Count = table(f.text).count()
		}
		m.Lists = append(m.Lists, l)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	s.manifest = string(text) + "\n"
	return err
}

type file struct{ name, text string }

// files are all but the manifest.
func (s *lists) files() []file {
	return []file{
		{disposableFile, string(s.disposable)}, {freeFile, string(s.free)}, {rolesFile, string(s.roles)}, {filterFile, string(s.filter)},
	}
}

func checksum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Read takes a set of lists from a folder such as [Lists.Save] writes, after the checks of [Pack] and of [Open].
func Read(dir fs.FS) (*Lists, error) {
	l, err := load(dir)
	if err != nil {
		return nil, err
	}
	s := l.opened
	return Pack(string(s.disposable), string(s.free), string(s.roles), l.Sources())
}

// load takes lists that were checked when they were saved, and makes sure that they still are the same.
func load(dir fs.FS) (*Lists, error) {
	text, err := readList(dir, manifestFile)
	if err != nil {
		return nil, err
	}
	var m manifest
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return nil, wrap(manifestFile, err)
	}
	if m.Format != format {
		return nil, fmt.Errorf("%s: format %d; this version reads %d", manifestFile, m.Format, format)
	}
	s := &lists{manifest: text}
	for name, to := range map[string]*string{
		disposableFile: (*string)(&s.disposable), freeFile: (*string)(&s.free), rolesFile: (*string)(&s.roles), filterFile: (*string)(&s.filter),
	} {
		if *to, err = readList(dir, name); err != nil {
			return nil, err
		}
		if sum := checksum(*to); !slices.ContainsFunc(m.Lists, func(l List) bool { return l.Name == name && l.SHA256 == sum }) {
			return nil, fmt.Errorf("%s is not the file that %s describes", name, manifestFile)
		}
	}
	s.roleShapes = shapesOf(s.roles)
	return &Lists{opened: s}, nil
}

func readList(dir fs.FS, name string) (string, error) {
	f, err := dir.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := readBounded(f)
	return text, wrap(name, err)
}

func readBounded(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxList+1))
	if err == nil && len(text) > maxList {
		err = fmt.Errorf("longer than %d MiB", maxList>>20)
	}
	return string(text), err
}

// Open takes the lists saved in dir; that they are not damaged is checked, with some milliseconds for the lot. The program's own are used where dir is empty or missing, or holds older ones: a new
// version of the program is not held back by a forgotten update.
func Open(dir string) (*Lists, error) {
	if dir == "" {
		return new(Lists), nil
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return new(Lists), nil
	}
	l, err := load(os.DirFS(dir))
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

// With replaces one list, named as its file is, after the checks of [Pack], and notes it as a source of that date.
func (l *Lists) With(name string, r io.Reader, date string) (*Lists, error) {
	s := *l.lists()
	list := map[string]*table{disposableFile: &s.disposable, freeFile: &s.free, rolesFile: &s.roles}[name]
	if list == nil {
		return nil, fmt.Errorf("%q is none of %s, %s, %s", name, disposableFile, freeFile, rolesFile)
	}
	text, err := readBounded(r)
	if err != nil {
		return nil, wrap(name, err)
	}
	*list = table(text)
	given := Source{Name: name, Date: date, Count: list.count(), Description: "given by hand in place of the list of that name"}
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
	for _, f := range append(s.files(), file{manifestFile, s.manifest}) {
		if err := os.WriteFile(filepath.Join(dir, f.name), []byte(f.text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
