package contacts

import "bytes"

// A header may hold a quote that nobody closed, as in `Email,"Name,Source`. Read by the rule it would swallow the list, and as an
// unreadable line it would be lost. So its quotes are text.

// openHeader finds the header of the head if a quote opens in it that is never closed: its line without the line end, or nil.
func (d *dialect) openHeader(head []byte) []byte {
	for at, n := 0, 0; at < len(head) && n < titleLines; n++ {
		rec, fields := d.record(head[at:], true, every, nil)
		if rec.state == broken {
			if line := d.trimEnd(head[at : at+rec.size]); d.namesColumns(line) {
				return bytes.Clone(line)
			}
		} else if holdsAddress(fields) {
			return nil // the rows have begun
		}
		at += rec.size
	}
	return nil
}

// namesColumns reports whether a line that is read without regard to quotes can be a header.
func (d *dialect) namesColumns(line []byte) bool {
	cells := bytes.Split(line, []byte{d.delim})
	for i, c := range cells {
		cells[i] = bytes.Trim(trim(c), `"`)
	}
	return !holdsAddress(cells) && (namesAddress(cells) || len(cells) > 1 && looksLikeNames(cells))
}

// isOpen reports whether the record at the front of b is the header whose quotes are text.
func (d *dialect) isOpen(b []byte) bool {
	n := len(d.open)
	return n > 0 && len(b) >= n && b[0] == d.open[0] && bytes.Equal(b[:n], d.open) && (len(b) == n || b[n] == '\n' || b[n] == '\r')
}

// runsAway reports whether a record that has no end in b rather shows a quote that was never closed: so many lines of addresses are no
// cell.
func (d *dialect) runsAway(b []byte) bool {
	n := d.lines(b)
	return n >= tooManyLines && 2*bytes.Count(b, []byte{'@'}) >= n
}

// withOpenHeader is the dialect with the header of the head, if that has a quote which is never closed.
func (d dialect) withOpenHeader(head []byte) dialect {
	d.open = nil
	if d.lead == nil {
		d.open = d.openHeader(head)
	}
	return d
}
