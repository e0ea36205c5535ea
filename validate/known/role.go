package known

import (
	"bytes"
	"fmt"
	"strings"
)

// RoleKind says what kind of role a local part stands for.
type RoleKind uint8

const (
	NotRole RoleKind = iota
	// a name that RFC 2142 reserves: the likeliest mailbox to exist, and the one where mail offends soonest
	RFC2142
	NoReply    // nobody reads it
	Department // sales.uk, buchhaltung: more than one person reads it, or the next one in the job
	System     // a program's: root, mailer-daemon
	ListRole   // a mailing list or its machinery: everyone, owner-x, x-request
)

var roleNames = [...]string{"", "rfc2142", "noreply", "department", "system", "list"}

func (k RoleKind) String() string {
	if int(k) >= len(roleNames) {
		return fmt.Sprintf("role kind(%d)", uint8(k))
	}
	return roleNames[k]
}

// maxLocal is the longest local part (RFC 5321 §4.5.3.1.1); maxRole the longest name in the table of roles.
const (
	maxLocal = 64
	maxRole  = 32
)

// Role says whose a local part is. Case and a +tag don't matter. The first word before a dot, hyphen or
// underscore decides where the rest is a place or a number: sales.uk and info-2 are roles, sales.miller is a
// person. It does not allocate.
func (l *Lists) Role(local string) RoleKind { return l.RoleOf(local, Odd(local)) }

// RoleOf is Role for who knows what [Odd] says.
func (l *Lists) RoleOf(local string, odd bool) RoleKind {
	if len(local) > maxLocal || (!odd && !l.suspicious(local)) {
		return NotRole
	}
	n, word := measure(local)
	var folded [maxLocal]byte
	for i := range n {
		folded[i] = lowerByte(local[i])
	}
	name := folded[:n]
	if says(name) {
		return NoReply
	}
	if kind := l.role(name); kind != NotRole || word == n {
		return kind
	}
	if isListRole(name) {
		return ListRole
	}
	if kind := l.role(name[:word]); kind != NotRole && isPlaceOrNumber(name[word+1:]) {
		return kind
	}
	return NotRole
}

// suspicious reports whether a local part that isn't odd may be a role: most names show at a glance that they are none.
func (l *Lists) suspicious(local string) bool {
	return l.lists().openings.begin(local) || (l != nil && l.own != nil && l.own.roles != nil)
}

// Odd reports whether a local part has a hyphen, as every name that list software makes, or the letters pl,
// as every name that asks for no reply. It looks at eight letters at a time, and at those of most names
// without a loop.
func Odd(local string) bool {
	last := len(local) - 8
	if last < 0 {
		return oddOnes(firstEight(local)) != 0
	}
	seen := oddOnes(eight(local, 0)) | oddOnes(eight(local, min(7, last))) | oddOnes(eight(local, min(14, last)))
	for i := 14; i < last; i += 7 {
		seen |= oddOnes(eight(local, min(i+7, last)))
	}
	return seen != 0
}

func oddOnes(letters uint64) uint64 {
	letters |= octets * 0x20 // a hyphen has that bit
	return holds(letters, '-') | holds(letters, 'p')&(holds(letters, 'l')>>8)
}

// measure returns the length of local up to a +, and that of its first word.
func measure(local string) (n, word int) {
	if n = strings.IndexByte(local, '+'); n < 0 {
		n = len(local)
	}
	for word < n && !separates(local[word]) {
		word++
	}
	return n, word
}

func separates(c byte) bool { return c == '.' || c == '-' || c == '_' }

func (l *Lists) role(name []byte) RoleKind {
	if l != nil && l.own != nil && speaks(l.own.roles, string(name), true) {
		return Department
	}
	s, h := l.lists(), roleSeed
	if len(name) > maxRole {
		return NotRole
	}
	for i := len(name) - 1; i >= 0; i-- {
		h = h.add(name[i])
	}
	if !s.filter.has(h) {
		return NotRole
	}
	kind, _ := s.roles.find(string(name)) // at most maxRole bytes, which stay on the stack
	return roleKind(kind)
}

func roleKind(name string) RoleKind {
	for k, n := range roleNames {
		if n == name {
			return RoleKind(k)
		}
	}
	return NotRole
}

// says reports whether the name asks for no reply, with whatever stands around and in between: jobs-noreply,
// do_not.reply.
func says(name []byte) bool {
	if !bytes.Contains(name, []byte("repl")) {
		return false
	}
	var bare [maxLocal]byte
	n := 0
	for _, c := range name {
		if !separates(c) {
			bare[n] = c
			n++
		}
	}
	for _, phrase := range [...]string{"noreply", "notreply", "noreplies", "dontreply"} {
		if bytes.Contains(bare[:n], []byte(phrase)) {
			return true
		}
	}
	return false
}

var (
	listPrefixes = [...]string{"owner-"}
	listSuffixes = [...]string{"-request", "-owner", "-bounces", "-subscribe", "-unsubscribe", "-join", "-leave"}
)

// isListRole knows the addresses that list software makes of a list's name (RFC 2142 §6).
func isListRole(name []byte) bool {
	for _, p := range listPrefixes {
		if len(name) > len(p) && string(name[:len(p)]) == p {
			return true
		}
	}
	for _, s := range listSuffixes {
		if len(name) > len(s) && string(name[len(name)-len(s):]) == s {
			return true
		}
	}
	return false
}

func isPlaceOrNumber(name []byte) bool {
	if len(name) == 0 || len(name) > maxRole {
		return false
	}
	if len(bytes.Trim(name, "0123456789")) == 0 {
		return true
	}
	return places.has(string(name))
}

func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 {
			return rune(lowerByte(byte(r)))
		}
		return r
	}, s)
}

// lowerByte folds ASCII and nothing else.
func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
