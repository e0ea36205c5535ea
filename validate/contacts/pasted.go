package contacts

import "bytes"

// pasted reports whether a text is what mail programs put into a To line, "Ann <a@b.example>, c@d.example;
// ...": nothing but addresses, several in most lines. Lines that all hold as many, without names, are rather
// rows of a table.
func pasted(text []byte) bool {
	var found []Found
	lines, all, ragged := 0, 0, false
	for line := range bytes.Lines(text) {
		found = Addresses(found[:0], line)
		if len(found) == 0 && len(trim(line)) == 0 {
			continue
		}
		if bytes.Count(line, at) != len(found) || !eachIsAddress(found) {
			return false
		}
		ragged = ragged || (lines > 0 && len(found)*lines != all)
		lines, all = lines+1, all+len(found)
	}
	return 2*all >= 3*lines && (lines == 1 || ragged || bytes.IndexByte(text, '<') >= 0)
}

func eachIsAddress(found []Found) bool {
	for _, f := range found {
		if !isAddress(f.Text) {
			return false
		}
	}
	return len(found) > 0
}

// readPasted takes over text, which is the whole list.
func (l *List) readPasted(text []byte, o *Options) error {
	lines := unpasted(text)
	if err := l.in.close(); err != nil {
		return err
	}
	l.in, l.start = &input{ReaderAt: bytes.NewReader(lines), size: int64(len(lines))}, 0
	l.note("read as a pasted list: each address becomes a row")
	l.readDialect(lines, true, &Options{Delimiter: noDelimiter})
	return l.readColumns(lines, true, o)
}

// unpasted gives each address a line of its own, with the name that stands before it.
func unpasted(text []byte) (lines []byte) {
	for line := range bytes.Lines(text) {
		for rest := line; len(rest) > 0; {
			n := nameEnd(rest, partEnd(rest))
			if part := trim(rest[:n]); len(part) > 0 {
				lines = append(append(lines, part...), '\n')
			}
			rest = rest[min(n+1, len(rest)):]
		}
	}
	return lines
}
