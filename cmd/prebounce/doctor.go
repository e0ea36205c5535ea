package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate/reply"
)

// doctor is what the command was asked for.
type doctor struct {
	identity    identitySettings
	resolvers   []string
	sandbox     bool
	world       string
	private     bool
	domainLists []string
	noLists     bool
	esp         string
	selectors   []string
	messages    []string // files
	noConnect   bool
	port        uint16
	format      string
	verbose     bool

	asker *asker
}

func doctorCommand() *cobra.Command {
	var o doctor
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Find out why your mail is refused: sender, IP address, DNS, message",
		Long: `Doctor examines who sends: the names of the IP address (PTR, HELO), the sender's domain (MX, SPF, DKIM, DMARC, MTA-STS,
TLS reporting, DANE, BIMI), blocklists, port 25, and what Google, Yahoo, Microsoft, Apple and La Poste require. With --message
it examines a mail: SPF, DKIM and DMARC as a receiving server does, its header and parts, unsubscription, and what filters wrote.

Each finding is ok, warn, fail or unchecked. What DNS or a list does not answer is unchecked, and never a fault. A finding names
the records it saw, the replies that servers give for it, and what to do next. Doctor sends no mail; --no-connect limits it to DNS.

It exits with 4 if something fails, and otherwise with 3 if something could not be checked.`,
		Example: "  prebounce doctor --from news@example.com --ip 192.0.2.1 --helo mail.example.com\n" +
			"  prebounce doctor --from news@example.com --esp mailchimp\n  prebounce doctor --message mail.eml " +
			"--ip 192.0.2.1",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			speaksToHosts.Store(true)
			return o.run(c)
		},
	}
	f := c.Flags()
	o.identity.register(f)
	f.StringArrayVar(&o.domainLists, "domain-blocklist", nil,
		"look the sender's domain up in the blocklist `ZONE`, e.g. dbl.spamhaus.org (repeatable)")
	f.BoolVar(&o.noLists, "no-blocklists", false,
		"query no blocklists (default: the usual ones, unless some are named)")
	f.StringVar(&o.esp, "esp", "", "check the DKIM keys and the SPF include of sending service `NAME`")
	f.StringArrayVar(&o.selectors, "dkim-selector", nil,
		"check the DKIM key `SELECTOR`: s= in your mail's DKIM-Signature (repeatable)")
	f.StringArrayVar(&o.messages, "message", nil, "examine the mail in `FILE`, or - for standard input (repeatable)")
	f.BoolVar(&o.noConnect, "no-connect", false,
		"connect to no mail host: skip the tests of port 25 and of the sender's mailbox")
	f.StringVar(&o.format, "format", "text", "print the findings as `text|json|sarif|junit`")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "also show the checks that passed, with their evidence")
	o.registerNetwork(c)
	completeFormats(c, diagnosisNames...)
	completeWords(c, "esp", strings.Split(senderNames(), ", ")...)
	return c
}

func (o *doctor) registerNetwork(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&o.resolvers, "resolver", nil,
		"query `HOST[:PORT]` instead of the system's resolvers (repeatable)")
	f.BoolVar(&o.sandbox, "sandbox", false,
		"use the built-in sandbox instead of the internet; reserved names are accepted")
	f.StringVar(&o.world, "world", "", "use a sandbox with the world of `FILE`; reserved names are accepted")
	f.BoolVar(&o.private, "allow-private-networks", false,
		"for labs: accept reserved names and connect to private addresses")
	f.Uint16Var(&o.port, "smtp-port", 25, "for labs: connect to mail hosts at `PORT`")
}

func (o *doctor) run(c *cobra.Command) (err error) {
	if err := checkDiagnosisFormat(o.format); err != nil {
		return err
	}
	examiner, err := o.examiner(c)
	if err != nil {
		return err
	}
	defer o.asker.close()
	if err := o.asker.examine(c.Context(), c.ErrOrStderr()); err != nil {
		return err
	}
	var d diagnosis
	if o.identity.from != "" {
		d.add("sender", examiner.From, examiner.Examine(c.Context()))
	}
	for _, file := range o.messages {
		if err := o.message(c, examiner, file, &d); err != nil {
			return err
		}
	}
	if c.Context().Err() != nil {
		return context.Canceled
	}
	if err := d.write(c.OutOrStdout(), o.format, o.verbose); err != nil {
		return err
	}
	return d.exit()
}

