package compat

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// Finding is what is known of one address. The zero value says that nothing is known yet.
type Finding struct {
	Input      string
	Address    string // empty: the input is not an address
	Reason     validate.Reason
	Sentence   string // why, for people
	Suggestion string
	MX         []string // nil: not known, or none
	Asked      bool     // DNS was
	Said       bool     // a mail server answered about the address

	Disposable, Role, Free bool
}

// Found is what a check says.
func Found(a report.Address) Finding {
	f := Finding{Input: a.Input, Address: a.Address, Reason: a.Reason, Suggestion: a.Suggestion}
	f.Said = a.Reply != nil && a.Reply.Status == validate.Said.String()
	if a.Facts != nil {
		f.Disposable, f.Role, f.Free = a.Disposable == "strong", a.Role != "", a.Free
		if a.MX != nil {
			f.MX, f.Asked = *a.MX, true
		}
	}
	return f.explained(a.Detail)
}

// FoundInRun is what a run says in a row of its results.
func FoundInRun(r *batch.Result) Finding {
	f := Finding{Input: r.Address, Suggestion: r.Suggestion, Said: r.SMTPCode != "", Asked: r.CheckedAt != ""}
	f.Reason, _ = validate.ParseReason(r.Reason) // a reason that is new to us leaves it unknown
	if r.Braked {
		f.Reason = validate.DNSFailed // what its run did not believe, nobody is told
	}
	if r.MX != "" {
		f.MX = []string{r.MX}
	}
	if e := validate.Look(r.Address, nil); e.Fault == nil {
		a := report.NewAddress(r.Address, &e, validate.Policy{})
		f.Address = a.Address
		f.Disposable, f.Role, f.Free = a.Disposable == "strong", a.Role != "", a.Free
	}
	return f.explained(r.Detail)
}

func (f Finding) explained(detail string) Finding {
	f.Sentence = f.Reason.Sentence()
	if f.Reason == validate.NoReason {
		f.Sentence = "nothing is known yet: ask again"
	}
	if detail != "" {
		f.Sentence += ": " + detail
	}
	return f
}

func (f *Finding) words() words {
	w, ok := said[f.Reason]
	if !ok {
		w = said[validate.NoReason]
	}
	return w
}

// is reports whether the reason is one of these.
func (f *Finding) is(reasons ...validate.Reason) bool { return validate.Of(reasons...).Has(f.Reason) }

// parts are the local part and the domain, empty if it is not an address.
func (f *Finding) parts() (local, domain string) {
	at := strings.LastIndexByte(f.Address, '@')
	if at < 0 {
		return "", ""
	}
	return f.Address[:at], f.Address[at+1:]
}

// accepts reports whether DNS found a mail server, and whether that is known.
func (f *Finding) accepts() (takes, known bool) {
	no := f.is(validate.NoDomain, validate.NoMailHost, validate.NullMX, validate.MXUnresolvable)
	return len(f.MX) > 0, no || len(f.MX) > 0
}

// host is a domain in parts.
type host struct{ fqdn, domain, subdomain, tld string }

func hostOf(name string) (h host) {
	h.fqdn = name
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil {
		return h
	}
	h.tld, _ = publicsuffix.PublicSuffix(ascii)
	if h.domain, err = publicsuffix.EffectiveTLDPlusOne(ascii); err != nil {
		return h
	}
	h.subdomain = strings.TrimSuffix(strings.TrimSuffix(ascii, h.domain), ".")
	return h
}
