package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// mailHost is a host that takes mail, as the world's SMTP line has it.
type mailHost struct {
	name   string // lower case, without final dot; a wildcard's without its *.
	owner  string // the key of its lines in the world
	p      personality
	logins map[string]string // passwords by name
}

// mailLines are the words that begin what mail hosts and mailboxes are told by.
var mailLines = map[string]func(w *World, name string, words []string) error{
	"SMTP":    (*World).addHost,
	"MAILBOX": (*World).addMailboxes,
	"LOGIN":   (*World).addLogins,
}

// addHost reads the words after SMTP: a personality and settings.
func (w *World) addHost(name string, words []string) error {
	rows, err := personalities()
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return errors.New("SMTP wants a personality after it")
	}
	row, ok := rows[words[0]]
	if !ok {
		return fmt.Errorf("there is no personality %q; there are %s", words[0], strings.Join(Personalities(), " "))
	}
	p, _ := begin(rows, row.name+": "+row.name)
	for _, o := range words[1:] {
		key, value, _ := strings.Cut(o, "=")
		if err := p.set(key, value, false); err != nil {
			return err
		}
	}
	h := w.host(name)
	if h.p.name != "" {
		return fmt.Errorf("%s is two mail hosts", h.name)
	}
	h.p = p
	return nil
}

// host is the mail host of that name, made if there is none.
func (w *World) host(owner string) *mailHost {
	h := w.hosts[owner]
	if h == nil {
		name := strings.TrimSuffix(strings.TrimPrefix(owner, "*."), ".")
		h = &mailHost{name: name, owner: owner, logins: make(map[string]string)}
		w.hosts[owner] = h
	}
	return h
}

// addLogins reads the words after LOGIN: name=password.
func (w *World) addLogins(name string, words []string) error {
	for _, word := range words {
		user, password, ok := strings.Cut(word, "=")
		if !ok || user == "" {
			return fmt.Errorf("%q is not NAME=PASSWORD", word)
		}
		w.host(name).logins[user] = password
	}
	return nil
}

// settle gives each mail host its addresses once the whole world is read.
func (w *World) settle() error {
	for _, owner := range slices.Sorted(maps.Keys(w.hosts)) {
		h := w.hosts[owner]
		if h.p.name == "" {
			return fmt.Errorf("%s has logins and no SMTP line", h.name)
		}
		if len(w.lookup(owner, dns.TypeA))+len(w.lookup(owner, dns.TypeAAAA)) == 0 {
			return fmt.Errorf("the mail host %s has no address", h.name)
		}
		for _, a := range w.addresses(owner) {
			if other := w.byAddr[a]; other != nil {
				return fmt.Errorf("%s is the address of two mail hosts, %s and %s", a, other.name, h.name)
			}
			w.byAddr[a] = h
		}
	}
	return nil
}

// lookup gives the records of a name and type as the resolver would in its good moments.
func (w *World) lookup(name string, typ uint16) (found []dns.RR) {
	for range maxChain {
		lines, _ := w.find(name)
		next := ""
		for _, l := range lines {
			if l.rr == nil {
				continue
			}
			if l.rr.Header().Rrtype == typ {
				found = append(found, l.rr)
			} else if c, ok := l.rr.(*dns.CNAME); ok {
				next = c.Target
			}
		}
		if len(found) > 0 || next == "" {
			return found
		}
		name = next
	}
	return nil
}

// addresses are those of a name within the world.
func (w *World) addresses(name string) (all []netip.Addr) {
	for _, rr := range slices.Concat(w.lookup(name, dns.TypeA), w.lookup(name, dns.TypeAAAA)) {
		if addr, ok := addressOf(rr); ok && inWorld(addr) {
			all = append(all, addr)
		}
	}
	return all
}

// mailHosts are the hosts that take the domain's mail, in the order of preference (RFC 5321 §5.1).
func (w *World) mailHosts(domain string) (hosts []*mailHost) {
	mx := w.lookup(domain, dns.TypeMX)
	slices.SortStableFunc(mx, func(a, b dns.RR) int { return int(a.(*dns.MX).Preference) - int(b.(*dns.MX).Preference) })
	targets := []string{domain}
	if len(mx) > 0 {
		targets = nil
	}
	for _, rr := range mx {
		targets = append(targets, rr.(*dns.MX).Mx)
	}
	for _, t := range targets {
		for _, a := range w.addresses(t) {
			if h := w.byAddr[a]; h != nil && !slices.Contains(hosts, h) {
				hosts = append(hosts, h)
			}
		}
	}
	return hosts
}

// tells reports whether a host may say at RCPT what a mailbox is.
func (p *personality) tells(a address, m Mailbox) bool {
	for _, refused := range [][]string{p.refuseClient, p.refuseHelo, p.refuseSender} {
		if slices.Contains(refused, "all") {
			return false
		}
	}
	failing := slices.Concat(p.endless, p.silent, p.hangup)
	failsEarly := slices.ContainsFunc(failing, func(stage string) bool { return stage != "data" })
	evades := m.Kind == CatchAll || (m.Gone() && codeOf(p.says[verdicts[m.Kind]]) < 500)
	return p.verify == "rcpt" && !failsEarly && !evades && (ascii(a.local) || p.smtputf8 == "yes")
}

// Login is a name and a password that a LOGIN line of the world gives.
type Login struct{ Name, Password string }

// Logins are all that LOGIN lines give, in the order of the names.
func (w *World) Logins() (all []Login) {
	for _, owner := range slices.Sorted(maps.Keys(w.hosts)) {
		for _, name := range slices.Sorted(maps.Keys(w.hosts[owner].logins)) {
			all = append(all, Login{name, w.hosts[owner].logins[name]})
		}
	}
	return all
}
