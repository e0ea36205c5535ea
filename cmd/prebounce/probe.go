package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/known"
)

// probeSettings are the flags about asking mail hosts, without those that say what to ask.
type probeSettings struct {
	identity  identitySettings
	knownGood []string
	maxWait   time.Duration
	operators string // file
	bind      string
	proxy     string
	port      uint16
	force     bool
	pace      float64
	fleet     string // who asks in our place; empty: we do
}

// register takes a maxWait that is set already for its default.
func (s *probeSettings) register(f *pflag.FlagSet) {
	s.registerWay(f)
	f.StringVar(&s.fleet, "fleet", "",
		"let the workers of the fleet of `FILE|URL` ask: a file that fleet serve wrote, or tls://SECRET@HOST:PORT")
	f.StringArrayVar(&s.knownGood, "known-good", nil,
		"use `ADDRESS`, known to accept mail, as a control: if it is refused, the refusal is about you (repeatable)")
	f.DurationVar(&s.maxWait, "max-wait", cmp.Or(s.maxWait, 30*time.Minute),
		"wait at most `TIME` for a rate limit or greylisting, then leave the rest to a later run")
	f.StringVar(&s.operators, "operators", "",
		"replace rows of the table of operators (whom to ask, how much, how fast) by those of `FILE`")
	f.Float64Var(&s.pace, "pace", 1, "for labs: divide every wait and multiply every limit by `FACTOR`; loopback only")
}

// registerWay adds the flags that say who asks, and from where.
func (s *probeSettings) registerWay(f *pflag.FlagSet) {
	s.identity.register(f)
	f.StringVar(&s.bind, "bind", "", "connect to mail hosts from the local address `IP`")
	f.StringVar(&s.proxy, "proxy", "", "connect to mail hosts through `socks5://HOST:PORT`")
	f.Uint16Var(&s.port, "smtp-port", 25, "for labs: connect to mail hosts at `PORT`")
	f.BoolVar(&s.force, "force-probe", false,
		"probe even if --helo, --from or --ip fails its checks; the report says so")
}

// asking asks mail hosts for one command: [batch.Asker].
type asking struct {
	settings *probeSettings
	prober   *probe.Prober
	asker    *asker
	examiner *identity.Examiner
	lists    *known.Lists
	c        *cobra.Command
	planOnly bool
	workers  int  // not 0: of a fleet to plan for
	json     bool // the plan
	quiet    bool
	sampler  *report.Sampler // nil: everybody is asked about
	examined bool
	forced   []identity.Finding // faults that --force-probe passed over

	mu   sync.Mutex
	seen map[netip.Addr]int // by the address that mail hosts see us under: how many said so

	looked map[string]bool // what the findings of the pre-flight are about
}

// errPlanned ends a run that was to plan only.
var errPlanned = errors.New("planned")

// asking makes ready to ask. The store may be nil.
func (s *probeSettings) asking(c *cobra.Command, a *asker, store probe.Store, lists *known.Lists,
	private bool) (*asking, error) {
	speaksToHosts.Store(true)
	if a.lookup == nil {
		return nil, usageError(errors.New("probing needs DNS"), "leave out --no-dns")
	}
	if s.pace <= 0 {
		return nil, usageError(fmt.Errorf("invalid --pace %v: want a number above 0", s.pace), "--pace 100")
	}
	if a.sandbox != nil {
		s.identity.helo = cmp.Or(s.identity.helo, "probe.sandbox.test")
		s.identity.from = cmp.Or(s.identity.from, "check@sandbox.test")
	}
	examiner, err := s.identity.examiner(a.lookup.DNS)
	if err != nil {
		return nil, err
	}
	examiner.AllowPrivate = private || a.sandbox != nil
	client := &smtp.Client{HELO: examiner.HELO, From: examiner.From, Port: s.port, AllowPrivate: examiner.AllowPrivate}
	if client.Dial, err = s.dial(a); err != nil {
		return nil, err
	}
	rules, err := s.rules()
	if err != nil {
		return nil, err
	}
	for _, address := range s.knownGood {
		if _, err := validate.Parse(address); err != nil {
			return nil, usageError(fmt.Errorf("--known-good %.80q: %w", address, err),
				"--known-good colleague@partner.example")
		}
	}
	patience := s.maxWait
	if patience <= 0 {
		patience = -1
	}
	own := []string{examiner.HELO}
	for _, ip := range examiner.IPs {
		own = append(own, ip.String())
	}
	if store == nil {
		store = new(probe.Memory)
	}
	p := &probe.Prober{Client: client, Store: store, Rules: rules, Own: own, KnownGood: s.knownGood, MaxWait: patience,
		Pace: s.pace}
	asks := &asking{settings: s, prober: p, asker: a, examiner: examiner, lists: lists, c: c,
		seen: make(map[netip.Addr]int)}
	p.Listening = a.listening
	if !private { // the servers of a lab see what they are told to
		p.Seen = asks.echoed
	}
	return asks, nil
}

// dial is how mail hosts are reached.
func (s *probeSettings) dial(a *asker) (smtp.Dial, error) {
	switch {
	case a.sandbox != nil:
		return a.sandbox.Dial, nil
	case s.bind != "":
		ip, err := netip.ParseAddr(s.bind)
		if err != nil {
			return nil, usageError(fmt.Errorf("invalid --bind %.80q: want an IP address", s.bind), "--bind 192.0.2.1")
		}
		return s.through(smtp.Bind(ip))
	}
	return s.through(nil)
}

