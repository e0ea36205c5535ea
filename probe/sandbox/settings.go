package sandbox

import (
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// setting reads one value.
type setting func(p *personality, value string) error

// settings are what makes a personality, beside its replies. A world's SMTP line may have each as name=value.
// Zero means never.
var settings = map[string]setting{
	// what it offers
	// the keywords of EHLO, but for those below
	"ehlo": words(func(p *personality) *[]string { return &p.ehlo }),
	// octets of a message
	"size": number(func(p *personality) *int { return &p.size }),
	// offered; broken in two ways
	"starttls": choice(func(p *personality) *string { return &p.starttls }, "no works 454 handshake"),
	// who may log in stands in LOGIN lines
	"auth": words(func(p *personality) *[]string { return &p.auth }, "PLAIN", "LOGIN"),
	// refuses mail without; auth of an anywhere host holds only for what is not hosted there
	"need": words(func(p *personality) *[]string { return &p.need }, "tls", "auth"),
	// strict: 500 to a client that does it all the same
	"pipelining": choice(func(p *personality) *string { return &p.pipelining }, "yes no strict"),
	"smtputf8":   choice(func(p *personality) *string { return &p.smtputf8 }, "yes no"),
	// RCPT with UTF-8, but no SMTPUTF8 in MAIL
	"utf8":  choice(func(p *personality) *string { return &p.utf8 }, "take refuse strip"),
	"ports": words(func(p *personality) *[]string { return &p.ports }, "25", "587"),
	// takes mail for every domain and answers as the domain's own host would
	"anywhere": flag(func(p *personality) *bool { return &p.anywhere }),

	// what it takes for wrong; the replies say so
	// commands that have none
	"no-argument": words(func(p *personality) *[]string { return &p.bare }, "DATA", "RSET", "NOOP", "QUIT", "HELP"),
	"refuse-path": words(func(p *personality) *[]string { return &p.refusePath }, pathFaults...),
	"helo-form":   pattern(func(p *personality) **regexp.Regexp { return &p.heloForm }), // what a name must match
	// spaces and tabs around words
	"loose-words": flag(func(p *personality) *bool { return &p.looseWords }),
	// replies that end the session
	"ends-with": words(func(p *personality) *[]string { return &p.endsWith }),
	// a parameter may lack its value
	"lone": flag(func(p *personality) *bool { return &p.lone }),
	// reads parameters from the last to the first
	"backwards": flag(func(p *personality) *bool { return &p.backwards }),
	// reads parameters only after EHLO
	"after-ehlo":  flag(func(p *personality) *bool { return &p.afterEHLO }),
	"envid-form":  form("ENVID"),
	"auth-form":   form("AUTH"),
	"notify-form": form("NOTIFY"),
	"orcpt-form":  form("ORCPT"),
	"body-form":   form("BODY"),
	"qualify":     flag(func(p *personality) *bool { return &p.qualifies }), // ann is ann@ the host
	"unquote":     flag(func(p *personality) *bool { return &p.unquotes }),  // shows "a b"@c.test as a b@c.test
	"no-routes":   flag(func(p *personality) *bool { return &p.routes }),    // ann%far.test@a.test would be relayed
	"verifies":    flag(func(p *personality) *bool { return &p.verifies }),  // VRFY tells who exists
	// hangs up at the next unknown command after so many
	"unknown-limit": number(func(p *personality) *int { return &p.unknowns }),
	// hangs up at the next 501 or 503 after so many
	"syntax-limit": number(func(p *personality) *int { return &p.protocol }),

	// who exists
	// when it tells who does; bounce: it accepts all, and returns the mail
	"verify": choice(func(p *personality) *string { return &p.verify }, "rcpt data bounce never"),
	"plus":   flag(func(p *personality) *bool { return &p.plus }),                      // ann+news is ann
	"dots":   choice(func(p *personality) *string { return &p.dots }, "ignored count"), // a.n.n is ann

	"demand": demands, // what everybody gets, as from a recipient at reply.DOMAIN, at any stage

	// how it returns what it accepted and can't deliver
	"bounce": choice(func(p *personality) *string { return &p.bounce },
		strings.Join(slices.Sorted(maps.Keys(bounceForms)), " ")),
	"bounce-after": span(func(p *personality) *time.Duration { return &p.bounceAfter }),

	// limits of a session
	// after so many errors each reply takes the pause
	"soft": number(func(p *personality) *int { return &p.soft }),
	// after so many errors the next command gets the 421
	"hard": number(func(p *personality) *int { return &p.hard }),
	// after so many RSET, NOOP, VRFY each is an error
	"junk":          number(func(p *personality) *int { return &p.junk }),
	"nonmail-limit": number(func(p *personality) *int { return &p.nonmail }), // so many commands that are no mail
	// hangs up with so many refused recipients
	"drop": number(func(p *personality) *int { return &p.drop }),
	// after so many refused recipients each RCPT takes the pause; RSET forgets
	"throttle": number(func(p *personality) *int { return &p.throttle }),
	"rcpts":    number(func(p *personality) *int { return &p.rcpts }), // accepted recipients in a transaction
	// recipients in a transaction, accepted or not
	"asks": number(func(p *personality) *int { return &p.asks }),
	// 421 in place of a verdict after so many RCPTs in a session
	"closes":     number(func(p *personality) *int { return &p.closes }),
	"one-domain": choice(func(p *personality) *string { return &p.oneDomain }, "no transaction session"),
	"pause":      span(func(p *personality) *time.Duration { return &p.pause }),

	// limits of a client
	"at-once":     number(func(p *personality) *int { return &p.atOnce }),    // connections at once
	"connections": per(func(p *personality) *rate { return &p.connections }), // such as 10/60s
	// the connections that are turned away count as well
	"strict":    flag(func(p *personality) *bool { return &p.strict }),
	"rcpt-rate": per(func(p *personality) *rate { return &p.rcptRate }),
	// after so many unknown recipients everything is about the client
	"mining":   number(func(p *personality) *int { return &p.mining }),
	"greylist": span(func(p *personality) *time.Duration { return &p.greylist }),
	"deep":     flag(func(p *personality) *bool { return &p.deep }), // the first connection is only a test

	// delays
	"wait": span(func(p *personality) *time.Duration { return &p.wait }), // before the greeting
	// between the lines of a stranger's greeting
	"tease":     span(func(p *personality) *time.Duration { return &p.tease }),
	"tarpit":    span(func(p *personality) *time.Duration { return &p.tarpit }),
	"bad-delay": span(func(p *personality) *time.Duration { return &p.badDelay }), // before each refusal of a recipient
	"look":      span(func(p *personality) *time.Duration { return &p.look }),     // before each reply to RCPT
	"bye":       span(func(p *personality) *time.Duration { return &p.bye }),      // before the reply to QUIT
	// a round trip: once per flush, not per reply
	"rtt": span(func(p *personality) *time.Duration { return &p.rtt }),

	// what it does not like about the client, its name and the sender, and at which stage it says so
	// all, noptr, an address or a prefix
	"refuse-client": words(func(p *personality) *[]string { return &p.refuseClient }),
	// all, bare (no full name), unknown (no address), a name
	"refuse-helo": words(func(p *personality) *[]string { return &p.refuseHelo }),
	// all, null, nodomain, nouser, a domain, an address
	"refuse-sender": words(func(p *personality) *[]string { return &p.refuseSender }),
	"client-at":     choice(func(p *personality) *string { return &p.clientAt }, stages),
	"helo-at":       choice(func(p *personality) *string { return &p.heloAt }, stages),
	"sender-at":     choice(func(p *personality) *string { return &p.senderAt }, stages),

	// what it looks into at the end of DATA: any wants SPF or DKIM to pass
	"check": words(func(p *personality) *[]string { return &p.check }, "spf", "dkim", "dmarc", "any"),

	// how it fails, each at some stages
	// who talks before the greeting
	"early-talk": choice(func(p *personality) *string { return &p.earlyTalk }, "ignore rcpt refuse close"),
	"endless":    words(func(p *personality) *[]string { return &p.endless }, strings.Fields(stages)...),
	"silent":     words(func(p *personality) *[]string { return &p.silent }, strings.Fields(stages)...),
	"hangup":     words(func(p *personality) *[]string { return &p.hangup }, strings.Fields(stages)...),
}

// pathFaults are what may be wrong with the path of MAIL and RCPT.
var pathFaults = strings.Fields("no-space unclosed open-quote unopened no-brackets double-brackets padded " +
	"empty no-domain no-local empty-domain malformed quoted space two-at dots domain-dots final-dot literal " +
	"underscore utf8 u-label")

func pattern(field func(*personality) **regexp.Regexp) setting {
	return func(p *personality, value string) (err error) {
		*field(p), err = regexp.Compile(value)
		return err
	}
}

// form is a regular expression for the values of a parameter, in upper case.
func form(param string) setting {
	return func(p *personality, value string) error {
		re, err := regexp.Compile(value)
		if p.forms == nil {
			p.forms = make(map[string]*regexp.Regexp)
		}
		p.forms[param] = re
		return err
	}
}

// The stages of a session.
const stages = "greeting ehlo mail rcpt data"

func words(field func(*personality) *[]string, allowed ...string) setting {
	return func(p *personality, value string) error {
		list := listOf(value)
		for _, w := range list {
			if len(allowed) > 0 && !slices.Contains(allowed, w) {
				return fmt.Errorf("%q is none of %s", w, strings.Join(allowed, " "))
			}
		}
		*field(p) = list
		return nil
	}
}

// listOf splits a value at blanks and commas.
func listOf(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' })
}

// demands reads a list of demands.
func demands(p *personality, value string) error {
	p.demand = listOf(value)
	for _, code := range p.demand {
		if _, ok := demanded(code); !ok {
			return fmt.Errorf("unknown demand %q: want one that prebounce sandbox demands prints", code)
		}
	}
	return nil
}

func choice(field func(*personality) *string, allowed string) setting {
	return func(p *personality, value string) error {
		if !slices.Contains(strings.Fields(allowed), value) {
			return fmt.Errorf("%q is none of %s", value, allowed)
		}
		*field(p) = value
		return nil
	}
}

func number(field func(*personality) *int) setting {
	return func(p *personality, value string) error {
		n, err := strconv.ParseUint(value, 10, 31)
		*field(p) = int(n)
		return err
	}
}

func span(field func(*personality) *time.Duration) setting {
	return func(p *personality, value string) (err error) {
		*field(p), err = duration(value)
		return err
	}
}

func per(field func(*personality) *rate) setting {
	return func(p *personality, value string) error {
		many, while, _ := strings.Cut(value, "/")
		n, err := strconv.ParseUint(many, 10, 16)
		if err != nil {
			return err
		}
		d, err := duration(while)
		*field(p) = rate{int(n), d}
		return err
	}
}

func flag(field func(*personality) *bool) setting {
	return func(p *personality, value string) error {
		*field(p) = value == "yes"
		if value != "yes" && value != "no" {
			return fmt.Errorf("%q is neither yes nor no", value)
		}
		return nil
	}
}

// names reports whether the address is in a list of addresses and prefixes.
func names(list []string, addr netip.Addr) bool {
	return slices.ContainsFunc(list, func(s string) bool {
		if p, err := netip.ParsePrefix(s); err == nil {
			return p.Contains(addr)
		}
		a, err := netip.ParseAddr(s)
		return err == nil && a == addr
	})
}
