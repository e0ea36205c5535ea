package sandbox

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/miekg/dns"
)

// World is what the sandbox's servers know. It does not change once read.
type World struct {
	names map[string][]*line // by lower-case name with trailing dot; "*." labels are wildcards
	inner map[string]bool    // names that only exist because there are names below them (RFC 8020)

	hosts     map[string]*mailHost // by the name of their SMTP line
	byAddr    map[netip.Addr]*mailHost
	mailboxes map[string]map[string]Mailbox // by domain, then by local part in lower case
}

// line is one line of the world's text: a record, or a way to fail.
type line struct {
	rr    dns.RR // nil for a failure and for EMPTY
	fails string // a word of the table failures, or empty

	delay time.Duration
	times int    // the line holds for so many questions; 0 means always
	typ   uint16 // a failure of this type of question only; 0 means all
	ede   uint16
	marks bool // whether ede is set
	noSOA bool
}

// records are the record types that a line may have.
var records = map[string]bool{"A": true, "AAAA": true, "MX": true, "CNAME": true, "TXT": true, "PTR": true,
	"NS": true, "SOA": true}

// failures are the words that stand where a record type would, with the rcode they answer.
var failures = map[string]int{
	"SERVFAIL": dns.RcodeServerFailure,
	"REFUSED":  dns.RcodeRefused,
	"FORMERR":  dns.RcodeFormatError,
	"NXDOMAIN": dns.RcodeNameError,
	"EMPTY":    dns.RcodeSuccess, // the name exists and has nothing
	"LAME":     dns.RcodeSuccess, // a referral
	"SILENT":   -1,
}

// options are the words after a record or failure.
var options = map[string]func(l *line, rr *dns.RR_Header, value string) error{
	"delay": func(l *line, _ *dns.RR_Header, v string) (err error) {
		l.delay, err = duration(v)
		return err
	},
	"ttl": func(_ *line, h *dns.RR_Header, v string) error {
		d, err := duration(v)
		h.Ttl = uint32(d / time.Second)
		return err
	},
	"times": func(l *line, _ *dns.RR_Header, v string) error {
		n, err := strconv.ParseUint(v, 10, 31)
		if n == 0 && err == nil {
			err = errors.New("never is not often enough")
		}
		l.times = int(n)
		return err
	},
	"type": func(l *line, _ *dns.RR_Header, v string) error {
		l.typ = dns.StringToType[v]
		if !records[v] {
			return fmt.Errorf("there is no type %q here", v)
		}
		return nil
	},
	"ede": func(l *line, _ *dns.RR_Header, v string) error {
		code, err := strconv.ParseUint(v, 10, 16)
		l.ede, l.marks = uint16(code), true
		return err
	},
	"nosoa": func(l *line, _ *dns.RR_Header, _ string) error {
		l.noSOA = true
		return nil
	},
}

// duration reads a time span of at most a year.
func duration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err == nil && (d < 0 || d > 365*24*time.Hour) {
		err = fmt.Errorf("%s is not between nothing and a year", s)
	}
	return d, err
}

const defaultTTL = 300

// Parse reads a world: one record, failure, mail host or domain's mailboxes per line, # begins a comment,
// blank lines are for the eye.
//
//	NAME MX 10 mx.operator.test         any of A AAAA MX CNAME TXT PTR NS SOA, as in a zone file, names without final dot
//	NAME SERVFAIL times=1               or REFUSED FORMERR NXDOMAIN EMPTY LAME SILENT; here only the first time
//	*.crowd.test MX 10 mx.crowd.test    all names below; * alone is every name
//
// Options follow: delay=2s, ttl=1h, times=N, type=MX (fail for this type only), ede=15 (RFC 8914), nosoa.
//
//	HOST SMTP postfix soft=2 hard=5     a host that takes mail: its personality (see Personalities) and settings of its own
//	HOST SMTP exim unknown="550 no"     replies as well, in quotes where they have spaces
//	HOST LOGIN ann=secret               who may log in where the host has auth=PLAIN,LOGIN
//	DOMAIN MAILBOX ann zoe=full *       who exists: NAME, or NAME= and full, disabled, moved:NEW@ADDRESS, policy, busy, later, sendonly,
//	                                    unknown or a reply code such as 550-5.7.1; * takes everybody else
//
// A host without an SMTP line refuses the connection. A host takes mail for the domains whose mail hosts lead
// to one of its addresses. For every such domain there is also reply.DOMAIN, where 550-5.7.1@ gets that reply
// and 550-5.7.26.data@ gets it after DATA; a word behind the code, as in 550-5.7.1-listed@, chooses among its
// texts.
func Parse(text string) (*World, error) {
	w := &World{
		names: make(map[string][]*line), inner: make(map[string]bool),
		hosts: make(map[string]*mailHost), byAddr: make(map[netip.Addr]*mailHost),
		mailboxes: make(map[string]map[string]Mailbox),
	}
	n := 0
	for raw := range strings.Lines(text) {
		n++
		raw, _, _ = strings.Cut(raw, "#")
		words := split(raw)
		if len(words) == 0 {
			continue
		}
		if err := w.add(words); err != nil {
			return nil, fmt.Errorf("world, line %d: %w", n, err)
		}
	}
	if err := w.settle(); err != nil {
		return nil, fmt.Errorf("world: %w", err)
	}
	return w, nil
}

