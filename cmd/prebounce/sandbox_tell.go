package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// tell says where the sandbox listens, to programs on stdout and to people on stderr.
func (o *playing) tell(stderr, stdout io.Writer, s *sandbox.Sandbox, w *sandbox.World) {
	fmt.Fprintln(stdout, s.DNSAddr())
	tellPlaces(stderr, stdout, s.Listening())
	if o.options.Submission != "" {
		tellLogins(stderr, w, o.options.AnyLogin)
	}
	if o.tls.dir != "" {
		say(stderr, "sandbox: prebounce sandbox trust %s   prints how clients come to trust %s",
			shellWord(o.tls.dir), filepath.Join(o.tls.dir, sandbox.CAFile))
	}
	if n := o.events.notifier; n != nil {
		say(stderr, "sandbox: SNS messages are signed; their certificate is at %s", n.site+snsCertificate)
	}
	say(stderr, "sandbox: DNS at %s, UDP and TCP; interrupt to end", s.DNSAddr())
}

// tellPlaces says where mail hosts listen, and which of them can't.
func tellPlaces(stderr, stdout io.Writer, places []sandbox.Place) {
	var shared []string
	for _, p := range places {
		if p.Listen == "" {
			shared = append(shared, p.Host)
			continue
		}
		fmt.Fprintf(stdout, "%s\t%s\t%s\n", p.Listen, p.Host, p.Personality)
		if p.Host == "*" {
			say(stderr, "sandbox: %s for any domain at %s", servesAs(p), p.Listen)
		}
	}
	if len(shared) > 0 {
		say(stderr, "sandbox: these hosts have no IPv4 loopback address of their own; reach them through "+
			"the server for any domain: %s",
			strings.Join(shared, ", "))
	}
}

func servesAs(p sandbox.Place) string {
	switch {
	case p.TLSFirst:
		return "SMTP over TLS"
	case p.Personality == "submission":
		return "submission"
	}
	return "SMTP"
}

// tellLogins says who may log in at the submission port.
func tellLogins(stderr io.Writer, w *sandbox.World, any bool) {
	if any {
		say(stderr, "sandbox: every name and password logs in")
		return
	}
	for _, l := range w.Logins() {
		say(stderr, "sandbox: log in as %s with the password %s", l.Name, l.Password)
	}
}
