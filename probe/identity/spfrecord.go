package identity

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/probe/auth/spf"
	"github.com/prebounce/prebounce/validate/dns"
)

// mostCounted is how far lookups are counted beyond the limits of RFC 7208 §4.6.4.
const mostCounted = 30

// nobodys is an address that no sender has (RFC 1112 §4), so all terms are evaluated, and only a record that is open to
// everybody lets it pass.
var nobodys = netip.AddrFrom4([4]byte{240, 0, 0, 1})

// spfRecord judges the record by itself, whoever sends.
func spfRecord(ctx context.Context, x *exam, _ subject) Finding {
	if x.domain == "" {
		return Finding{}
	}
	records := x.spfRecords(ctx, x.domain)
	f := Finding{About: x.domain, Evidence: x.spfEvidence(ctx)}
	switch a := x.ask(ctx, x.domain, dns.TXT); {
	case !a.Definite():
		f.Result, f.Says, f.Next = Unchecked, "the SPF record could not be read", tryAgain
	case len(records) == 0:
		return x.nearMiss(f, a.Texts)
	case len(records) > 1:
		f.Result, f.Says = Fail, fmt.Sprintf(
			"%s has %d SPF records, so receivers use none of them (RFC 7208 §4.5)", x.domain, len(records),
		)
		f.Next = "merge them into one record: \"v=spf1\" once, then the terms of all of them, then one \"all\""
	default:
		x.judgeSPF(ctx, &f, records[0])
	}
	return f
}

// nearMiss looks for a text that was meant to be an SPF record. Without one the check of the result says all there is
// to say.
func (x *exam) nearMiss(f Finding, texts []string) Finding {
	for _, text := range texts {
		why := almostSPF(text)
		if why == "" {
			continue
		}
		f.Result, f.Says = Fail, fmt.Sprintf("%s has a TXT record that looks like SPF but is not: %s", x.domain, why)
		f.Evidence = append(f.Evidence, fmt.Sprintf("%s TXT %q", x.domain, cut(text)))
		f.Next = "publish it so that it starts with \"v=spf1 \", without anything before it"
		return f
	}
	return Finding{}
}

// almostSPF says why a text that was probably meant as an SPF record is none (RFC 7208 §4.5); empty if it was not.
func almostSPF(text string) (why string) {
	lower := strings.ToLower(strings.TrimLeft(text, " \t\"'\ufeff"))
	version, terms, _ := strings.Cut(lower, " ")
	meant := strings.HasPrefix(lower, "v=spf") ||
		(strings.Contains(version+terms, "spf") && strings.HasSuffix(lower, "all") && strings.Contains(terms, ":"))
	switch {
	case spf.IsRecord(text), !meant:
		return ""
	case strings.HasPrefix(text, " "), strings.HasPrefix(text, "\t"):
		return "a blank stands before v=spf1"
	case strings.HasPrefix(text, "\""), strings.HasPrefix(text, "'"):
		return "quotation marks are part of the text"
	case strings.HasPrefix(lower, "v=spf1"):
		return fmt.Sprintf("v=spf1 is followed by %q instead of a blank", cut(lower[len("v=spf1"):][:1]))
	case strings.HasPrefix(lower, "v=spf2"), strings.HasPrefix(lower, "spf2"):
		return "spf2.0 was Sender ID, which nobody reads any more"
	}
	return "it does not start with v=spf1"
}

// judgeSPF looks at the syntax of the record and of those that it leads to, then at what they cost to evaluate.
func (x *exam) judgeSPF(ctx context.Context, f *Finding, text string) {
	record, err := spf.Parse(text)
	if err != nil {
		f.Result, f.Says = Fail, fmt.Sprintf("the SPF record of %s is invalid", x.domain)
		f.Next = "correct the term: one fault makes receivers reject the whole record (RFC 7208 §4.6)"
		f.Evidence = append(f.Evidence, cut(err.Error()))
		return
	}
	f.Evidence = append(f.Evidence, macrosOf(record)...)
	out := x.check(ctx, nobodys, spf.Checker{Lookups: mostCounted, Void: mostCounted})
	lookups, void := len(out.Lookups), len(out.Void())
	f.Evidence = append(f.Evidence, fmt.Sprintf("it costs %s lookups, %s of them void", count(lookups), count(void)))
	switch {
	case out.Result == spf.TempError:
		f.Result, f.Says, f.Next = Unchecked, "the SPF record could not be read to its end", tryAgain
		f.Evidence = append(f.Evidence[:len(f.Evidence)-1], cut(out.Err.Error()))
	case lookups > spf.MaxLookups, void > spf.MaxVoid:
		f.Result, f.Says = Warn, fmt.Sprintf(
			"receivers may refuse to evaluate the SPF record of %s: at most %d lookups and %d void ones are allowed",
			x.domain, spf.MaxLookups, spf.MaxVoid,
		)
		f.Next = "remove include, a, mx, exists and redirect terms that you do not need, or write the addresses " +
			"themselves (ip4, ip6)"
		f.Evidence = append(f.Evidence, spent(&out)...)
	case out.Result == spf.PermError:
		f.Result, f.Says = Fail, fmt.Sprintf(
			"the SPF record of %s cannot be evaluated: %s", x.domain, cut(out.Err.Error()),
		)
		f.Next = "correct it, or remove the term that leads there"
	case out.Result == spf.Pass:
		f.Result, f.Says = Warn, fmt.Sprintf(
			"everybody may send in the name of %s: its SPF record allows an address that belongs to nobody", x.domain,
		)
		f.Next = "end the record with \"-all\" or \"~all\", and name those who send"
		f.Evidence = append(f.Evidence, "matched: "+pathOf(out.Matched))
	default:
		x.oddities(f, record)
	}
}

// spent are the lookups that used up a limit, each with the terms that led to it.
func spent(out *spf.Outcome) (lines []string) {
	if len(out.Lookups) > spf.MaxLookups {
		for i, l := range out.Lookups[:spf.MaxLookups+1] {
			lines = append(lines, fmt.Sprintf("lookup %d: %s", i+1, pathOf(l.Terms)))
		}
	}
	if void := out.Void(); len(void) > spf.MaxVoid {
		for _, l := range void[:spf.MaxVoid+1] {
			lines = append(lines, fmt.Sprintf("nothing found at %s: %s", cut(l.Name), pathOf(l.Terms)))
		}
	}
	return lines
}

// macrosOf shows the terms that depend on the message.
func macrosOf(r *spf.Record) (lines []string) {
	for i := range r.Mechanisms {
		if m := &r.Mechanisms[i]; strings.Contains(m.Domain, "%") {
			lines = append(lines, "depends on each message: "+cut(m.Text))
		}
	}
	if strings.Contains(r.Redirect, "%") {
		lines = append(lines, "depends on each message: redirect="+cut(r.Redirect))
	}
	return lines[:min(len(lines), mostRecords)]
}

// widest is the shortest prefix that a sender's own network plausibly has. A wider one is a whole cloud's, or more.
var widest = map[bool]int{true: 14, false: 28}

// clouds are includes that allow the customers of a cloud, and not only its mail service.
var clouds = []string{"_cloud-netblocks.googleusercontent.com", "_spf.googleusercontent.com"}

// oddities warns about what is valid and probably not meant.
func (x *exam) oddities(f *Finding, r *spf.Record) {
	f.Says = "the SPF record is sound"
	warn := func(next, format string, args ...any) {
		f.Result, f.Says, f.Next = Warn, fmt.Sprintf(format, args...), next
	}
	for i := range r.Mechanisms {
		m := &r.Mechanisms[i]
		domain, _ := leadsTo(m)
		switch {
		case m.Network.IsValid() && m.Network.Bits() < widest[m.Network.Addr().Is4()], slices.Contains(clouds, domain):
			warn(
				"name the addresses that send for you", "%s allows a whole cloud or more to send in the name of %s",
				cut(m.Text), x.domain,
			)
			return
		case m.Name == "ptr":
			warn(
				"write the addresses themselves (ip4, ip6)",
				"%s is slow and unreliable, and some receivers ignore it (RFC 7208 §5.5)", cut(m.Text),
			)
		case m.Name == "all" && (i < len(r.Mechanisms)-1 || r.Redirect != ""):
			warn("move "+cut(m.Text)+" to the end", "receivers never read what follows %s", cut(m.Text))
		}
	}
	for _, m := range r.Modifiers {
		if slices.Contains([]string{"ip4", "ip6", "a", "mx", "include", "all", "ptr", "exists"}, m.Name) {
			warn(
				fmt.Sprintf("write %s:%s", m.Name, cut(m.Value)), "receivers ignore %s: a mechanism takes a colon",
				cut(m.Text),
			)
		}
	}
	if f.Result == OK && r.Redirect == "" &&
		!slices.ContainsFunc(r.Mechanisms, func(m spf.Mechanism) bool { return m.Name == "all" }) {
		warn(
			"end the record with \"-all\" or \"~all\"",
			"the SPF record says nothing about other senders: it has no \"all\"",
		)
	}
}

func count(n int) string {
	if n > mostCounted {
		return fmt.Sprintf("more than %d", mostCounted)
	}
	return fmt.Sprint(n)
}
