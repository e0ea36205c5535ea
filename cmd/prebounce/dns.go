package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/mx"
)

// dnsSettings are the flags about asking DNS.
type dnsSettings struct {
	off       bool
	resolvers []string
	sandbox   bool
	world     string  // a file with the sandbox's world; empty: the built-in one
	pace      float64 // of the sandbox; 0: ours
}

func (d *dnsSettings) register(f *pflag.FlagSet) {
	f.BoolVar(&d.off, "no-dns", false, "do not query DNS; the report says what remains unknown")
	f.StringArrayVar(&d.resolvers, "resolver", nil,
		"query `HOST[:PORT]` instead of the system's resolvers (repeatable)")
	f.BoolVar(&d.sandbox, "sandbox", false,
		"use the built-in sandbox instead of the internet; reserved names are accepted")
}

// asker asks DNS for one command. Close it.
type asker struct {
	lookup  *mx.Lookup // nil: DNS is not asked
	sandbox *sandbox.Sandbox
}

func (a *asker) close() {
	if a.lookup != nil {
		a.lookup.DNS.Close()
	}
	if a.sandbox != nil {
		a.sandbox.Close()
	}
}

// asker makes ready to ask DNS and tells the person what is odd about the resolvers. private lets private addresses
// pass.
func (d *dnsSettings) asker(c *cobra.Command, private bool, trace func(dns.Answer)) (*asker, error) {
	a := &asker{}
	if d.off {
		return a, nil
	}
	client := &dns.Client{Trace: trace}
	for _, r := range d.resolvers {
		server, err := dns.ParseServer(r)
		if err != nil {
			return nil, usageError(fmt.Errorf("--resolver: %w", err),
				"--resolver 9.9.9.9   or   --resolver [2620:fe::fe]:53")
		}
		client.Servers = append(client.Servers, server)
	}
	if d.sandbox {
		if err := a.play(c.Context(), client, d); err != nil {
			return nil, err
		}
	}
	if _, err := client.Resolvers(); err != nil {
		a.close()
		return nil, &exit{code: exitFailed, err: err,
			hints: []string{"--resolver HOST to name one, or --no-dns to go without"}}
	}
	a.lookup = &mx.Lookup{DNS: client, AllowPrivate: private || d.sandbox}
	return a, nil
}

// play starts the sandbox and has client ask it.
func (a *asker) play(ctx context.Context, client *dns.Client, d *dnsSettings) (err error) {
	w, err := readWorld(d.world)
	if err != nil {
		return err
	}
	if a.sandbox, err = sandbox.Start(ctx, w, sandbox.Options{Pace: d.pace}); err != nil {
		return err
	}
	client.Servers, client.Dial = []string{sandbox.ResolverAddr}, a.sandbox.Dial
	return nil
}

// examined is a resolver that is examined before its first question. If the store knows every domain, it is never
// asked.
type examined struct {
	asker  *asker
	stderr io.Writer
	counts *counter
}

// All is [mx.Lookup.All].
func (e *examined) All(ctx context.Context, names iter.Seq[string], emit func(string, validate.Mail) error) (mx.Doubt,
	error) {
	if err := e.asker.examine(ctx, e.stderr); err != nil {
		return mx.Doubt{}, err
	}
	return e.asker.lookup.All(ctx, names, func(domain string, m validate.Mail) error {
		e.counts.looked(m)
		return emit(domain, m)
	})
}

// examine tells the person what is odd about the resolvers.
func (a *asker) examine(ctx context.Context, stderr io.Writer) error {
	if a.lookup == nil {
		return nil
	}
	manners, err := a.lookup.DNS.Examine(ctx)
	for _, m := range manners {
		for _, sentence := range m.Sentences() {
			say(stderr, "%s", sentence)
		}
	}
	if ctx.Err() != nil {
		return context.Canceled
	}
	return err
}

// tracer prints each question and what came, for the support engineer.
func tracer(w io.Writer) func(dns.Answer) {
	var mu sync.Mutex
	return func(a dns.Answer) {
		mu.Lock()
		defer mu.Unlock()
		say(w, "dns: %s %s: %s in %s", a.Name, a.Type, answerText(a), a.Took.Round(10_000))
	}
}

// answerText is an answer with its records.
func answerText(a dns.Answer) string {
	text := a.String()
	for _, m := range a.MX {
		text += fmt.Sprintf(", %d %s", m.Preference, cmp.Or(m.Host, "."))
	}
	for _, ip := range a.Addrs {
		text += ", " + ip.String()
	}
	if a.Canonical != "" && a.Canonical != a.Name {
		text += ", an alias of " + a.Canonical
	}
	return text
}
