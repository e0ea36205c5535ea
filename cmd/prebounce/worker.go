package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/fleet"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/known"
)

// working are the flags of worker.
type working struct {
	dns     dnsSettings
	probe   probeSettings
	only    []string
	private bool
}

func workerCommand() *cobra.Command {
	var o working
	c := &cobra.Command{
		Use:   "worker",
		Short: "Ask mail servers for a fleet, from this machine's address",
		Long: "Worker takes questions from the server of a fleet, asks mail servers, and hands back the answers, until " +
			"it is interrupted or\ndrained. It begins with a pre-flight: port 25 must be open, and --helo, --from and " +
			"the address fit to ask.",
		Example: "  prebounce worker --fleet one.fleet --helo probe1.example.com --from postmaster@example.com",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	f := c.Flags()
	f.StringVar(&o.probe.fleet, "fleet", "", "use the fleet of `FILE|URL`: a file that fleet serve wrote, or tls://SECRET@HOST:PORT")
	f.StringSliceVar(&o.only, "only", nil,
		"ask only these operators: `OPERATOR,...` (prebounce lists operators; \"other\" is all without a row there)")
	o.probe.registerWay(f)
	f.StringArrayVar(&o.dns.resolvers, "resolver", nil,
		"query `HOST[:PORT]` instead of the system's resolvers (repeatable)")
	f.BoolVar(&o.private, "allow-private-networks", false,
		"for labs: accept reserved names and connect to private addresses")
	return c
}

func (o *working) run(c *cobra.Command) error {
	conn, err := joinFleet(c, o.probe.fleet)
	if err != nil {
		return err
	}
	defer conn.Close()
	if o.probe.pace = conn.Pace(); o.probe.pace != 1 && !o.private {
		return usageError(errors.New("this fleet is a lab: its pace is for servers on this machine"),
			"--allow-private-networks, in a lab")
	}
	a, err := o.dns.asker(c, o.private, nil)
	if err != nil {
		return err
	}
	defer a.close()
	lists, err := openLists()
	if err != nil {
		return err
	}
	asks, err := o.probe.asking(c, a, nil, lists, o.private)
	if err != nil {
		return err
	}
	if o.probe.pace != 1 {
		asks.prober.Client.Dial = onlyLoopback(asks.prober.Client.Dial)
	}
	from, err := o.address(c.Context(), a, asks)
	if err != nil {
		return err
	}
	sender := asks.examiner.From
	w := &fleet.Worker{Conn: conn, Version: version(), From: from, Operators: o.only, Prober: asks.prober,
		Names: []string{asks.examiner.HELO, sender, sender[strings.LastIndexByte(sender, '@')+1:]},
		Fit:   func(ctx context.Context) error { return o.fit(ctx, asks, lists) },
		Tell:  func(text string) { say(c.ErrOrStderr(), "worker %s: %s", conn.Name(), text) }}
	return w.Run(c.Context())
}

// address is the one that mail servers see, as far as can be told before any was asked.
func (o *working) address(ctx context.Context, a *asker, asks *asking) (string, error) {
	if ips := asks.examiner.IPs; len(ips) > 0 {
		return ips[0].String(), nil
	}
	if ip, err := netip.ParseAddr(o.probe.bind); err == nil && (o.private || validate.Public(ip)) {
		return ip.String(), nil
	}
	for _, typ := range []dns.Type{dns.A, dns.AAAA} {
		if found := a.lookup.DNS.Ask(ctx, asks.examiner.HELO, typ); len(found.Addrs) > 0 {
			return found.Addrs[0].String(), nil
		}
	}
	return "", usageError(fmt.Errorf("the address of %s is not known", asks.examiner.HELO),
		"--ip ADDRESS, the public one that mail servers see")
}

// fit is a worker's pre-flight.
func (o *working) fit(ctx context.Context, asks *asking, lists *known.Lists) error {
	asks.examiner.Foreign = notOurs(lists, asks.examiner.From, nil)
	asks.examiner.Accepts = (&sessions{asks.prober.Client, asks.asker.lookup}).accepts
	r, err := preflight(ctx, asks.examiner, asks.c.ErrOrStderr())
	if err != nil {
		return err
	}
	if !o.probe.force {
		err = refusal(r)
	}
	if err != nil || o.private {
		return err
	}
	return o.wayOut(ctx, asks)
}

// wayOut reports whether port 25 is open from here: a server that is known to listen greets us.
func (o *working) wayOut(ctx context.Context, asks *asking) error {
	var names []string
	for _, h := range asks.asker.listening(ctx) {
		s, err := asks.prober.Client.Open(ctx, h)
		trouble, _ := errors.AsType[*smtp.Trouble](err)
		if trouble == nil {
			s.Quit(ctx)
			return nil
		}
		if trouble.Reply.Code != 0 {
			return nil
		}
		names = append(names, h.Name)
	}
	return &exit{code: exitGate,
		err:   fmt.Errorf("port 25 is closed on the way out of here: %s did not answer", strings.Join(names, " and ")),
		hints: []string{"ask the provider of this machine to open port 25, or use --proxy"}}
}

// onlyLoopback keeps a lab's hurry on this machine.
func onlyLoopback(dial smtp.Dial) smtp.Dial {
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().IsLoopback() {
			return nil, fmt.Errorf("a fleet with a pace is a lab: %s is not on this machine", address)
		}
		return dial(ctx, network, address)
	}
}
