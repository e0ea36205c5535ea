package known

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Pack makes Lists of three texts in the form of those under data: sorted lines, each with its end, comments
// at the top. It refuses what is not sorted or does not belong there, and a disposable domain that is
// guarded.
func Pack(disposable, free, roles string, sources []Source) (*Lists, error) {
	s := &lists{disposable: table(disposable), free: table(free), roles: table(roles)}
	if err := errors.Join(
		wrap(disposableFile, s.disposable.check(properDisposable)),
		wrap(freeFile, s.free.check(properFree)),
		wrap(rolesFile, s.roles.check(properRole))); err != nil {
		return nil, err
	}
	s.openings = openingsOf(s.roles)
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

// Guarded tells why no list may call a domain disposable, or is empty. Subdomains of an alias service and of
// an operator are guarded with these.
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
			return fmt.Errorf("%s would speak for all names below it: it is a public suffix and lacks the bit %x",
				name, Alone)
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
		{disposableFile, string(s.disposable)}, {freeFile, string(s.free)}, {rolesFile, string(s.roles)},
		{filterFile, string(s.filter)},
	}
}

func checksum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
