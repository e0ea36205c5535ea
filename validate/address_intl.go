package validate

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// The parts of an address outside ASCII (RFC 6531, RFC 5890) and the domain literals: rare, so these may allocate.

// international reads a dot-string with characters outside ASCII.
func (p *Parser) international(s string, a *Address) (at int, fault *SyntaxError) {
	dot := true
	for i, r := range s {
		switch {
		case r == '@':
			if _, fault = p.checkLocal(s, i, dot, a); fault != nil {
				return 0, fault
			}
			a.UTF8 = true
			return p.normal(s, a, i)
		case r == '.':
			if dot {
				return 0, p.dot(s, i)
			}
			dot = true
		case r < utf8.RuneSelf && class[r]&isAtext == 0:
			return 0, p.fail(s, i, "")
		default:
			dot = false
		}
	}
	return 0, p.noAt()
}

// normal brings a local part outside ASCII, already of good length, into NFC (RFC 6532 §3.1) and refuses what
// no eye can see.
func (p *Parser) normal(s string, a *Address, at int) (int, *SyntaxError) {
	for i, r := range a.Local {
		if what := unseen(r, a.Local[i:]); what != "" {
			return 0, p.fail(s, i, what)
		}
	}
	if local := norm.NFC.String(a.Local); local != a.Local {
		return p.normalized(s, local, at, a)
	}
	return at, nil
}

// normalized reads a local part once more in NFC, which may be longer, ASCII (the Kelvin sign), or none (the
// Greek question mark is a semicolon).
func (p *Parser) normalized(s, local string, at int, a *Address) (int, *SyntaxError) {
	*a = Address{}
	if _, fault := p.local(local+"@", a); fault != nil {
		return 0, p.fail(s, at, fault.What)
	}
	p.plain, p.folded = false, false
	return at, nil
}

// unseen names the trouble with a character that can't be read on a page, or returns nothing.
func unseen(r rune, rest string) string {
	switch {
	case r == utf8.RuneError && !strings.HasPrefix(rest, string(utf8.RuneError)):
		return "octets that are not UTF-8"
	case r == utf8.RuneError:
		return "a character lost in an earlier conversion"
	case r == ' ' || r < utf8.RuneSelf:
		return ""
	case unicode.Is(unicode.Zs, r):
		return "a blank"
	case !unicode.IsGraphic(r):
		return "an invisible character"
	}
	return ""
}

// idn maps a domain with characters outside ASCII, or with A-labels, as a look-up does (IDNA2008, RFC 5891 §5).
func (p *Parser) idn(s string, from int, a *Address) *SyntaxError {
	if i := strings.IndexByte(s[from:], '@'); i >= 0 {
		return p.fail(s, from+i, "")
	}
	if len(s)-from > 4*maxAddress { // mapping may shorten, but not so much
		return p.fail(s, maxAddress, "longer than 254 octets")
	}
	if !utf8.ValidString(s[from:]) {
		return p.fail(s, from, "octets that are not UTF-8")
	}
	if at := symbol(s[from:]); at >= 0 {
		return p.fail(s, from+at, "a sign that no domain name may have")
	}
	mapped, err := idna.Lookup.ToASCII(s[from:])
	if err == nil { // a symbol may have become a letter that can't stand there: from right to left among others, say
		mapped, err = idna.Lookup.ToASCII(mapped)
	}
	if err != nil || mapped == "" { // soft hyphens alone map to nothing
		return p.fail(s, from, "a domain name that IDNA does not allow")
	}
	if shown, err := idna.Lookup.ToUnicode(mapped); err == nil && symbol(shown) >= 0 { // what an A-label stands for
		return p.fail(s, from, "a sign that no domain name may have")
	}
	label := 0
	for i := range len(mapped) {
		if mapped[i] == '.' {
			if fault := p.label(mapped, label, i); fault != nil {
				return p.fail(s, from, fault.What)
			}
			label = i + 1
		}
	}
	if fault := p.top(mapped, label); fault != nil {
		return p.fail(s, from, fault.What)
	}
	a.Domain, p.plain = mapped, false
	return nil
}

// symbol finds the first sign that IDNA2008 disallows (RFC 5892 §2.1: letters, marks and decimal digits are
// what a label is made of) and that mapping lets pass or turns into letters; -1 for none. ASCII, dots and
// forms of other widths are left to the mapping.
func symbol(domain string) int {
	for i, r := range domain {
		switch {
		case r < utf8.RuneSelf, r >= 0xff00, unicode.In(r, unicode.L, unicode.M, unicode.Nd):
		// invisible ones vanish or are refused in mapping
		case strings.ContainsRune(otherSigns, r), unicode.Is(unicode.Cf, r):
		default:
			return i
		}
	}
	return -1
}

// otherSigns are the exceptions of RFC 5892 §2.6 that are no letters, and the ideographic full stop.
const otherSigns = "\u00b7\u0375\u05f3\u05f4\u30fb\u3007\u06fd\u06fe\u0f0b\u3002"

// literal reads an IP address in brackets: RFC 5321 §4.1.3.
func (p *Parser) literal(s string, from int, a *Address) *SyntaxError {
	inner, closed := strings.CutSuffix(s[from+1:], "]")
	v6, tagged := cutPrefixFold(inner, "IPv6:")
	ip, err := netip.ParseAddr(v6)
	if !closed || err != nil || ip.Is4() == tagged || ip.Zone() != "" {
		return p.fail(s, from, "a domain in brackets that is not an IP address")
	}
	a.Domain, a.Literal, p.plain = s[from:], true, false
	return nil
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}
