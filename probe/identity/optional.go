package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate/dns"
)

// optionalRecord is a TXT record that a domain may have, and then exactly one.
type optionalRecord struct {
	prefix  string // of the name
	version string // that the text begins with
	what    string
	absent  string // what it means that there is none
}

var (
	stsRecord = optionalRecord{
		"_mta-sts.", "v=STSv1;", "MTA-STS", "so mail to it may travel without TLS; this is not a fault of the sender",
	}
	rptRecord = optionalRecord{
		"_smtp._tls.", "v=TLSRPTv1;", "TLS reporting",
		"so nobody tells it when TLS fails; this is not a fault of the sender",
	}
	bimiRecord = optionalRecord{
		"default._bimi.", "v=BIMI1;", "BIMI", "so mailbox providers show no logo beside its mail; this is not a fault",
	}
)

// optional looks for the record. Without exactly one, the finding is complete.
func (x *exam) optional(ctx context.Context, domain string, o optionalRecord) (f Finding, text string, found bool) {
	a := x.ask(ctx, o.prefix+domain, dns.TXT)
	f = Finding{About: o.prefix + domain, Evidence: evidence(a)}
	plain := func(t string) string { return strings.ReplaceAll(t, " ", "") + ";" }
	records := slices.DeleteFunc(
		slices.Clone(a.Texts), func(t string) bool { return !strings.HasPrefix(plain(t), o.version) },
	)
	switch {
	case !a.Definite():
		f.Next = tryAgain
		return f.unchecked("%s could not be checked", o.what), "", false
	case len(records) == 0:
		f.Says = fmt.Sprintf("%s has no %s, %s", domain, o.what, o.absent)
		return f, "", false
	case len(records) > 1:
		f.warn(
			fmt.Sprintf("keep one of the TXT records of %s", f.About),
			"there are %d records for %s, so receivers use none of them", len(records), o.what,
		)
		return f, "", false
	}
	return f, records[0], true
}

// warn makes a finding a warning.
func (f *Finding) warn(next, format string, args ...any) {
	f.Result, f.Says, f.Next = Warn, fmt.Sprintf(format, args...), next
}

// fields reads a list of NAME=VALUE with semicolons between.
func fields(text string) map[string]string {
	all := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(part, "=")
		if name = strings.ToLower(strings.TrimSpace(name)); all[name] == "" {
			all[name] = strings.TrimSpace(value)
		}
	}
	return all
}

// tlsRPT looks at the record of RFC 8460 §3.
func tlsRPT(ctx context.Context, x *exam, _ subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	f, text, found := x.optional(ctx, x.domain, rptRecord)
	if !found {
		return f
	}
	f.Says = "TLS reporting is in order"
	for uri := range strings.SplitSeq(fields(text)["rua"], ",") {
		uri = strings.ToLower(strings.TrimSpace(uri))
		if !strings.HasPrefix(uri, "mailto:") && !strings.HasPrefix(uri, "https://") {
			f.warn(
				"write rua=mailto:ADDRESS or rua=https://... in the TXT record of "+f.About,
				"TLS reporting names no address for reports: %q", cut(uri),
			)
		}
	}
	return f
}

// bimi looks at the record of draft-brand-indicators-for-message-identification, and at what mailbox providers require
// before they show a logo: Gmail and Apple Mail an enforced DMARC policy and a certificate (support.apple.com/bimi).
func bimi(ctx context.Context, x *exam, _ subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	f, text, found := x.optional(ctx, x.domain, bimiRecord)
	if !found {
		return f
	}
	t := fields(text)
	p, _ := x.policy(ctx)
	switch {
	case t["l"] == "" && t["a"] == "":
		f.Says = x.domain + " declines to show a logo (BIMI)"
	case !strings.HasPrefix(strings.ToLower(t["l"]), "https://"):
		f.warn("write l=https://...svg in the TXT record of "+f.About, "the BIMI record has no https address of a logo")
	case p.Record == nil || !p.Enforced():
		f.warn(
			"publish p=quarantine or p=reject for the domain and its subdomains, without t=y and pct=",
			"no mailbox provider shows the logo: BIMI requires a DMARC policy that is enforced",
		)
	case t["a"] == "":
		f.warn(
			"add a=https://...pem with a Verified Mark Certificate to the TXT record of "+f.About,
			"Gmail and Apple Mail do not show the logo: they require a certificate (a=); Yahoo shows it",
		)
	default:
		f.Says = "the BIMI record is in order: Gmail takes a Verified or a Common Mark Certificate, Apple Mail a " +
			"Verified one"
	}
	return f
}
