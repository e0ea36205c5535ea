package risk

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const maxProfile = 64 << 10

// ParseProfile reads a profile of the user's own: lines "name = value", with # for comments. Rates read as 0.05 or
// 5%. Only name and one of warn, act and target must be there; target is act if missing, else warn.
//
//	name   = house
//	warn   = 2%
//	act    = 4%
//	min_volume = 1000
//	source = our contract, section 7
func ParseProfile(r io.Reader) (Profile, error) {
	p := Profile{Counts: "hard", Kind: Assumed, Source: "your own profile"}
	set := p.fields()
	scan := bufio.NewScanner(io.LimitReader(r, maxProfile+1))
	size := 0
	for line := 1; scan.Scan(); line++ {
		if size += len(scan.Bytes()) + 1; size > maxProfile {
			return Profile{}, fmt.Errorf("profile is longer than %d bytes", maxProfile)
		}
		if err := set.line(scan.Text()); err != nil {
			return Profile{}, fmt.Errorf("profile line %d: %w", line, err)
		}
	}
	if err := scan.Err(); err != nil {
		return Profile{}, fmt.Errorf("profile: %w", err)
	}
	return p.complete()
}

// field is a line of a profile: how it reads and how it is written.
type field struct {
	name string
	set  func(string) error
	get  func() string
}

type fields []field

func (p *Profile) fields() fields {
	return fields{
		text("name", &p.Name), text("title", &p.Title),
		rate("warn", &p.Warn), rate("act", &p.Act), rate("target", &p.Target),
		text("does", &p.Does), oneOf("counts", &p.Counts, "hard", "hard+soft"), messages("min_volume", &p.Volume),
		text("window", &p.Window),
		oneOf("kind", &p.Kind, Documented, Reported, Assumed, learnedKind),
		text("source", &p.Source), date("date", &p.Date),
	}
}

func (f fields) names() []string {
	names := make([]string, len(f))
	for i := range f {
		names[i] = f[i].name
	}
	return names
}

func (f fields) line(s string) error {
	s, _, _ = strings.Cut(s, "#")
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	name, value, found := strings.Cut(s, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	i := slices.IndexFunc(f, func(f field) bool { return f.name == name })
	if !found || i < 0 {
		return fmt.Errorf("invalid line %q: want NAME = VALUE with a name from %s", s, strings.Join(f.names(), ", "))
	}
	if value == "" {
		return fmt.Errorf("%s has no value", name)
	}
	return f[i].set(value)
}

func text(name string, to *string) field {
	set := func(s string) error {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			return fmt.Errorf("invalid %s %q: want plain text", name, s)
		}
		*to = s
		return nil
	}
	return field{name, set, func() string { return *to }}
}

func rate(name string, to *float64) field {
	set := func(s string) error {
		number, percent := strings.CutSuffix(s, "%")
		x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if percent {
			x /= 100
		}
		if err != nil || !(x > 0 && x < 1) {
			return fmt.Errorf("invalid %s %q: want a rate between 0 and 100%%", name, s)
		}
		*to = x
		return nil
	}
	get := func() string {
		if *to == 0 {
			return ""
		}
		return strconv.FormatFloat(*to, 'g', -1, 64)
	}
	return field{name, set, get}
}

func messages(name string, to *int64) field {
	set := func(s string) error {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 1 || n > mostVolume {
			return fmt.Errorf("invalid %s %q: want a number of messages up to %d", name, s, int64(mostVolume))
		}
		*to = n
		return nil
	}
	get := func() string {
		if *to == 0 {
			return ""
		}
		return strconv.FormatInt(*to, 10)
	}
	return field{name, set, get}
}

const mostVolume = 1e9

func oneOf[S ~string](name string, to *S, words ...S) field {
	set := func(s string) error {
		if !slices.Contains(words, S(s)) {
			return fmt.Errorf("invalid %s %q: want one of %v", name, s, words)
		}
		*to = S(s)
		return nil
	}
	return field{name, set, func() string { return string(*to) }}
}

func date(name string, to *string) field {
	set := func(s string) error {
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return fmt.Errorf("invalid %s %q: want a date such as 2026-11-01", name, s)
		}
		*to = s
		return nil
	}
	return field{name, set, func() string { return *to }}
}

// complete fills in what follows from the rest.
func (p Profile) complete() (Profile, error) {
	if p.Name == "" {
		return Profile{}, errors.New("profile has no name: add name = NAME")
	}
	for _, line := range [...]float64{p.Act, p.Warn} {
		if p.Target == 0 {
			p.Target = line
		}
	}
	if p.Target == 0 {
		return Profile{}, fmt.Errorf("profile %s has no limit: add warn, act or target", p.Name)
	}
	if p.Act > 0 && p.Warn > p.Act {
		return Profile{}, fmt.Errorf("invalid profile %s: warn (%g) must not be above act (%g)", p.Name, p.Warn, p.Act)
	}
	if p.Title == "" {
		p.Title = p.Name
	}
	if p.Does == "" {
		p.Does = "acts"
	}
	return p, nil
}

// String formats a profile in the syntax that ParseProfile reads, as a starting point for a user's own profile.
func (p Profile) String() string {
	var out strings.Builder
	for _, f := range p.fields() {
		if value := f.get(); value != "" {
			fmt.Fprintf(&out, "%-10s = %s\n", f.name, value)
		}
	}
	return out.String()
}
