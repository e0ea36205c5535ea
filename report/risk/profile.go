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
)

// Profile is where a sending service draws its lines. Rates are shares of one; zero means that there is no such
// line.
type Profile struct {
	Name   string  `json:"name"`
	Title  string  `json:"title"` // what people call it
	Warn   float64 `json:"warn,omitzero"`
	Act    float64 `json:"act,omitzero"`
	Target float64 `json:"target"`           // the line that the verdict is about
	Does   string  `json:"does"`             // what happens at the target: "reviews the account"
	Counts string  `json:"counts"`           // "hard" or "hard+soft"
	Window string  `json:"window,omitempty"` // over what the rate is taken
	Kind   Kind    `json:"kind"`
	Source string  `json:"source,omitempty"`
	Date   string  `json:"date,omitempty"` // when the source was read, as 2006-01-02
}

const read = "2026-11-01"

// profiles are the services that prebounce knows.
var profiles = []Profile{
	{"ses", "Amazon SES", 0.05, 0.10, 0.05, "reviews the account", "hard", "a representative volume", Documented, "docs.aws.amazon.com, SES sending review FAQ", read},
	{"sendgrid", "Twilio SendGrid", 0.05, 0, 0.05, "draws its line", "hard", "attempts", Documented, "docs.sendgrid.com, bounce and block classifications (a recommendation; where it acts is secret)", read},
	{"mailgun", "Mailgun", 0.05, 0.05, 0.05, "disables the domain", "hard", "sending domain", Reported, "help.prismacampaigns.com; Mailgun documents that there is a line, not where", read},
	{"postmark", "Postmark", 0.05, 0.10, 0.05, "warns", "hard", "server", Reported, "emailverifiers.com", read},
	{"mailchimp", "Mailchimp", 0.02, 0.05, 0.02, "reviews the send", "hard", "send", Reported, "synthisia.com, bounceproof.co; Mailchimp documents that its lines move", read},
	{"klaviyo", "Klaviyo", 0.008, 0.015, 0.015, "calls the rate critical", "hard+soft", "the last three campaigns", Documented, "help.klaviyo.com 115000201131 (guidance)", read},
	{"hubspot", "HubSpot", 0.05, 0.05, 0.05, "suspends sending", "hard", "month; judged on a small first part", Documented, "knowledge.hubspot.com, why is my email suspended", read},
	{"brevo", "Brevo", 0.02, 0.02, 0.02, "suspends the campaign", "hard", "24 hours, or a random part of new contacts", Documented, "help.brevo.com 209408165", read},
	{"generic", "a typical service", 0.02, 0.05, 0.02, "starts to look", "hard", "send", Assumed, "the lower of the lines that services publish", read},
	{"strict", "a strict service", 0.01, 0.02, 0.01, "starts to look", "hard", "send", Assumed, "senders with a good reputation average 1 % unknown users (Validity, 2017)", read},
}

// Profiles returns the known profiles.
func Profiles() []Profile { return slices.Clone(profiles) }

// ProfileNamed finds a known profile.
func ProfileNamed(name string) (Profile, bool) {
	i := slices.IndexFunc(profiles, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return Profile{}, false
	}
	return profiles[i], true
}

const maxProfile = 64 << 10

// ParseProfile reads a profile of the user's own: lines "name = value", with # for comments. Rates read as 0.05 or
// 5%. Only name and one of warn, act and target must be there; target is act if missing, else warn.
//
//	name   = house
//	warn   = 2%
//	act    = 4%
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
		text("does", &p.Does), oneOf("counts", &p.Counts, "hard", "hard+soft"), text("window", &p.Window),
		oneOf("kind", &p.Kind, Documented, Reported, Assumed, Learned),
		text("source", &p.Source), date("date", &p.Date),
	}
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
		return fmt.Errorf("%q is not one of name, title, warn, act, target, does, counts, window, kind, source, date = value", s)
	}
	return f[i].set(value)
}

func text(name string, to *string) field {
	set := func(s string) error {
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("%s holds a control character", name)
		}
		*to = strings.ToValidUTF8(s, "")
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
			return fmt.Errorf("%s = %q is no rate between 0 and 100%%", name, s)
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

func oneOf[S ~string](name string, to *S, words ...S) field {
	set := func(s string) error {
		if !slices.Contains(words, S(s)) {
			return fmt.Errorf("%s = %q is none of %v", name, s, words)
		}
		*to = S(s)
		return nil
	}
	return field{name, set, func() string { return string(*to) }}
}

func date(name string, to *string) field {
	set := func(s string) error {
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return fmt.Errorf("%s = %q is not like 2026-11-01", name, s)
		}
		*to = s
		return nil
	}
	return field{name, set, func() string { return *to }}
}

// complete fills in what follows from the rest.
func (p Profile) complete() (Profile, error) {
	if p.Name == "" {
		return Profile{}, errors.New("profile has no name")
	}
	for _, line := range [...]float64{p.Act, p.Warn} {
		if p.Target == 0 {
			p.Target = line
		}
	}
	if p.Target == 0 {
		return Profile{}, fmt.Errorf("profile %s has none of warn, act and target", p.Name)
	}
	if p.Act > 0 && p.Warn > p.Act {
		return Profile{}, fmt.Errorf("profile %s warns at %g, after it acts at %g", p.Name, p.Warn, p.Act)
	}
	if p.Title == "" {
		p.Title = p.Name
	}
	if p.Does == "" {
		p.Does = "acts"
	}
	return p, nil
}

// String writes a profile as ParseProfile reads it: the start of one's own.
func (p Profile) String() string {
	var out strings.Builder
	for _, f := range p.fields() {
		if value := f.get(); value != "" {
			fmt.Fprintf(&out, "%-6s = %s\n", f.name, value)
		}
	}
	return out.String()
}
