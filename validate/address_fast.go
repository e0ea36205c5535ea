package validate

import "math/bits"

// fast reads an address of common characters into a, as nearly every one is, without a branch per character. Not ok: s
// is to be read with care, because there may be something wrong with it.
func (p *Parser) fast(s string, a *Address) (ok bool) {
	c := &p.scanned
	if !c.Scan(s) {
		return false
	}
	all := ^uint64(0) >> (64 - len(s))
	last := all ^ all>>1
	at := c.At & all
	local := at - 1
	domain := all &^ (local | at)
	edges := c.Dots | c.Hyphens
	bad := all&^c.Common | at&local | // a rare octet; a second @
		// a dot at the start, after a dot, or before the @; nothing before the @
		local&c.Dots&(c.Dots<<1|1) | at&(c.Dots<<1|1) |
		domain&(c.LocalOnly|edges&(edges<<1|at<<1)) | // what no domain has; two edges next to each other
		// an edge at the end, or a label of one character; a domain of less than three
		last&(edges|c.Dots<<1|at<<1|at<<2|at)
	if bad != 0 || at == 0 || s[len(s)-1] <= '9' {
		return false
	}
	i := bits.TrailingZeros64(at)
	a.Local, a.Domain = s[:i], s[i+1:]
	a.Quoted, a.UTF8, a.Literal = false, false, false
	p.folded, p.plain, p.lowered = c.Capitals&local == 0, true, false
	p.odd = (c.Hyphens|c.P&(c.L>>1))&local != 0
	if c.Capitals&domain != 0 {
		a.Domain = p.inLower(a.Domain)
	}
	return true
}
