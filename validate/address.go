package validate

import (
	"strings"
	"unsafe"

	"github.com/prebounce/prebounce/validate/known"
	"github.com/prebounce/prebounce/validate/scan"
)

// Address is an e-mail address in the form that RFC 5321 §4.1.2 calls Mailbox, with the names of RFC 6531 and IDNA2008.
// Comments, folding and the obsolete forms of RFC 5322 are no part of it.
type Address struct {
	Local  string // as written, in NFC; a quoted local part keeps its quotes
	Domain string // lower case, A-labels (RFC 5890); in brackets if it is a literal

	Quoted  bool // the local part is a quoted string
	UTF8    bool // the local part needs SMTPUTF8
	Literal bool // the domain is an IP address in brackets
}

// Limits in octets: RFC 5321 §4.5.3.1, and §4.5.3.1.3 less the two angle brackets of a path for the whole.
const (
	maxLocal   = 64
	maxAddress = 254
	maxLabel   = 63 // RFC 1035 §2.3.4, of the A-label
)

// Parse reads one address and nothing around it: no blanks, no brackets, no name. The error is a [*SyntaxError].
func Parse(s string) (Address, error) {
	var p Parser
	a, fault := p.Parse(s)
	if fault != nil {
		return Address{}, fault
	}
	b := *a
	b.Local, b.Domain = strings.Clone(a.Local), strings.Clone(a.Domain)
	return b, nil
}

func (a Address) String() string { return a.Local + "@" + a.Domain }

// Parser parses without allocating where the address is ASCII. The zero value is ready; it is not for use by
// two goroutines.
type Parser struct {
	address Address
	lower   [maxAddress]byte // a domain written in capitals, in lower case
	fault   SyntaxError
	plain   bool
	lowered bool
	folded  bool
	odd     bool
	aLabel  bool // a label of the domain begins with xn--
	scanned scan.Address
}

// Plain reports whether what was just parsed is an address that nobody would write for something else: ASCII,
// not quoted, no literal, without a character that stands around or between addresses in people's lists, and
// written as it will be sent but perhaps for capital letters in its domain. It is true of nearly all.
func (p *Parser) Plain() bool { return p.plain }

// Lowered tells of a plain address just parsed whether its domain was written with capital letters.
func (p *Parser) Lowered() bool { return p.lowered }

// Folded reports whether the local part of what was just parsed is ASCII, not quoted, and without capital letters.
func (p *Parser) Folded() bool { return p.folded }

// Odd tells what [known.Odd] says of the local part of what was just parsed.
func (p *Parser) Odd() bool { return p.odd }

// Parse is [Parse] for hot paths: what it returns is a part of p and may point into s, so it is good until
// the next call. It is nil where there is a fault; the error is a [*SyntaxError], a part of p too.
func (p *Parser) Parse(s string) (*Address, error) {
	if p.fast(s, &p.address) {
		return &p.address, nil
	}
	a, fault := p.careful(s)
	if fault != nil {
		return nil, fault
	}
	return a, nil
}

// careful goes from one octet to the next.
func (p *Parser) careful(s string) (*Address, *SyntaxError) {
	a := &p.address
	*a, p.lowered = Address{}, false
	at, fault := p.local(s, a)
	if fault == nil {
		fault = p.domain(s, at+1, a)
	}
	switch {
	case fault != nil:
		return nil, fault
	case len(a.Local)+1+len(a.Domain) > maxAddress:
		return nil, p.fail(s, maxAddress, "longer than 254 octets")
	}
	p.odd = known.Odd(a.Local)
	return a, nil
}

// local reads up to the @ into a and returns where that stands.
func (p *Parser) local(s string, a *Address) (at int, fault *SyntaxError) {
	seen, twice, last := uint8(0), uint8(0), uint8(isDot) // a dot at the start is one too many
	for ; at < len(s); at++ {
		c := class[s[at]]
		if c&endsLocal != 0 {
			break
		}
		seen, twice, last = seen|c, twice|c&last, c
	}
	p.plain, p.folded = seen&isMark == 0, seen&isUpper == 0
	switch {
	case twice&isDot != 0:
		return 0, p.dots(s)
	case at == len(s):
		return 0, p.noAt()
	case s[at] == '@':
		return p.checkLocal(s, at, last == isDot, a)
	}
	p.plain, p.folded = false, false
	switch {
	case class[s[at]] == isHigh:
		return p.international(s, a)
	case at == 0 && s[0] == '"':
		return p.quoted(s, a)
	}
	return 0, p.unfit(s, at)
}

// unfit describes the character at s[i], unless there is no @ at all and so no address.
func (p *Parser) unfit(s string, i int) *SyntaxError {
	if strings.IndexByte(s[i:], '@') < 0 {
		return p.noAt()
	}
	return p.fail(s, i, "")
}

// checkLocal holds what is true of every unquoted local part, which ends at s[at].
func (p *Parser) checkLocal(s string, at int, dot bool, a *Address) (int, *SyntaxError) {
	switch {
	case at == 0:
		return 0, p.fail(s, 0, "nothing before the @")
	case dot:
		return 0, p.fail(s, at-1, "a dot before the @")
	case at > maxLocal:
		return 0, p.fail(s, maxLocal, "more than 64 octets before the @")
	}
	a.Local = s[:at]
	return at, nil
}

// dots finds the first dot at the start or behind another one.
func (p *Parser) dots(s string) *SyntaxError {
	if s[0] == '.' {
		return p.dot(s, 0)
	}
	return p.dot(s, strings.Index(s, "..")+1)
}

func (p *Parser) dot(s string, i int) *SyntaxError {
	if i == 0 {
		return p.fail(s, i, "a dot at the start")
	}
	return p.fail(s, i, "two dots in a row")
}

