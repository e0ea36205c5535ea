package contacts

import (
	"bytes"
	"cmp"
	"slices"
)

// furtherTable is one that starts further down than the one that the layout tells of, with a header of its own.
type furtherTable struct {
	titles   int64 // where lines begin that stand before its header
	headerAt int64
	body     int64
	header   []byte
	names    []string
	columns  []Column // of the addresses
	usual    int      // cells of most of its rows
}

// addTables notes the tables that follow the one that is read.
func (l *List) addTables(head []byte, entries []entry, all []region) {
	for _, r := range all {
		line := 1 + l.dialect.lines(head[:entries[r.header].at]) + btoi(l.layout.Separator != nil)
		l.addTable(l.afterSeparator, head, entries, r, line)
	}
}

// addTable notes a further table, of entries that stand in a piece of the list from offset on.
func (l *List) addTable(offset int64, piece []byte, entries []entry, r region, line int) bool {
	chosen, _ := choose(r.columns)
	if chosen == nil {
		return false
	}
	e := entries[r.header]
	t := furtherTable{headerAt: offset + int64(e.at), names: r.names, columns: chosen}
	t.body = t.headerAt + int64(e.size)
	t.titles = offset + int64(entries[titlesBefore(entries, r.header)].at)
	t.header = bytes.Clone(l.dialect.trimEnd(piece[e.at : e.at+e.size]))
	t.usual = usualWidth(entries[r.from:r.to], len(r.names), chosen[0].Index)
	at, known := slices.BinarySearchFunc(l.later, t.headerAt,
		func(t furtherTable, at int64) int { return cmp.Compare(t.headerAt, at) })
	if known {
		return false
	}
	l.later = slices.Insert(l.later, at, t)
	l.note("another table starts on line %d; its addresses are read from %s", line, chosen[0])
	return true
}

const (
	tablePiece = 64 << 10 // what is read to see whether a table starts
	tableRows  = 200
	mostTables = 1000
)

// Retable checks whether rows are the headers of further tables.
func (l *List) Retable(rows []int64) (changed bool, err error) {
	for _, at := range rows {
		if len(l.later) >= mostTables {
			break
		}
		found, err := l.retable(at)
		if err != nil {
			return changed, err
		}
		changed = changed || found
	}
	return changed, nil
}

func (l *List) retable(at int64) (bool, error) {
	piece := make([]byte, min(tablePiece, l.in.size-at))
	if n, err := l.in.ReadAt(piece, at); n < len(piece) {
		return false, readError(cmp.Or(err, ErrChanged))
	}
	eof := at+int64(len(piece)) == l.in.size
	entries := l.dialect.sample(piece, eof, l.charset.decoder(), tableRows)
	if len(entries) == 0 || bytes.Equal(l.dialect.trimEnd(piece[:entries[0].size]), l.header) || !startsTable(entries,
		0, -1) {
		return false, nil
	}
	r := region{header: 0, from: 1, to: len(entries)}
	for i := range entries[1:] {
		if startsTable(entries, i+1, 0) {
			r.to = i + 1
			break
		}
	}
	r.measure(entries)
	if column := mailColumn(entries[0].cells); column == l.layout.Columns[0].Index && !namesMore(entries[0].cells,
		column) {
		return false, nil
	}
	line, err := l.lineAt(at)
	return err == nil && l.addTable(at, piece, entries, r, line), err
}

// lineAt is the number of the line at an offset, by what the first pass noted.
func (l *List) lineAt(at int64) (int, error) {
	i, exact := slices.BinarySearchFunc(l.marks, at, func(m blockMark, at int64) int {
		return cmp.Compare(m.offset,
			at)
	})
	if i -= btoi(!exact); i < 0 {
		return 1, nil
	}
	before := make([]byte, at-l.marks[i].offset)
	if n, err := l.in.ReadAt(before, l.marks[i].offset); n < len(before) {
		return 0, readError(cmp.Or(err, ErrChanged))
	}
	return l.marks[i].line + l.dialect.lines(before), nil
}

// titlesBefore is the first of the entries right before a header that are blank or a line of notes.
func titlesBefore(entries []entry, header int) int {
	i := header
	for i > 0 && (len(entries[i-1].cells) < fewestNames || 2*len(entries[i-1].cells) < len(entries[header].cells)) &&
		!holdsAddress(entries[i-1].cells) && !entries[i-1].broken {
		i--
	}
	return i
}

// fields are the columns of this table that go by the names of those of the first. Its own address columns come first.
func (t *furtherTable) fields(l *List, columns []int) (own []int) {
	for i, index := range columns {
		at := -1
		if index < len(l.layout.Names) && l.layout.Names[index] != "" {
			at = slices.IndexFunc(t.names, func(n string) bool { return nameKey(n) == nameKey(l.layout.Names[index]) })
		}
		if i == 0 {
			at = t.columns[0].Index
		}
		own = append(own, at)
	}
	return own
}

// turn makes the block ready for the table that its next record stands in.
func (b *block) turn() {
	offset := b.offset + int64(b.at)
	b.want, b.table = b.base, 0
	for i := range b.list.later {
		if offset >= b.list.later[i].headerAt && i < len(b.base.later) {
			b.want, b.table = b.base.later[i], i+1
		}
	}
}

// laterKind is the kind of a record that is the header of a further table, repeats one, or stands right before one.
func (l *List) laterKind(offset int64, raw []byte) (RecordKind, bool) {
	for i := range l.later {
		t := &l.later[i]
		switch {
		case offset < t.titles:
		case offset < t.body:
			if l.dialect.blank(raw) {
				return blankRecord, true
			}
			if offset < t.headerAt {
				return titleRecord, true
			}
			return headerRecord, true
		case bytes.Equal(l.dialect.trimEnd(raw), t.header):
			return headerRecord, true
		}
	}
	return Row, false
}
