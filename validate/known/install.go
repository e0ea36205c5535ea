package known

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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
		disposableFile: (*string)(&s.disposable), freeFile: (*string)(&s.free), rolesFile: (*string)(&s.roles),
		filterFile: (*string)(&s.filter),
	} {
		if *to, err = readList(dir, name); err != nil {
			return nil, err
		}
		if sum := checksum(*to); !slices.ContainsFunc(m.Lists, func(l List) bool {
			return l.Name == name &&
				l.SHA256 == sum
		}) {
			return nil, fmt.Errorf("%s is not the file that %s describes", name, manifestFile)
		}
	}
	s.openings = openingsOf(s.roles)
	return &Lists{opened: s}, nil
}

func readList(dir fs.FS, name string) (string, error) {
	if dir == nil {
		return "", fs.ErrNotExist
	}
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

// Open takes the lists saved in dir; that they are not damaged is checked, with some milliseconds for the
// lot. The program's own are used where dir is empty or missing, or holds older ones: a new version of the
// program is not held back by a forgotten update.
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

// Embedded reports whether these are the program's own lists.
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
	given := Source{Name: name, Date: date, Count: list.count(),
		Description: "given by hand in place of the list of that name"}
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