// quoted reads a quoted string: RFC 5321 §4.1.2, Quoted-string.
func (p *Parser) quoted(s string, a *Address) (at int, fault *SyntaxError) {
	utf8 := false
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return p.closed(s, i, utf8, a)
		case c == '\\':
			if i++; i == len(s) || s[i] < ' ' || s[i] > '~' {
				return 0, p.fail(s, i-1, "a backslash before nothing it may stand before")
			}
		case c < ' ' || c == 0x7f:
			return 0, p.fail(s, i, "")
		case c >= 0x80:
			utf8 = true
		}
	}
	return 0, p.fail(s, 0, "a quote that isn't closed")
}

// closed finishes a quoted string whose closing quote is s[i].
func (p *Parser) closed(s string, i int, utf8 bool, a *Address) (at int, fault *SyntaxError) {
	at = i + 1
	if at == len(s) || s[at] != '@' {
		return 0, p.fail(s, at, "something between the closing quote and the @")
	}
	if at > maxLocal {
		return 0, p.fail(s, maxLocal, "more than 64 octets before the @")
	}
	a.Local, a.Quoted, a.UTF8 = s[:at], true, utf8
	if utf8 {
		return p.normal(s, a, at)
	}
	return at, nil
}

// domain reads s[from:] into a. Most names need no look at their labels one by one.
func (p *Parser) domain(s string, from int, a *Address) *SyntaxError {
	seen, pairs, last := uint8(0), uint8(0), uint8(isEdge)
	for i := from; i < len(s); i++ {
		c := inDomain[s[i]]
		seen, pairs, last = seen|c, pairs|c&last, c
	}
	if seen&isAlien|(pairs|last)&isEdge|last&isDigit != 0 || len(s)-from > maxLabel || len(s)-from < 3 ||
		s[len(s)-2] == '.' {
		return p.labels(s, from, a)
	}
	p.name(s[from:], seen, a)
	return nil
}

// name is a domain of ASCII, in which some classes of characters were seen.
func (p *Parser) name(domain string, seen uint8, a *Address) {
	a.Domain = domain
	if seen&isCapital != 0 {
		a.Domain = p.inLower(domain)
	}
}

// labels reads s[from:] into a, label by label.
func (p *Parser) labels(s string, from int, a *Address) *SyntaxError {
	if from == len(s) {
		return p.fail(s, from, "nothing after the @")
	}
	if s[from] == '[' {
		return p.literal(s, from, a)
	}
	p.aLabel = false
	label, seen := from, uint8(0) // label: where the present one begins
	for i := from; i < len(s); i++ {
		c := inDomain[s[i]]
		seen |= c
		if c&isLDH != 0 {
			continue
		}
		if c&endsLabel == 0 {
			return p.strange(s, from, i, a)
		}
		if fault := p.label(s, label, i); fault != nil {
			return fault
		}
		label = i + 1
	}
	if fault := p.top(s, label); fault != nil {
		return fault
	}
	if p.aLabel {
		return p.idn(s, from, a)
	}
	p.name(s[from:], seen, a)
	return nil
}

// strange reads a domain with s[i], which no ASCII domain has.
func (p *Parser) strange(s string, from, i int, a *Address) *SyntaxError {
	if class[s[i]] == isHigh {
		return p.idn(s, from, a)
	}
	return p.fail(s, i, "")
}

// label checks s[i:end], a label of letters, digits and hyphens: RFC 1035 §2.3.1 and §2.3.4, RFC 1123 §2.1.
func (p *Parser) label(s string, i, end int) *SyntaxError {
	switch {
	case i == end && i > 0 && s[i-1] == '@':
		return p.fail(s, i, "a dot after the @")
	case i == end && end == len(s):
		return p.fail(s, i-1, "a dot at the end")
	case i == end:
		return p.fail(s, i, "two dots in a row")
	case s[i] == '-':
		return p.fail(s, i, "a hyphen at the start of a label")
	case s[end-1] == '-':
		return p.fail(s, end-1, "a hyphen at the end of a label")
	case end-i > maxLabel:
		return p.fail(s, i+maxLabel, "a label of more than 63 octets")
	case end-i > 4 && s[i+2] == '-' && s[i+3] == '-':
		return p.reserved(s, i)
	}
	return nil
}

// reserved notes an A-label, so that IDNA has a look; no other label has these hyphens: RFC 5891 §4.2.3.1.
func (p *Parser) reserved(s string, i int) *SyntaxError {
	if p.aLabel = s[i]|0x20 == 'x' && s[i+1]|0x20 == 'n'; !p.aLabel {
		return p.fail(s, i+2, "hyphens in third and fourth place of a label")
	}
	return nil
}

// top checks the last label, s[i:]; a domain that is one label is for [DotlessDomain] to tell.
func (p *Parser) top(s string, i int) *SyntaxError {
	if fault := p.label(s, i, len(s)); fault != nil {
		return fault
	}
	if i == 0 || s[i-1] == '@' {
		return nil
	}
	for j := i; s[j] >= '0' && s[j] <= '9'; j++ {
		if j == len(s)-1 {
			return p.fail(s, i, "a last label of digits only")
		}
	}
	if len(s)-i < 2 {
		return p.fail(s, i, "a last label of one character")
	}
	return nil
}

func (p *Parser) inLower(domain string) string {
	if len(domain) > len(p.lower) {
		return domain // the whole address will be too long
	}
	p.lowered = true
	for i := range len(domain) {
		p.lower[i] = domain[i]
		if 'A' <= domain[i] && domain[i] <= 'Z' {
			p.lower[i] += 'a' - 'A'
		}
	}
	return unsafe.String(&p.lower[0], len(domain))
}
