package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/known"
)

// identitySettings are the flags about who we are to the world.
type identitySettings struct {
	helo, from      string
	ips, blocklists []string
}

func (s *identitySettings) register(f *pflag.FlagSet) {
	f.StringVar(&s.helo, "helo", "", "greet servers as `NAME`: a fully qualified host name that resolves to your "+
		"sending IP")
	f.StringVar(&s.from, "from", "", "use `ADDRESS` as the envelope sender: one of yours that accepts mail")
	f.StringArrayVar(&s.ips, "ip", nil, "take `ADDRESS` for the public IP that servers see (repeatable; default: "+
		"those of --helo)")
	f.StringArrayVar(&s.blocklists, "blocklist", nil,
		"also look the sending IP up in the DNS blocklist `ZONE`, e.g. zen.spamhaus.org (repeatable)")
}

// examiner reads the flags. What else it takes to examine an identity (Foreign, Accepts, AllowPrivate) is the caller's
// to set.
func (s *identitySettings) examiner(client *dns.Client) (*identity.Examiner, error) {
	if s.helo == "" || s.from == "" {
		return nil, usageError(errors.New("probing needs a host name and a sender of your own"),
			"--helo mail.example.com --from postmaster@example.com")
	}
	return s.sender(client)
}

// sender is examiner where the HELO name and the sender may be left out.
func (s *identitySettings) sender(client *dns.Client) (*identity.Examiner, error) {
	e := &identity.Examiner{DNS: client, HELO: strings.TrimSuffix(s.helo, "."), Blocklists: s.blocklists}
	if s.from != "" {
		from, err := validate.Parse(s.from)
		if err != nil {
			return nil, usageError(fmt.Errorf("--from %.80q: %w", s.from, err), "--from postmaster@example.com")
		}
		e.From = from.String()
	}
	for _, text := range s.ips {
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return nil, usageError(fmt.Errorf("invalid --ip %.80q: want an IP address", text),
				"--ip 192.0.2.1   or   --ip 2001:db8::1")
		}
		e.IPs = append(e.IPs, ip)
	}
	return e, nil
}

// notOurs says whose a HELO name is that can't be the person's own: a big provider's, or that of a domain to ask about.
// The sender's own domain may be both on the list and ours.
func notOurs(lists *known.Lists, from string, onList func(domain string) bool) func(name string) string {
	own := known.RegistrableDomain(from[strings.LastIndexByte(from, '@')+1:])
	return func(name string) string {
		domain := known.RegistrableDomain(name)
		operator, _ := known.OperatorOf(name)
		switch {
		case operator.Kind == "mailbox" || operator.Kind == "gateway":
			return "it belongs to " + operator.Name
		case lists.Domain(domain).Free:
			return "anybody can have a mailbox at " + domain
		case domain != own && onList != nil && onList(name):
			return "it is a recipient's"
		}
		return ""
	}
}

// preflight examines an identity and tells the person what is amiss: at length what is proven.
func preflight(ctx context.Context, e *identity.Examiner, stderr io.Writer) (identity.Report, error) {
	r := e.Preflight(ctx)
	if ctx.Err() != nil {
		return r, context.Cause(ctx)
	}
	for _, f := range r.Findings {
		tellFinding(stderr, f)
	}
	return r, nil
}

func tellFinding(w io.Writer, f identity.Finding) {
	if f.Result == identity.OK {
		return
	}
	say(w, "identity: %s: %s: %s", f.Result, cmp.Or(f.About, f.Check), f.Says)
	if f.Result == identity.Fail {
		for _, line := range f.Evidence {
			say(w, "    %s", line)
		}
		for _, c := range f.Replies[:min(len(f.Replies), 1)] {
			say(w, "    servers answer such as: %s", strings.ReplaceAll(c.Reply, "\n", " "))
		}
	}
	say(w, "hint: %s", f.Next)
}

// refusal is why no mail host is asked under this identity; nil if every check passed.
func refusal(r identity.Report) error {
	faults := r.With(identity.Fail)
	if len(faults) == 0 {
		return nil
	}
	var checks []string
	for _, f := range faults {
		checks = append(checks, f.Check)
	}
	return &exit{code: exitGate,
		err: fmt.Errorf("no mail host was asked: its reply would be about you and not about the mailbox (%s)",
			strings.Join(slices.Compact(checks), ", ")),
		hints: []string{"fix the faults above, or probe all the same with --force-probe"}}
}
