package contacts

import "bytes"

// titleLines is how many records may stand before the header.
const titleLines = 25

// findHeader returns the number of the header among the entries, or -1. Every record before it is a title. A
// record that holds an address and is not a short note is a row, and so is all that follows it.
func findHeader(entries []entry, width int) int {
	plausible := -1
	for i, e := range entries[:min(len(entries), titleLines)] {
		switch {
		case 2*len(e.cells) < width:
			continue // blank, unreadable or a line of notes
		case anyHolds(&e):
			return plausible
		case namesAddress(e.cells):
			return i
		case plausible < 0 && len(e.cells) == width && looksLikeNames(e.cells):
			plausible = i
		}
	}
	return plausible
}

// anyHolds reports whether there is an address in a field, perhaps with a name or a label.
func anyHolds(e *entry) bool {
	for i, c := range e.cells {
		if bytes.IndexByte(c, '@') >= 0 && e.holds(i) {
			return true
		}
	}
	return false
}

// namesAddress reports whether a field is the usual name of an address column.
func namesAddress(cells [][]byte) bool {
	for _, c := range cells {
		if rankName(string(c)) >= rankMail {
			return true
		}
	}
	return false
}

// looksLikeNames reports whether the fields can name columns: short words, none a number, most of them there.
func looksLikeNames(cells [][]byte) bool {
	filled := 0
	for _, c := range cells {
		c = bytes.TrimSpace(c)
		if bytes.IndexByte(c, '@') >= 0 || len(c) > longestName || (len(c) > 0 && isNumber(c)) {
			return false
		}
		filled += btoi(len(c) > 0)
	}
	return 2*filled > len(cells)
}

// isNumber takes anything of digits and the marks of dates, sums and telephone numbers.
func isNumber(c []byte) bool {
	digits := 0
	for _, b := range c {
		switch {
		case b >= '0' && b <= '9':
			digits++
		case bytes.IndexByte([]byte("+-.,:/() \t"), b) < 0:
			return false
		}
	}
	return digits > 0
}
