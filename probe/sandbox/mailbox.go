package sandbox

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// Kind is what a mailbox of the world is.
type Kind string

// The kinds of mailboxes. One that no line names is Unknown; postmaster exists in each domain that has
// mailboxes (RFC 5321 §4.5.1).
const (
	Unknown  Kind = "unknown"
	Exists   Kind = "exists"
	Full     Kind = "full"
	Disabled Kind = "disabled"
	Moved    Kind = "moved"    // to another address
	Policy   Kind = "policy"   // exists and takes no mail from strangers
	Busy     Kind = "busy"     // exists and has too much mail just now
	Later    Kind = "later"    // nobody can say now
	SendOnly Kind = "sendonly" // takes no mail
	CatchAll Kind = "catchall" // no line of its own in a domain that takes all
	Told     Kind = "told"     // always gets the same reply
)

var kinds = []Kind{Unknown, Exists, Full, Disabled, Moved, Policy, Busy, Later, SendOnly}

// Mailbox is the truth about an address.
type Mailbox struct {
	Kind    Kind
	MovedTo string // an address, for Moved
	Reply   string // the code of the reply, for Told: "550-5.7.1"

	// Tells is whether RCPT may bring the truth to light: a host takes the domain's mail, looks the recipient
	// up before DATA, does not take everybody or hide a final no behind a 4yz, has SMTPUTF8 where the address
	// needs it, and has no setting that refuses every client, name or sender or that fails in every session.
	Tells bool
}

// Deliverable reports whether mail reaches somebody.
func (m Mailbox) Deliverable() bool {
	return slices.Contains([]Kind{Exists, Policy, Busy, CatchAll}, m.Kind)
}

// Gone reports whether mail can only bounce, now and later.
func (m Mailbox) Gone() bool {
	return slices.Contains([]Kind{Unknown, Disabled, Moved, SendOnly}, m.Kind)
}

// Mailbox tells what an address is. It is false for an address that can't be one and for a domain that no
// MAILBOX line names.
func (w *World) Mailbox(address string) (Mailbox, bool) {
	a, ok := splitAddress(address)
	if !ok {
		return Mailbox{}, false
	}
	h := w.greeting(a.domain)
	m, ok := w.mailbox(a, h)
	m.Tells = h != nil && h.p.tells(a, m)
	return m, ok
}

// greeting is the first of the domain's mail hosts that takes part, or nil.
func (w *World) greeting(domain string) *mailHost {
	for _, h := range w.mailHosts(domain) {
		if codeOf(h.p.says["greeting"]) < 300 && !slices.Contains(h.p.hangup, "greeting") {
			return h
		}
	}
	return nil
}

// Mailboxes are all that a line names, by address and in alphabetical order; those of wildcards are left out.
func (w *World) Mailboxes() iter.Seq2[string, Mailbox] {
	return func(yield func(string, Mailbox) bool) {
		for _, domain := range slices.Sorted(maps.Keys(w.mailboxes)) {
			if strings.HasPrefix(domain, "*") {
				continue
			}
			for _, local := range slices.Sorted(maps.Keys(w.mailboxes[domain])) {
				address := quote(local) + "@" + strings.TrimSuffix(domain, ".")
				if m, ok := w.Mailbox(address); ok && local != "*" && !yield(address, m) {
					return
				}
			}
		}
	}
}

// mailbox is what the host h knows about an address.
func (w *World) mailbox(a address, h *mailHost) (Mailbox, bool) {
	if reply, ok := onDemand(a); ok && h != nil {
		return Mailbox{Kind: Told, Reply: reply}, true
	}
	boxes, ok := closest(w.mailboxes, a.domain)
	if !ok {
		return Mailbox{Kind: Unknown}, false
	}
	if m, ok := named(boxes, strings.ToLower(a.local), h); ok {
		return m, true
	}
	switch _, all := boxes["*"]; {
	case all:
		return Mailbox{Kind: CatchAll}, true
	case strings.EqualFold(a.local, "postmaster"):
		return Mailbox{Kind: Exists}, true
	}
	return Mailbox{Kind: Unknown}, true
}

// named finds a mailbox by a local part as the host reads it.
func named(boxes map[string]Mailbox, local string, h *mailHost) (Mailbox, bool) {
	if m, ok := boxes[local]; ok || h == nil {
		return m, ok
	}
	for name, m := range boxes {
		if h.p.fold(name) == h.p.fold(local) {
			return m, true
		}
	}
	return Mailbox{}, false
}

// fold leaves of a local part what matters to the host.
func (p *personality) fold(local string) string {
	if p.plus {
		local, _, _ = strings.Cut(local, "+")
	}
	if p.dots == "ignored" {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local
}

// closest finds what belongs to a name, else to the nearest wildcard above it.
func closest[T any](of map[string]T, name string) (found T, ok bool) {
	name = dns.CanonicalName(name)
	if found, ok = of[name]; ok {
		return found, true
	}
	for rest := name; rest != "." && rest != ""; {
		_, rest, _ = strings.Cut(rest, ".")
		if found, ok = of["*."+rest]; ok {
			return found, true
		}
	}
	return found, false
}

// addMailboxes reads the words after MAILBOX.
func (w *World) addMailboxes(name string, words []string) error {
	boxes := w.mailboxes[name]
	if boxes == nil {
		boxes = make(map[string]Mailbox)
		w.mailboxes[name] = boxes
	}
	for _, word := range words {
		local, what, given := strings.Cut(word, "=")
		m, err := readKind(what, given)
		if err != nil {
			return fmt.Errorf("mailbox %s: %w", local, err)
		}
		boxes[strings.ToLower(unquote(local))] = m
	}
	return nil
}

func readKind(what string, given bool) (Mailbox, error) {
	if !given {
		return Mailbox{Kind: Exists}, nil
	}
	if to, ok := strings.CutPrefix(what, "moved:"); ok {
		return Mailbox{Kind: Moved, MovedTo: to}, nil
	}
	if slices.Contains(kinds, Kind(what)) {
		return Mailbox{Kind: Kind(what)}, nil
	}
	if _, ok := demanded(what); ok {
		return Mailbox{Kind: Told, Reply: what}, nil
	}
	return Mailbox{}, fmt.Errorf("%q is neither a kind of mailbox nor a reply code", what)
}
