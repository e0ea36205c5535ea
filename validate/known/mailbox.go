package known

import (
	"strings"
	"sync"
)

// mailboxRule says which spellings of a local part a provider delivers to the same mailbox.
type mailboxRule struct {
	domain string // the name that stands for all domains of a provider where these share their mailboxes
	drop   string // characters that don't count
	tag    string // characters that start a tag
}

// The rules by their names in hand/mailboxes.txt, with where the provider says so.
var mailboxRules = map[string]mailboxRule{
	// support.google.com/mail/answer/7436150 (dots), 22370 (plus), 10313 (googlemail.com)
	"gmail": {"gmail.com", ".", "+"},
	// support.apple.com/102525 (plus), 105048 (@me.com and @mac.com are the same mailbox)
	"icloud": {"icloud.com", "", "+"},
	// proton.me/support/addresses-and-aliases (plus; dot, hyphen and underscore don't count; its domains are one)
	"proton": {"proton.me", ".-_", "+"},
	// yandex.com/support/mail (a dot for a hyphen; its domains are one); a plus by email-provider-links 5.2.2
	"yandex": {"yandex.ru", ".-", "+"},
	// help.yahoo.com/kb/SLN28338 (base-keyword; a name itself has no hyphen); a plus by email-provider-links 5.2.2
	"yahoo": {"", "", "+-"},
	// the help pages of Outlook.com, Fastmail, mailbox.org, Posteo, Runbox, HEY; email-provider-links 5.2.2
	// for Mail.ru and Zoho
	"plus": {"", "", "+"},
}

// spelling says what becomes of each byte of a local part: its lower case, or one of the two below.
type spelling [256]uint16

const (
	skip = 0x100 // it doesn't count
	stop = 0x200 // a tag starts here, unless it is the first
)

// Mailbox says which spellings are one mailbox. nil is the rule of all who have no other: only case doesn't count.
type Mailbox struct {
	domain string
	spelt  spelling
}

func (r mailboxRule) mailbox() *Mailbox {
	m := &Mailbox{domain: r.domain}
	for c := range m.spelt {
		m.spelt[c] = uint16(lowerByte(byte(c)))
	}
	for i := range len(r.drop) {
		m.spelt[r.drop[i]] = skip
	}
	for i := range len(r.tag) {
		m.spelt[r.tag[i]] = stop | uint16(r.tag[i])
	}
	return m
}

var asItIs = mailboxRule{}.mailbox()

// mailboxes is hand/mailboxes.txt as a map: it is asked once per address, and is worth its heap.
var mailboxes = sync.OnceValue(func() map[string]*Mailbox {
	rules, all := map[string]*Mailbox{}, map[string]*Mailbox{}
	for name, rule := range mailboxRules {
		rules[name] = rule.mailbox()
	}
	for domain, rule := range table(mailboxesText).all() {
		all[domain] = rules[rule]
	}
	return all
})

var mailboxShapes = shapesOf(table(mailboxesText))

// MailboxOf is the rule of the provider behind domain, a lower-case A-label; nil for a quoted local part, too.
func MailboxOf(local, domain string) *Mailbox {
	if !mailboxShapes.has(domain) || strings.HasPrefix(local, `"`) {
		return nil
	}
	return mailboxes()[domain]
}

// Local appends the form of a local part that all spellings share to dst, without allocating.
func (m *Mailbox) Local(dst []byte, local string) []byte {
	if m == nil {
		m = asItIs
	}
	start := len(dst)
	for i := range len(local) {
		c := m.spelt[local[i]]
		if c&stop != 0 && i > 0 {
			break
		}
		if c != skip {
			dst = append(dst, byte(c))
		}
	}
	if len(dst) == start { // nothing but what doesn't count
		dst = append(dst, local...)
	}
	return dst
}

// Domain is the one that stands for all domains of the provider where these share their mailboxes, or domain itself.
func (m *Mailbox) Domain(domain string) string {
	if m == nil || m.domain == "" {
		return domain
	}
	return m.domain
}

// SameMailbox appends the form that all spellings of a mailbox share to dst, without allocating: local@domain
// in lower case (ASCII only), after the provider's rule for dots, tags and its other domains. A quoted local
// part is only folded. domain is a lower-case A-label.
func SameMailbox(dst []byte, local, domain string) []byte {
	m := MailboxOf(local, domain)
	return append(append(m.Local(dst, local), '@'), m.Domain(domain)...)
}
