package identity

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/reply"
)

// Examiner examines one identity. Its fields must not be changed while it runs.
type Examiner struct {
	DNS  *dns.Client
	HELO string // the name that is said at EHLO, in A-label form
	From string // the envelope sender, its domain in A-label form

	IPs        []netip.Addr // the addresses that servers see; HELO's, at most 16 of them, if empty
	Blocklists []string     // zones to ask; see [Lists]. What is not known is asked about addresses

	DomainLists []string // zones to ask about the sender's domain

	ESP       string   // the sending service, by a name of [Services], if one sends for us
	Selectors []string // of DKIM keys; if empty those of ESP, else those of all services

	Checks []string // of a message, by their names; if empty, all. "bulk" needs all of them
	Brief  bool     // leave the Replies of findings empty, for who wants the results alone

	// Foreign, if set, says whose a name is that isn't ours to use: a big provider's, a recipient's. Empty means
	// nobody's.
	Foreign func(name string) string

	// Accepts, if set, asks the sender's own mail host whether it takes mail for the sender, and returns its reply at
	// RCPT. An error means that it could not be asked.
	Accepts func(ctx context.Context, sender string) (reply.Reply, error)

	// Connects, if set, reports whether port 25 of mail hosts can be reached from here. An error means that none
	// answers.
	Connects func(ctx context.Context) error

	// HTTPS, if set, fetches the MTA-STS policy of the sender's domain; if nil the policy is not looked at. See
	// [PolicyClient].
	HTTPS *http.Client

	AllowPrivate bool // labs: private addresses and reserved names may be ours
}

const (
	mostAddresses = 16 // that are taken from DNS
	atOnce        = 8  // checks that run at the same time
)

// exam is one examination: what its checks share.
type exam struct {
	asked  *Examiner    // who was asked for
	helo   string       // in the form that names are compared in
	domain string       // the sender's, or empty where the address is none
	ips    []netip.Addr // what is known of our addresses
	lists  []List
	letter *letter // if it is about a message
	memory *memory

	probing bool      // it is about asking mail hosts, which takes a name of our own
	done    []Finding // of the tables before
}

// Preflight runs the checks that have to pass before a probe. Where ctx ends, what is left is [Unchecked].
func (e *Examiner) Preflight(ctx context.Context) Report {
	x := e.begin(ctx)
	x.probing = true
	x.run(ctx, preflight)
	return Report{x.done}
}

// Fit runs Preflight and returns an error that names what is wrong: then what mail hosts reply would be about
// the sender. It is what probe.New wants. Where ctx ends the error is ctx's.
func (e *Examiner) Fit(ctx context.Context) error {
	r := e.Preflight(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	var faults []string
	for _, f := range r.With(Fail) {
		faults = append(faults, cmp.Or(f.About, f.Check)+": "+f.Says)
	}
	if len(faults) == 0 {
		return nil
	}
	return errors.New("this sender is not fit to ask mail hosts: " + strings.Join(faults, "; "))
}

// Examine runs all checks of a sender: those of Preflight, what DNS says of its domain, and what the big mailbox
// providers require. HELO may be left empty.
func (e *Examiner) Examine(ctx context.Context) Report {
	x := e.begin(ctx)
	x.run(ctx, preflight)
	x.run(ctx, domainChecks)
	x.run(ctx, bulkChecks)
	return Report{x.done}
}

func (e *Examiner) begin(ctx context.Context) *exam {
	x := &exam{asked: e, memory: new(memory), helo: plainName(e.HELO), domain: senderDomain(e.From), done: []Finding{}}
	x.ips = x.addresses(ctx)
	for _, zone := range e.Blocklists {
		x.lists = append(x.lists, ListOf(zone))
	}
	for _, zone := range e.DomainLists {
		l := ListOf(zone)
		l.Domains = true
		x.lists = append(x.lists, l)
	}
	return x
}

// run adds what the checks of a table find. They run side by side.
func (x *exam) run(ctx context.Context, table []row) {
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
	for _, f := range found {
		if f.Says != "" {
			x.done = append(x.done, *f)
		}
	}
}

// runInOrder is run for checks that look at what is there already, which takes less time than to begin them side by side.
func (x *exam) runInOrder(ctx context.Context, table []row) {
	for _, r := range table {
		for _, s := range r.on(x) {
			if f := r.find(ctx, x, s); f.Says != "" {
				x.done = append(x.done, f)
			}
		}
	}
}

// find runs a check and adds what the table knows.
func (r *row) find(ctx context.Context, x *exam, s subject) Finding {
	f := r.run(ctx, x, s)
	f.Check = r.name
	if f.Evidence == nil {
		f.Evidence = []string{}
	}
	if !x.asked.Brief && (f.Result == Warn || f.Result == Fail) {
		f.Replies = r.causes()
	}
	return f
}

// addresses are the given ones, else HELO's, each once.
func (x *exam) addresses(ctx context.Context) (all []netip.Addr) {
	from := x.asked.IPs
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
