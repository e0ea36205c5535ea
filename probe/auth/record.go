package auth

import (
	"fmt"
	"slices"
	"strings"
)

// Disposition is what a domain owner asks receivers to do with mail that fails DMARC: "none", "quarantine" or "reject".
type Disposition string

// The dispositions, from the mildest.
const (
	NoAction   Disposition = "none"
	Quarantine Disposition = "quarantine"
	Reject     Disposition = "reject"
)

// Record is a DMARC policy record (RFC 9989 §4.7). A tag that is absent or invalid has its default.
type Record struct {
	Text        string
	Policy      Disposition // p=; empty if absent or invalid
	Subdomains  Disposition // sp=, likewise
	NonExistent Disposition // np=, likewise
	Testing     bool        // t=y: apply one level less than the policy says
	PSD         string      // psd=: "y", "n" or "u"
	StrictDKIM  bool        // adkim=s
	StrictSPF   bool        // aspf=s
	ReportURIs  []string    // of rua=: the valid ones, without obsolete size limits
	Faults      []Fault     // in the order of the tags

	invalid map[string]bool // those of p, sp and np whose value is not a disposition
}

// Fault is a tag that receivers do not read as it was meant.
type Fault struct {
	Tag, Why string
	Historic bool // the tag was valid in RFC 7489, and RFC 9989 receivers ignore it (Appendix C.5.2)
}

const wsp = " \t"

// IsRecord reports whether a TXT record is a DMARC record: its first tag is v=DMARC1, spelled exactly so, and nothing
// stands before it (RFC 9989 §4.8).
func IsRecord(text string) bool {
	first, _, _ := strings.Cut(text, ";")
	name, value, _ := strings.Cut(first, "=")
	return strings.EqualFold(strings.TrimRight(name, wsp), "v") && strings.Trim(value, wsp) == "DMARC1"
}

// ParseRecord reads a record for which [IsRecord] holds. Faults do not end it: RFC 9989 §4.7 has receivers fall back to
// a tag's default.
func ParseRecord(text string) *Record {
	r := &Record{Text: text, PSD: "u", invalid: map[string]bool{}}
	_, rest, _ := strings.Cut(text, ";")
	seen := map[string]bool{}
	for part := range strings.SplitSeq(rest, ";") {
		if part = strings.Trim(part, wsp); part == "" {
			continue
		}
		name, value, found := strings.Cut(part, "=")
		name, value = strings.TrimRight(name, wsp), strings.TrimLeft(value, wsp)
		key := strings.ToLower(name)
		switch {
		case !found, !isTagName(name), value == "":
			r.fault(part, "want NAME=VALUE")
		default:
			if seen[key] {
				r.fault(name, "it stands more than once, and most receivers read the last one")
			}
			r.read(key, value)
		}
		seen[key] = true
	}
	if r.Policy == "" && !seen["p"] {
		r.fault("p", "it is missing")
	}
	return r
}

func isTagName(name string) bool {
	return name != "" && strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz") == ""
}

func (r *Record) fault(tag, why string) { r.Faults = append(r.Faults, Fault{Tag: tag, Why: why}) }

// read takes one tag. Values are case-insensitive by the grammar of RFC 9989 §4.8.
func (r *Record) read(tag, value string) {
	lower := strings.ToLower(value)
	if lower != value && slices.Contains([]string{"p", "sp", "np", "adkim", "aspf", "t", "psd"}, tag) {
		r.fault(tag, fmt.Sprintf("write %s=%s: some receivers do not read capital letters", tag, lower))
	}
	switch tag {
	case "p":
		r.Policy = r.disposition(tag, lower)
	case "sp":
		r.Subdomains = r.disposition(tag, lower)
	case "np":
		r.NonExistent = r.disposition(tag, lower)
	case "t":
		r.Testing = r.oneOf(tag, lower, "n", "y") == "y"
	case "psd":
		r.PSD = r.oneOf(tag, lower, "u", "n", "y")
	case "adkim":
		r.StrictDKIM = r.oneOf(tag, lower, "r", "s") == "s"
	case "aspf":
		r.StrictSPF = r.oneOf(tag, lower, "r", "s") == "s"
	case "rua":
		r.ReportURIs = r.uris(tag, value)
	case "ruf":
		r.uris(tag, value)
	case "fo":
		r.failureOptions(lower)
	case "pct", "rf", "ri":
		r.Faults = append(r.Faults, Fault{tag, "RFC 9989 has dropped it, and receivers that follow it ignore it", true})
	case "v":
		r.fault(tag, "it stands more than once")
	}
}

func (r *Record) disposition(tag, value string) Disposition {
	switch d := Disposition(value); d {
	case NoAction, Quarantine, Reject:
		delete(r.invalid, tag)
		return d
	}
	r.invalid[tag] = true
	r.fault(tag, fmt.Sprintf("invalid value %q: want none, quarantine or reject", value))
	return ""
}

// oneOf returns the value if it is one of the values of the tag, the first of which is the default.
func (r *Record) oneOf(tag, value string, values ...string) string {
	if slices.Contains(values, value) {
		return value
	}
	r.fault(tag, fmt.Sprintf("invalid value %q: want %s", value, strings.Join(values, " or ")))
	return values[0]
}

func (r *Record) failureOptions(value string) {
	for option := range strings.SplitSeq(value, ":") {
		if !slices.Contains([]string{"0", "1", "d", "s"}, strings.Trim(option, wsp)) {
			r.fault("fo", fmt.Sprintf("invalid value %q: want 0, 1, d or s, with colons between them", value))
			return
		}
	}
}

// uris are the valid ones of a comma-separated list. Limits of size such as !10m are obsolete.
func (r *Record) uris(tag, value string) (all []string) {
	for text := range strings.SplitSeq(value, ",") {
		uri, size, sized := strings.Cut(strings.Trim(text, wsp), "!")
		scheme, rest, found := strings.Cut(uri, ":")
		if !found || !isScheme(scheme) || strings.ContainsAny(rest, wsp) {
			r.fault(tag, fmt.Sprintf("%q is not a URI: want mailto:ADDRESS", strings.Trim(text, wsp)))
			continue
		}
		if sized {
			r.Faults = append(
				r.Faults, Fault{tag, fmt.Sprintf("RFC 9989 has dropped limits of size such as !%s", size), true},
			)
		}
		all = append(all, uri)
	}
	return all
}

// isScheme reports whether text can stand before the colon of a URI (RFC 3986 §3.1).
func isScheme(text string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	text = strings.ToLower(text)
	return text != "" && strings.IndexByte(letters, text[0]) >= 0 && strings.Trim(text, letters+"0123456789+-.") == ""
}

// Usable reports whether receivers act on the record (RFC 9989 §4.10.1): it has a valid p and no invalid sp or np, or
// at least an address for reports, and then it counts as p=none.
func (r *Record) Usable() bool { return r.sound() || len(r.ReportURIs) > 0 }

func (r *Record) sound() bool { return r.Policy != "" && len(r.invalid) == 0 }

// own is the policy for mail from the domain of the record itself, before t= is applied.
func (r *Record) own() Disposition {
	if !r.sound() {
		return NoAction
	}
	return r.Policy
}

// inherited is the policy for a name below, before t= is applied.
func (r *Record) inherited(exists bool) Disposition {
	switch {
	case !r.sound():
		return NoAction
	case !exists && r.NonExistent != "":
		return r.NonExistent
	case r.Subdomains != "":
		return r.Subdomains
	}
	return r.Policy
}

// effective is one level below a disposition if the record is being tested (RFC 9989 §4.7, t).
func (r *Record) effective(d Disposition) Disposition {
	switch {
	case !r.Testing:
		return d
	case d == Reject:
		return Quarantine
	}
	return NoAction
}

// Below is what receivers are asked to do with failing mail from names below the domain of the record: those that
// exist, and those that do not.
func (r *Record) Below() (existing, missing Disposition) {
	return r.effective(r.inherited(true)), r.effective(r.inherited(false))
}