// examiner reads the flags and makes ready to ask.
func (o *doctor) examiner(c *cobra.Command) (e *identity.Examiner, err error) {
	if o.identity.from == "" && len(o.messages) == 0 {
		return nil, usageError(errors.New("doctor needs a sender or a message"),
			"--from news@example.com   or   --message mail.eml")
	}
	if _, known := identity.ServiceNamed(o.esp); o.esp != "" && !known {
		return nil, usageError(fmt.Errorf("unknown sending service %q", o.esp), "the services are "+senderNames())
	}
	lists, err := openLists()
	if err != nil {
		return nil, err
	}
	o.sandbox = o.sandbox || o.world != ""
	network := dnsSettings{resolvers: o.resolvers, sandbox: o.sandbox, world: o.world}
	if o.asker, err = network.asker(c, o.private, nil); err != nil {
		return nil, err
	}
	e, err = o.identity.sender(o.asker.lookup.DNS)
	if err != nil {
		o.asker.close()
		return nil, err
	}
	e.ESP, e.Selectors, e.DomainLists, e.AllowPrivate = o.esp, o.selectors, o.domainLists, o.private || o.sandbox
	o.lists(e)
	e.Foreign = notOurs(lists, e.From, nil)
	if !o.noConnect {
		e.Accepts, e.Connects = o.accepts(e), o.connects
	}
	if !o.noConnect && !o.sandbox {
		e.HTTPS = identity.PolicyClient(e.DNS, nil)
	}
	return e, nil
}

func senderNames() string {
	var names []string
	for _, s := range identity.Services() {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

// lists chooses the blocklists: those that were named, else the usual ones, which in the sandbox are its own.
func (o *doctor) lists(e *identity.Examiner) {
	if o.noLists {
		e.Blocklists, e.DomainLists = nil, nil
		return
	}
	if len(e.Blocklists)+len(e.DomainLists) > 0 {
		return
	}
	if o.sandbox {
		e.Blocklists, e.DomainLists = []string{"bl.sandbox.test"}, []string{"dbl.sandbox.test"}
		return
	}
	for _, l := range identity.Lists() {
		if l.Usual {
			e.Blocklists = append(e.Blocklists, l.Zone)
		}
	}
}

// client talks to mail hosts. Without a HELO name of ours there is nobody to talk.
func (o *doctor) client(e *identity.Examiner) *smtp.Client {
	client := &smtp.Client{HELO: e.HELO, From: e.From, Port: o.port, AllowPrivate: e.AllowPrivate}
	if o.asker.sandbox != nil {
		client.Dial = o.asker.sandbox.Dial
	}
	return client
}

func (o *doctor) accepts(e *identity.Examiner) func(context.Context, string) (reply.Reply, error) {
	if e.HELO == "" {
		return nil
	}
	return (&sessions{o.client(e), o.asker.lookup}).accepts
}

// farHosts are domains whose mail hosts are always there, to find out whether port 25 is open on the way out.
var farHosts = []string{"gmail.com", "outlook.com", "gmx.net"}

// connects tries the mail hosts of the sender's domain, then big ones, each with a connection that says nothing.
func (o *doctor) connects(ctx context.Context) error {
	domains := farHosts
	if _, domain, ok := strings.Cut(o.identity.from, "@"); ok {
		domains = append([]string{domain}, farHosts...)
	}
	failed := errors.New("their addresses are unknown")
	for _, domain := range domains {
		for _, h := range o.asker.lookup.Mail(ctx, domain).Hosts {
			for _, addr := range h.Addrs[:min(len(h.Addrs), 1)] {
				if failed = o.connect(ctx, addr); failed == nil {
					return nil
				}
			}
		}
	}
	return failed
}

func (o *doctor) connect(ctx context.Context, addr netip.Addr) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	dial := (&net.Dialer{}).DialContext
	if o.asker.sandbox != nil {
		dial = o.asker.sandbox.Dial
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(addr.String(), strconv.Itoa(int(o.port))))
	if err != nil {
		return err
	}
	return conn.Close()
}

// message looks at a mail.
func (o *doctor) message(c *cobra.Command, e *identity.Examiner, file string, d *diagnosis) error {
	text, err := readMail(c, file)
	if err != nil {
		return err
	}
	l := identity.Letter{Text: text, HELO: e.HELO, Sender: e.From}
	if len(e.IPs) > 0 {
		l.IP = e.IPs[0]
	}
	d.add("message", file, e.Message(c.Context(), l))
	return nil
}

// readMail reads a file, or the standard input, of at most identity.MaxMessage.
func readMail(c *cobra.Command, file string) ([]byte, error) {
	in := interruptible(c.Context(), c.InOrStdin())
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, identity.MaxMessage+1))
	if err != nil {
		return nil, err
	}
	if len(text) > identity.MaxMessage {
		return nil, fmt.Errorf("%s is larger than the %d bytes that a mail may have", file, identity.MaxMessage)
	}
	if len(text) == 0 {
		return nil, fmt.Errorf("%s is empty", file)
	}
	return text, nil
}
