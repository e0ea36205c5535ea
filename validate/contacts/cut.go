package contacts

import "bytes"

// cut returns how many bytes at the front of b are whole records, or 0 when b holds less than one. With eof
// the list ends where b does. It looks at quotes only, which makes it many times as fast as taking records
// apart.
func (d *dialect) cut(b []byte, eof bool) int {
	if d.lead != nil {
		return d.cutByRecord(b, eof)
	}
	start, from, at := 0, 0, 0 // of a record; whence line ends matter; where to look on
	for {
		i := bytes.IndexByte(b[at:], '"')
		if i < 0 {
			return d.cutPlain(b, start, from, eof)
		}
		i += at
		at = i + 1
		if i != start && !d.beginsField(b, i) {
			continue
		}
		if n := d.lastLine(b[from:i]); n > 0 {
			start = from + n
		}
		end, q := d.quoted(b[start:], i-start, eof || d.full(b[start:]))
		switch q {
		case undecided:
			return start
		case closed:
			from = start + end + 1
		case unclosed:
			n, _, ended := d.line(b[i:], eof)
			if !ended {
				return d.cutPlain(b, start, len(b), eof)
			}
			start, from = i+n, i+n
		}
		at = from
	}
}

// beginsField reports whether b[i], which stands outside quotes and is not the first byte, is the first of a field.
func (d *dialect) beginsField(b []byte, i int) bool {
	before := b[i-1]
	return before == d.delim || before == '\n' || (d.cr && before == '\r')
}

// cutPlain ends a cut: from b[at] on no quotes open a field.
func (d *dialect) cutPlain(b []byte, start, at int, eof bool) int {
	if eof {
		return len(b)
	}
	rest := b[at:]
	if d.cr {
		rest = trimCR(rest) // an LF may follow
	}
	if n := d.lastLine(rest); n > 0 {
		return at + n
	}
	return start
}

// full reports whether a record that begins with b can be judged whatever follows.
func (d *dialect) full(b []byte) bool { return len(b) >= d.limit }

// cutByRecord is the careful way, for encodings in which a byte does not say by itself what it is.
func (d *dialect) cutByRecord(b []byte, eof bool) (n int) {
	for n < len(b) {
		rec, _ := d.record(b[n:], eof || d.full(b[n:]), nil, nil)
		if rec.state == partial && !eof {
			return n
		}
		n += rec.size
	}
	return n
}

// piece returns how much of an overlong line to take: all of b but a character that its end cuts in two.
func piece(b []byte) int {
	for n := len(b) - 1; n > 0 && n >= len(b)-4; n-- {
		if b[n] >= 0xC0 {
			return n
		}
		if b[n] < 0x80 {
			break
		}
	}
	return len(b)
}
