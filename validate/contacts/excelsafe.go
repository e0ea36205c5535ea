package contacts

import "bytes"

// startsFormula reports whether a spreadsheet may take a cell for a formula.
func startsFormula(cell []byte) bool {
	return len(cell) > 0 && bytes.IndexByte([]byte("=+-@\t\r"), cell[0]) >= 0
}

// safe returns raw as it is, or if that was asked for, with an apostrophe before each cell that a spreadsheet
// may take for a formula.
func (p *ownRows) safe(raw []byte) []byte {
	if !p.list.safe {
		return raw
	}
	out := p.harmless[:0]
	for len(raw) > 0 {
		var rec shape
		rec, p.fields = p.list.dialect.record(raw, true, every, p.fields[:0])
		from := 0
		for _, f := range p.fields {
			at := cap(raw) - cap(f) // f is a part of raw
			if len(f) > 1 && f[0] == '"' {
				at, f = at+1, f[1:]
			}
			if startsFormula(f) {
				out = append(append(out, raw[from:at]...), '\'')
				from = at
			}
		}
		out, raw = append(out, raw[from:rec.size]...), raw[rec.size:]
	}
	p.harmless = out
	return out
}
