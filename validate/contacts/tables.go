package contacts

import (
	"bytes"
	"slices"
)

// region is a table of the head: a header, if there is one, and rows down to where another table starts.
type region struct {
	header  int // number of the header among the entries, or -1
	from    int // of its first row
	to      int // behind its last
	width   int
	names   []string
	columns []Column
	held    int // addresses in the column that would be chosen
}

// regions cuts the head into tables: reports often begin with a small one (hosts, totals) and go on with the
// one that matters.
func regions(entries []entry) (all []region) {
	width, _ := commonWidth(entries)
	h := findHeader(entries, width)
	all = []region{{header: h, from: h + 1, to: len(entries)}}
	for i := h + 1; i < len(entries); i++ {
		last := &all[len(all)-1]
		if !startsTable(entries, i, last.header) {
			continue
		}
		last.to = i
		all = append(all, region{header: i, from: i + 1, to: len(entries)})
	}
	for i := range all {
		all[i].measure(entries)
	}
	return all
}

// measure fills in what a table holds.
func (r *region) measure(entries []entry) {
	rows := entries[r.from:r.to]
	r.width, _ = commonWidth(entries[max(r.header, 0):r.to])
	if r.header >= 0 {
		for _, c := range entries[r.header].cells {
			r.names = append(r.names, string(bytes.TrimSpace(c)))
		}
	}
	r.width = max(r.width, len(r.names))
	r.columns = measure(inStep(rows, len(r.names)), r.names, r.width)
	if chosen, _ := choose(r.columns); chosen != nil {
		r.held = chosen[0].held
	}
}

const (
	headerReach = 20 // rows below a header that show whether it is one
	fewestNames = 2
)

// startsTable reports whether an entry is the header of another table than that of the header before: names,
// one of them for the address, and addresses in the column below it.
func startsTable(entries []entry, i, before int) bool {
	e := &entries[i]
	if len(e.cells) < fewestNames || anyHolds(e) || !looksLikeNames(e.cells) {
		return false
	}
	if before >= 0 && slices.EqualFunc(e.cells, entries[before].cells, bytes.Equal) {
		return false // it is repeated, as in exports that were joined
	}
	column := mailColumn(e.cells)
	if column < 0 || (before >= 0 && column == mailColumn(entries[before].cells) && !namesMore(e.cells, column)) {
		return false
	}
	filled, held := 0, 0
	for _, row := range entries[i+1 : min(len(entries), i+1+headerReach)] {
		if column >= len(row.cells) || len(trim(row.cells[column])) == 0 {
			continue
		}
		filled++
		held += btoi(row.holds(column))
	}
	return held > 0 && 2*held >= filled
}

// mailColumn is the first column whose name speaks of e-mail, or -1.
func mailColumn(cells [][]byte) int {
	return slices.IndexFunc(cells, func(c []byte) bool { return rankName(string(c)) >= rankMail })
}

// namesMore reports whether a cell beside that of a column is what columns are usually called: a row in which
// somebody wrote "email" is not a header.
func namesMore(cells [][]byte, column int) bool {
	for i, c := range cells {
		if i != column && anyOf(nameWords(string(c)), usualWords) {
			return true
		}
	}
	return false
}

// usualWords stand in the names of columns of contacts.
var usualWords = setOf(`id name names first last surname phone mobile company organisation organization city country date status address street zip
vorname nachname firma ort telefon datum nom prénom prenom société ville téléphone nombre apellido apellidos empresa ciudad teléfono cognome azienda città telefono
sobrenome cidade telefone naam voornaam achternaam bedrijf plaats`)

// mainRegion is the number of the table that holds most addresses.
func mainRegion(all []region) (most int) {
	for i, r := range all {
		if r.held > all[most].held {
			most = i
		}
	}
	return most
}

// above counts the rows with an address that stand before the table that is read.
func above(entries []entry) (n int) {
	for _, e := range entries {
		n += btoi(holdsAddress(e.cells))
	}
	return n
}
