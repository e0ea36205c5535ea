package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// eventSettings are the flags about bounces and the events of sending services.
type eventSettings struct {
	to, as   string
	notifier *notifier // of SES's events, once it is started
}

func (e *eventSettings) register(c *cobra.Command, o *sandbox.Options) {
	f := c.Flags()
	f.DurationVar(&o.BounceAfter, "bounce-after", 0,
		"return accepted mail after `TIME`, whatever the world says of its host")
	f.Var((*loopbackPort)(&o.BouncesTo), "bounces-to", "also send bounces by SMTP to `PORT` of 127.0.0.1")
	f.StringVar(&e.to, "events-to", "", "post bounces and deliveries as events to `URL`, at a loopback address")
	f.StringVar(&e.as, "events-as", "", "give events the form of `"+strings.Join(eventServices(), "|")+"`")
	completeWords(c, "events-as", eventServices()...)
}

func eventServices() []string { return slices.Sorted(maps.Keys(eventForms)) }

// apply fills in the options.
func (e *eventSettings) apply(c *cobra.Command, o *sandbox.Options) error {
	o.Problem = func(err error) { say(c.ErrOrStderr(), "sandbox: %v", err) }
	switch {
	case o.BounceAfter < 0:
		return usageError(fmt.Errorf("invalid --bounce-after %s: want a time such as 2s", o.BounceAfter),
			"--bounce-after 2s")
	case e.to == "" && e.as == "":
		return nil
	case e.to == "", eventForms[e.as] == nil:
		return usageError(fmt.Errorf("invalid --events-as %q: want --events-to URL and one of %s", e.as,
			strings.Join(eventServices(), ", ")),
			"--events-to http://127.0.0.1:8080/hook --events-as ses")
	}
	if err := checkLoopbackURL(e.to); err != nil {
		return usageError(err, "--events-to http://127.0.0.1:8080/hook --events-as ses")
	}
	form := eventForms[e.as]
	o.Fates = func(ctx context.Context, fates []sandbox.Fate) {
		for _, p := range form(e.notifier, fates) {
			if err := p.send(ctx, e.to); err != nil {
				o.Problem(fmt.Errorf("event to %s: %w", e.to, err))
			}
		}
	}
	return nil
}

// start makes ready to sign, where the service does, with a key in the folder of --tls-dir.
func (e *eventSettings) start(dir string) (err error) {
	if e.as == "ses" {
		e.notifier, err = startNotifier(dir)
	}
	return err
}

func (e *eventSettings) close() {
	if e.notifier != nil {
		e.notifier.close()
	}
}

// checkLoopbackURL accepts http://127.0.0.1:PORT/PATH and the like.
func checkLoopbackURL(text string) error {
	u, err := url.Parse(text)
	if err == nil && u.Scheme == "http" && u.User == nil {
		if u.Hostname() == "localhost" {
			return nil
		}
		if addr, err := netip.ParseAddr(u.Hostname()); err == nil && addr.IsLoopback() {
			return nil
		}
	}
	return fmt.Errorf("invalid --events-to %q: want http:// and a loopback address", text)
}

// posting is one request of a webhook.
type posting struct {
	kind   string // its Content-Type
	agent  string
	fields map[string]string
	body   []byte
}

// eventTime bounds a request, and mostAnswer how much of the answer is read.
const (
	eventTime  = 10 * time.Second
	mostAnswer = 64 << 10
)

// eventClient dials nothing but loopback addresses, follows no redirection, and knows no proxy.
var eventClient = &http.Client{
	Timeout:       eventTime,
	Transport:     &http.Transport{DialContext: dialLoopback, MaxConnsPerHost: 8},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func dialLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if addr, err := netip.ParseAddr(host); err != nil || !addr.IsLoopback() {
		return nil, errors.New("not a loopback address")
	}
	var d net.Dialer
	return d.DialContext(ctx, network, net.JoinHostPort(host, port))
}

// send posts once. Services try again; here whoever tests sees at once that it failed.
func (p posting) send(ctx context.Context, to string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(p.body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", p.kind)
	r.Header.Set("User-Agent", p.agent)
	for name, value := range p.fields {
		r.Header.Set(name, value)
	}
	answer, err := eventClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	io.CopyN(io.Discard, answer.Body, mostAnswer)
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the answer is %s", answer.Status)
	}
	return nil
}
