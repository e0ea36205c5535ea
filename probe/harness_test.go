package probe_test

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/mx"
)

// world is a sandbox's, with a list of addresses to ask about.
type world struct {
	*sandbox.World
	addresses []string
	dead      map[string]fault // by IP address
}

// fault is how a connection fails.
type fault func(ctx context.Context) error

func refuses(context.Context) error     { return syscall.ECONNREFUSED } // a RST
func prohibited(context.Context) error  { return syscall.EHOSTUNREACH } // an ICMP message
func unroutable(context.Context) error  { return syscall.ENETUNREACH }
func silence(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// dial fails where the world has dead hosts.
func (w *world) dial(dial smtp.Dial) smtp.Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return nil, err
		}
		if dead := w.dead[at.Addr().String()]; dead != nil {
			if err := dead(ctx); err != nil {
				return nil, &net.OpError{Op: "dial", Net: network, Err: err}
			}
		}
		return dial(ctx, network, address)
	}
}

func parse(t testing.TB, text string, addresses ...string) *world {
	t.Helper()
	w, err := sandbox.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return &world{World: w, addresses: addresses, dead: make(map[string]fault)}
}

// questions are those about addresses at domains that take mail, numbered as the addresses are.
func (w *world) questions(t testing.TB) (all []validate.Question) {
	t.Helper()
	var parsed []validate.Address
	domains := make(map[string]*validate.Mail)
	for _, text := range w.addresses {
		a, err := validate.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		parsed = append(parsed, a)
		domains[a.Domain] = nil
	}
	w.resolve(t, domains)
	for i, a := range parsed {
		if m := domains[a.Domain]; m.Status.Takes() {
			all = append(all, validate.Question{ID: uint32(i), Address: a, Mail: m})
		}
	}
	return all
}

// resolve asks the world's DNS.
func (w *world) resolve(t testing.TB, domains map[string]*validate.Mail) {
	t.Helper()
	s, err := sandbox.Start(context.Background(), w.World, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	client := &dns.Client{Servers: []string{sandbox.ResolverAddr}, Dial: s.Dial}
	defer client.Close()
	lookup := &mx.Lookup{DNS: client, AllowPrivate: true, Canaries: []string{}}
	names := make([]string, 0, len(domains))
	for name := range domains {
		names = append(names, name)
	}
	_, err = lookup.All(context.Background(), slices.Values(names), func(name string, m validate.Mail) error {
		domains[name] = &m
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// outcome is what a run found and how the servers saw it.
type outcome struct {
	addresses []string
	answers   []validate.Answer // by address
	asking    []validate.Asking
	sessions  []sandbox.Session
	manners   map[string]sandbox.Conduct // by host
}

// ask runs in a bubble of time: the pace is the real one and takes no time.
func (w *world) ask(t *testing.T, p probe.Prober) (o outcome) {
	t.Helper()
	return w.asked(t, p, w.questions(t))
}

// asked asks these questions.
func (w *world) asked(t *testing.T, p probe.Prober, all []validate.Question) (o outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o = w.askAll(t, p, all)
	})
	return o
}

// askAll is for a bubble in which more than one run goes.
func (w *world) askAll(t *testing.T, p probe.Prober, all []validate.Question) outcome {
	t.Helper()
	if p.Store == nil {
		p.Store = new(probe.Memory)
	}
	s, err := sandbox.Start(t.Context(), w.World, sandbox.Options{Pipes: true, Pace: p.Pace})
	if err != nil {
		t.Fatal(err)
	}
	o := outcome{addresses: w.addresses, answers: make([]validate.Answer, len(w.addresses))}
	p.Client = &smtp.Client{HELO: "probe.sandbox.test", From: "check@sandbox.test", Dial: w.dial(s.Dial),
		AllowPrivate: true}
	p.Own = []string{"probe.sandbox.test", sandbox.ClientAddr.String()}
	o.asking, err = p.Ask(t.Context(), slices.Values(all), func(found []validate.Answered) error {
		for _, f := range found {
			o.answers[f.ID] = f.Answer
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	o.sessions, o.manners = s.Sessions(), s.Conduct()
	return o
}

// run asks and hands what is found to emit.
func (w *world) run(ctx context.Context, t *testing.T, all []validate.Question,
	emit func([]validate.Answered) error) error {
	t.Helper()
	s, err := sandbox.Start(t.Context(), w.World, sandbox.Options{Pipes: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p := probe.Prober{Store: new(probe.Memory), Client: &smtp.Client{HELO: "probe.sandbox.test",
		From: "check@sandbox.test", Dial: w.dial(s.Dial), AllowPrivate: true}}
	_, err = p.Ask(ctx, slices.Values(all), emit)
	return err
}

// of is the answer about an address.
func (o *outcome) of(t *testing.T, address string) validate.Answer {
	t.Helper()
	i := slices.Index(o.addresses, address)
	if i < 0 {
		t.Fatalf("%s was not asked about", address)
	}
	return o.answers[i]
}

// reasons are the reasons of some addresses' answers, as one string.
func (o *outcome) reasons() string {
	var all []string
	for i := range o.answers {
		all = append(all, o.answers[i].Reason().String())
	}
	return strings.Join(all, " ")
}
