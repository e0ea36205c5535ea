package identity

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/reply"
)

// Examiner examines one identity. Nothing may be changed while it does.
type Examiner struct {
	DNS  *dns.Client
	HELO string // the name that is said at EHLO, in A-label form
	From string // the envelope sender, its domain in A-label form

	IPs        []netip.Addr // the addresses that servers see; HELO's, at most 16 of them, if empty
	Blocklists []string     // zones to ask; see [Lists]

	// Foreign, if set, says whose a name is that isn't ours to use: a big provider's, a recipient's. Empty means nobody's.
	Foreign func(name string) string

	// Accepts, if set, asks the sender's own mail host whether it takes mail for the sender, and returns its reply at RCPT.
	// An error means that it could not be asked.
	Accepts func(ctx context.Context, sender string) (reply.Reply, error)

	AllowPrivate bool // labs: private addresses and reserved names may be ours
}

const (
	mostAddresses = 16 // that are taken from DNS
	atOnce        = 8  // checks that run at the same time
)

// exam is one examination: what its checks share.
type exam struct {
	*Examiner
	helo   string       // in the form that names are compared in
	domain string       // the sender's, or empty where the address is none
	ips    []netip.Addr // what is known of our addresses
	lists  []List
	memory memory
}

// Preflight runs the checks that have to pass before a probe. Where ctx ends, what is left is [Unchecked].
func (e *Examiner) Preflight(ctx context.Context) Report {
	return e.run(ctx, preflight)
}

func (e *Examiner) run(ctx context.Context, table []row) Report {
	x := &exam{Examiner: e, helo: plainName(e.HELO), domain: senderDomain(e.From)}
	x.ips = x.addresses(ctx)
	for _, zone := range e.Blocklists {
		x.lists = append(x.lists, ListOf(zone))
	}
	var found []*Finding
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, r := range table {
		for _, s := range r.on(x) {
			f := new(Finding)
			found = append(found, f)
			group.Go(func() error {
				*f = r.find(ctx, x, s)
				return nil
			})
		}
	}
	group.Wait()
	return Report{said(found)}
}

// find runs a check and adds what the table knows.
func (r *row) find(ctx context.Context, x *exam, s subject) Finding {
	f := r.run(ctx, x, s)
	f.Check = r.name
	if f.Result == Warn || f.Result == Fail {
		f.Replies = r.causes()
	}
	return f
}

func said(found []*Finding) []Finding {
	all := []Finding{}
	for _, f := range found {
		if f.Says != "" {
			all = append(all, *f)
		}
	}
	return all
}

// addresses are the given ones, else HELO's, each once.
func (x *exam) addresses(ctx context.Context) (all []netip.Addr) {
	from := x.IPs
	if len(from) == 0 && isHost(x.helo) {
		from = x.resolve(ctx, x.helo).addrs
		from = from[:min(len(from), mostAddresses)]
	}
	for _, ip := range from {
		if ip = ip.Unmap().WithZone(""); ip.IsValid() && !slices.Contains(all, ip) {
			all = append(all, ip)
		}
	}
	return all
}

// plainName is the form that names are compared in.
func plainName(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }
