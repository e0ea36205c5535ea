package batch

import (
	"hash/maphash"
	"strings"
	"unsafe"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// surveyedRow is by what a row's domain and mailbox are found again.
type surveyedRow struct {
	domain  uint64 // hash; 0: no domain
	mailbox uint64
	nameEnd uint32
	exact   uint32 // hash of the exact spelling
}

// record looks at a row by itself.
func (j *surveyJob) record(rec *contacts.Record, seed maphash.Seed) {
	i := j.more(1)
	n, p := j.addresses(&j.rows[i], rec, seed)
	if n |= j.traits.read(rec.Extra); n&settled == 0 {
		n |= j.judges.read(rec.Extra)
	}
	j.trail.notes[i], j.trail.places[i] = n, p
	j.rows[i].nameEnd = uint32(len(j.names))
	j.speaks.read(&j.said, i, rec.Extra)
}

// addresses looks at the addresses of one row.
func (j *surveyJob) addresses(row *surveyedRow, rec *contacts.Record, seed maphash.Seed) (rowNote, rowPlace) {
	if len(rec.Cells) == 1 {
		if a, ok := j.finder.plain(rec.Cells[0]); ok {
			return j.plain(row, a, rec.Raw, rec.Cells[0], seed)
		}
	}
	return j.found(row, rec, seed)
}

// plain notes what a plain address speaks for that stands in raw, and its place if it can be copied from there.
func (j *surveyJob) plain(row *surveyedRow, a *validate.Address, raw, text []byte, seed maphash.Seed) (n rowNote,
	p rowPlace) {
	n = j.see(row, a, seed)
	if j.finder.parser.Lowered() {
		n |= lookAgain
	}
	if special[text[0]] == 0 {
		p = placeOf(raw, text)
	}
	return n, p
}

// found looks at the addresses of a row where they take some finding.
func (j *surveyJob) found(row *surveyedRow, rec *contacts.Record, seed maphash.Seed) (n rowNote, p rowPlace) {
	all := j.finder.addresses(rec)
	switch {
	case len(all) == 0:
		row.domain, row.mailbox = 0, 0
		j.read.empty++
		j.read.start(rec, j.finder.search)
		return noteOf(validate.NoAddress, settledReasons), 0
	case j.finder.stray.Text != nil:
		return j.astray(row, seed), 0
	}
	n = j.first(row, all[0], seed)
	if n.reason() == validate.BadSyntax {
		j.read.unread(rec, all, j.finder.search)
		j.read.start(rec, j.finder.search)
	}
	if len(all) > 1 {
		n |= lookAgain
		j.rest(row, all[1:], seed)
	}
	if n&lookAgain == 0 && fits(view(all[0].Text)) {
		p = placeOf(rec.Raw, all[0].Text)
	}
	return n, p
}

// first looks at the address that decides.
func (j *surveyJob) first(row *surveyedRow, f contacts.Found, seed maphash.Seed) rowNote {
	text := view(f.Text)
	a, fault := j.finder.parser.Parse(text)
	if fault != nil {
		row.domain, row.mailbox = 0, 0
		j.meant(text)
		return noteOf(validate.BadSyntax, settledReasons) | lookAgain
	}
	n := j.see(row, a, seed)
	if f.Repair != 0 || a.UTF8 || a.Quoted || !spelt(a, text) {
		n |= lookAgain
	}
	return n
}

// meant sees to it that the domain becomes known that a text was probably meant to name, if typos are to be corrected.
func (j *surveyJob) meant(text string) {
	if !j.finder.run.FixTypos {
		return
	}
	if _, domain, ok := strings.Cut(validate.Suggest(text), "@"); ok {
		j.also = append(j.also, domain)
	}
}

// spelt reports whether an address is written as it will be sent.
func spelt(a *validate.Address, text string) bool {
	return len(text) == len(a.Local)+1+len(a.Domain) && text[len(a.Local)+1:] == a.Domain
}

// see notes what an address speaks for, and by what it can be found again.
func (j *surveyJob) see(row *surveyedRow, a *validate.Address, seed maphash.Seed) rowNote {
	n := rowNote(validate.NotProbed)
	if set := j.finder.reasons(a); set != 0 {
		n = noteOf(j.finder.run.Policy.Judge(set), set)
		j.hits.see(j.finder.run, set, a)
	}
	domain := maphash.String(seed, a.Domain)
	row.mailbox, row.exact = j.finder.find(a, domain, seed)
	if a.Literal {
		domain = 0
	} else {
		j.names = append(j.names, a.Domain...)
	}
	row.domain = domain
	return n
}

// rest sees to it that the domains of a row's further addresses become known too, and the mailboxes where
// lists say something of them.
func (j *surveyJob) rest(row *surveyedRow, found []contacts.Found, seed maphash.Seed) {
	for _, f := range found {
		a, fault := j.finder.parser.Parse(view(f.Text))
		if fault != nil || a.Literal {
			continue
		}
		j.also = append(j.also, string(append([]byte(nil), a.Domain...)))
		if j.speaks != nil {
			mailbox, _ := j.finder.find(a, maphash.String(seed, a.Domain), seed)
			j.said.further = append(j.said.further, furtherAddress{j.at(row), mailbox})
		}
	}
}

// at is where a row stands in the block.
func (j *surveyJob) at(row *surveyedRow) int {
	return int((uintptr(unsafe.Pointer(row)) - uintptr(unsafe.Pointer(unsafe.SliceData(j.rows)))) / unsafe.Sizeof(*row))
}