// through goes through the proxy, if there is one.
func (s *probeSettings) through(dial smtp.Dial) (smtp.Dial, error) {
	if s.proxy == "" {
		return dial, nil
	}
	d, err := smtp.Proxy(s.proxy, dial)
	if err != nil {
		return nil, usageError(fmt.Errorf("--proxy: %w", err), "--proxy socks5://127.0.0.1:1080")
	}
	return d, nil
}

func (s *probeSettings) rules() (*probe.Rules, error) {
	if s.operators == "" {
		return nil, nil
	}
	f, err := os.Open(s.operators)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rules, err := probe.ReadRules(f)
	if err != nil {
		return nil, usageError(fmt.Errorf("--operators %s: %w", s.operators, err),
			"prebounce lists operators   shows the columns")
	}
	return rules, nil
}

// Ask plans, finds out whether we are fit to ask, and asks.
func (a *asking) Ask(ctx context.Context, questions iter.Seq[validate.Question],
	emit func([]validate.Answered) error) ([]validate.Asking, error) {
	if err := a.onLoopback(questions); err != nil {
		return nil, err
	}
	plan := a.prober.Plan(questions)
	if a.planOnly && a.workers > 0 {
		return nil, errors.Join(tellNeeds(a.c.OutOrStdout(), plan, a.prober.Rules, a.workers, a.json), errPlanned)
	}
	if a.planOnly {
		tell := tellPlan
		if a.json {
			tell = tellPlanJSON
		}
		return nil, errors.Join(tell(a.c.OutOrStdout(), plan, a.sampler), errPlanned)
	}
	if plan.Questions > 0 && !a.examined {
		a.examined = true
		if err := a.fit(ctx, questions); err != nil {
			return nil, err
		}
		if a.sampler != nil && !a.quiet {
			say(a.c.ErrOrStderr(), "asking mail hosts: %s", firstRound(plan, a.sampler))
		}
	}
	counts := watcherOf(a.c).counts()
	return counts.asked(a.prober.Run(ctx, plan, counts.heard(emit)))
}

// onLoopback refuses to hurry where anybody but ourselves would suffer it.
func (a *asking) onLoopback(questions iter.Seq[validate.Question]) error {
	if a.settings.pace == 1 || a.asker.sandbox != nil {
		return nil
	}
	for q := range questions {
		for _, h := range q.Mail.Hosts {
			if slices.ContainsFunc(h.Addrs, func(ip netip.Addr) bool { return !ip.IsLoopback() }) {
				return usageError(fmt.Errorf("--pace is for labs: %s is not on this machine", h.Name), "leave it out")
			}
		}
	}
	return nil
}

// fit reports whether mail hosts would answer about the mailbox and not about us.
func (a *asking) fit(ctx context.Context, questions iter.Seq[validate.Question]) error {
	onList := make(map[string]bool)
	for q := range questions {
		onList[q.Address.Domain] = true
	}
	a.examiner.Foreign = notOurs(a.lists, a.examiner.From, func(domain string) bool { return onList[domain] })
	a.examiner.Accepts = (&sessions{a.prober.Client, a.asker.lookup}).accepts
	r, err := preflight(ctx, a.examiner, a.c.ErrOrStderr())
	if err != nil {
		return err
	}
	a.looked = make(map[string]bool)
	for _, f := range r.Findings {
		a.looked[f.About] = true
	}
	if a.settings.force {
		a.forced = r.With(identity.Fail)
		return nil
	}
	return refusal(r)
}

// forcedNotes tell what --force-probe passed over.
func (a *asking) forcedNotes() (notes []string) {
	for _, f := range a.forced {
		notes = append(notes, "mail hosts were asked despite a fault of the sender, which their replies may be "+
			"about: "+f.Says)
	}
	return notes
}

// conversation prints what was said to mail hosts and what they said.
func conversation(w io.Writer) func(smtp.Line) {
	var mu sync.Mutex
	return func(l smtp.Line) {
		mu.Lock()
		defer mu.Unlock()
		who := "<"
		if l.Sent {
			who = ">"
		}
		say(w, "smtp: %s %s %s", l.Host.Name, who, l.Text)
	}
}

// agreeing is how many mail hosts must see us under an address that we did not know of, until we believe it.
const agreeing = 2

// echoed looks for the address that a mail host sees us under. Where it is another one than was examined, that one is,
// and what is wrong with it ends asking.
func (a *asking) echoed(echo string) (own, why string) {
	ip, ok := identity.Echoed(echo)
	if !ok {
		return "", ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.seen[ip]++; a.seen[ip] != agreeing || a.settings.force || a.looked[ip.String()] {
		return ip.String(), ""
	}
	e := *a.examiner
	e.IPs, e.Accepts = []netip.Addr{ip}, nil
	r, err := preflight(a.c.Context(), &e, a.c.ErrOrStderr())
	if err == nil {
		err = refusal(r)
	}
	if err == nil {
		return ip.String(), ""
	}
	return ip.String(), fmt.Sprintf("mail hosts see us as %s: %v", ip, err)
}
