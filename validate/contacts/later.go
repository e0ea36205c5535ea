package contacts

import (
	"bytes"
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
func (l *List) addTables(head []byte, entries []entry, all []region) error {
	for _, r := range all {
		chosen, _ := choose(r.columns)
		if chosen == nil {
			continue
		}
		e := entries[r.header]
		t := furtherTable{headerAt: l.afterSeparator + int64(e.at), names: r.names, columns: chosen}
		t.body = t.headerAt + int64(e.size)
		t.titles = l.afterSeparator + int64(entries[titlesBefore(entries, r.header)].at)
		t.header = bytes.Clone(l.dialect.trimEnd(head[e.at : e.at+e.size]))
		t.usual = usualWidth(entries[r.from:r.to], len(r.names), chosen[0].Index)
		l.later = append(l.later, t)
		line := 1 + l.dialect.lines(head[:e.at]) + btoi(l.layout.Separator != nil)
		l.note("another table starts on line %d: there the addresses are taken from %s", line, chosen[0])
	}
	return nil
}

// titlesBefore is the first of the entries right before a header that are blank or a line of notes.
func titlesBefore(entries []entry, header int) int {
	i := header
	for i > 0 && (len(entries[i-1].cells) < fewestNames || 2*len(entries[i-1].cells) < len(entries[header].cells)) && !holdsAddress(entries[i-1].cells) && !entries[i-1].broken {
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
func (l *List) laterKind(offset int64, raw []byte) (Kind, bool) {
	for i := range l.later {
		t := &l.later[i]
		switch {
		case offset < t.titles:
		case offset < t.body:
			if l.dialect.blank(raw) {
				return Blank, true
			}
			if offset < t.headerAt {
				return Title, true
			}
			return Header, true
		case bytes.Equal(l.dialect.trimEnd(raw), t.header):
			return Header, true
		}
	}
	return Row, false
}