// split parts a line at the spaces that are not in quotes. The quotes of a value, as in unknown="550 no", are
// taken off.
func split(line string) (all []string) {
	quoted := false
	for _, word := range strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && unicode.IsSpace(r)
	}) {
		if key, value, ok := strings.Cut(word, `="`); ok && !strings.Contains(key, `"`) {
			word = key + "=" + strings.TrimSuffix(value, `"`)
		}
		all = append(all, word)
	}
	return all
}

func (w *World) add(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("%q wants a record or a failure after it", words[0])
	}
	name, what := dns.CanonicalName(words[0]), words[1]
	if add, ok := mailLines[what]; ok {
		return add(w, name, words[2:])
	}
	rest, opts := splitOptions(words[2:])
	l := &line{}
	var header dns.RR_Header
	if _, ok := failures[what]; ok && len(rest) == 0 {
		l.fails = what
	} else if err := l.record(name, what, rest); err != nil {
		return err
	} else {
		header = *l.rr.Header()
	}
	for _, o := range opts {
		key, value, _ := strings.Cut(o, "=")
		if err := options[key](l, &header, value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	if l.rr != nil {
		*l.rr.Header() = header
	}
	w.names[name] = append(w.names[name], l)
	for i, end := dns.NextLabel(name, 0); !end; i, end = dns.NextLabel(name, i) {
		w.inner[name[i:]] = true
	}
	return nil
}

// splitOptions takes the known options off the end.
func splitOptions(words []string) (rest, opts []string) {
	for i := len(words); i > 0; i-- {
		key, _, _ := strings.Cut(words[i-1], "=")
		if _, ok := options[key]; !ok {
			return words[:i], words[i:]
		}
	}
	return nil, words
}

func (l *line) record(name, typ string, data []string) error {
	if !records[typ] {
		return fmt.Errorf("invalid entry %q: want a record type, a failure, SMTP, LOGIN or MAILBOX, and nothing after it", typ)
	}
	rr, err := dns.NewRR(fmt.Sprintf("$ORIGIN .\n%s %d IN %s %s", name, defaultTTL, typ, strings.Join(data, " ")))
	if err != nil {
		return err
	}
	if rr == nil {
		return fmt.Errorf("%s has nothing after it", typ)
	}
	l.rr = rr
	return l.checkAddr()
}

// checkAddr keeps the world's hosts within the world. Addresses that lead nowhere may be told, as real zones do.
func (l *line) checkAddr() error {
	addr, ok := addressOf(l.rr)
	if !ok || inWorld(addr) || addr.IsPrivate() || addr.IsLoopback() || addr.IsUnspecified() ||
		addr.IsLinkLocalUnicast() {
		return nil
	}
	return fmt.Errorf("%s is neither of 192.0.2.0/24 or 2001:db8::/32 nor private", addr)
}

// addressOf is the address of an A or AAAA record.
func addressOf(rr dns.RR) (addr netip.Addr, ok bool) {
	switch rr := rr.(type) {
	case *dns.A:
		return netip.AddrFromSlice(rr.A.To4())
	case *dns.AAAA:
		return netip.AddrFromSlice(rr.AAAA)
	}
	return addr, false
}

// find gives the lines of the name, else of the closest wildcard. A name exists if it, or a name below it,
// has lines. Where a domain has mail hosts, there is a reply domain below it.
func (w *World) find(name string) (lines []*line, exists bool) {
	name = dns.CanonicalName(name)
	if lines, ok := closest(w.names, name); ok {
		return lines, true
	}
	if above, ok := strings.CutPrefix(name, "reply."); ok && !w.inner[name] && !strings.HasPrefix(above, "reply.") &&
		len(w.mailHosts(above)) > 0 {
		return w.find(above)
	}
	return nil, w.inner[name]
}
