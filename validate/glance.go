package validate

import "math/bits"

// glance is what can be seen of an address at once: for each of its octets a bit, the lowest for the first.
type glance struct {
	at, dots, hyphens uint64
	others            uint64 // _ and +
	capitals          uint64
	ps, ls            uint64 // large or small
	usual             uint64 // all these, the other letters and digits
}

// usual reads an address of usual characters into a, as nearly every one is, without going from one to the next. Not ok: s is to be
// read with care, as there may be something wrong with it.
func (p *Parser) usual(s string, a *Address) (ok bool) {
	g := &p.glance
	if !g.look(s) {
		return false
	}
	all := ^uint64(0) >> (64 - len(s))
	last := all ^ all>>1
	at := g.at & all
	local := at - 1
	domain := all &^ (local | at)
	edges := g.dots | g.hyphens
	bad := all&^g.usual | at&local | // a strange octet; a second @
		local&g.dots&(g.dots<<1|1) | at&(g.dots<<1|1) | // a dot at the start, behind a dot, or before the @; nothing before the @
		domain&(g.others|edges&(edges<<1|at<<1)) | // what no domain has; two edges next to each other
		last&(edges|g.dots<<1|at<<1|at<<2|at) // an edge at the end, or a label of one character; a domain of less than three
	if bad != 0 || at == 0 || s[len(s)-1] <= '9' {
		return false
	}
	i := bits.TrailingZeros64(at)
	a.Local, a.Domain = s[:i], s[i+1:]
	a.Quoted, a.UTF8, a.Literal = false, false, false
	p.folded, p.plain, p.lowered = g.capitals&local == 0, true, false
	p.odd = (g.hyphens|g.ps&(g.ls>>1))&local != 0
	if g.capitals&domain != 0 {
		a.Domain = p.inLower(a.Domain)
	}
	return true
}
