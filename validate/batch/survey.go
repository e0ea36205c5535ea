package batch

import (
	"context"
	"errors"
	"hash/maphash"
	"unsafe"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// survey is what the first read finds out.
type survey struct {
	rows    uint32   // records that are rows
	starts  []uint32 // of each list: its first row
	blocks  []surveyedBlock
	trails  *scratch
	domains *domains
	same    *duplicates
	columns *observer // nil where there will be no forecast
}

func (s *survey) close() {
	s.trails.close()
	s.same.close()
}

// surveyor is the first read at work. Everything but work runs alone.
type surveyor struct {
	*Run
	*survey
	sum uint64 // keeps the compiler from leaving out what it is for
}

// surveyJob is one block on its way through the first read.
type surveyJob struct {
	listBlock
	layout *contacts.Layout
	lines  contacts.Lines
	rec    contacts.Record // of one of them
	rows   []surveyedRow
	names  []byte   // the domains of rows, one after the other
	also   []string // domains of further addresses in a row

	// What a worker needs for itself.
	eye    eye
	group  *grouper
	traits *traitReader
	trail  trail
}

type surveyedRow struct {
	domain  uint64 // hash; 0: no domain
	mailbox uint64
	nameEnd uint32
	exact   uint32 // hash of the exact spelling
	note    note
	place   place
}

// survey reads the list once.
func (r *Run) survey(ctx context.Context) (_ *survey, err error) {
	trails, err := newScratch(r.TempDir)
	if err != nil {
		return nil, err
	}
	s := &surveyor{Run: r, survey: &survey{trails: trails, domains: newDomains(), same: newDuplicates(r.TempDir), columns: r.observer()}}
	newJob := func() *surveyJob { return &surveyJob{eye: eye{run: r}, group: s.columns.newGrouper()} }
	read := r.reading(ctx, func(list int) []int { return r.traitColumns(list, s.columns.columns(list)) })
	err = inOrder(ctx, r.workers(), newJob, func(j *surveyJob) error { return read(&j.listBlock) }, s.work, s.commit)
	s.begin(len(r.sources()) - 1)
	s.domains.count()
	if err == nil {
		err = s.same.search(s.rows, r.workers())
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s.survey, nil
}

func (s *surveyor) work(j *surveyJob) error {
	defer j.done()
	j.rows, j.names, j.also = j.rows[:0], j.names[:0], j.also[:0]
	if j.traits == nil || j.traits.list != j.list {
		j.traits, j.layout = s.traits(j.group, j.list), s.sources()[j.list].Layout()
	}
	var rec contacts.Record
	for apart := false; ; apart = rec.Kind != contacts.Row {
		first := len(j.rows)
		if j.block.Lines(&j.lines) {
			s.lines(j)
		} else if !j.block.Next(&rec) {
			return nil
		} else if rec.Kind == contacts.Row {
			j.record(&rec, s.domains.seed)
		} else {
			continue
		}
		if apart { // what stands before it is no row, and would be passed over
			j.rows[first].place = 0
		}
		rec.Kind = contacts.Row
	}
}

// lines looks at rows that can be had at once. Most hold nothing but an address, written as it will be sent, in the only chosen column.
func (s *surveyor) lines(j *surveyJob) {
	first, n := len(j.rows), j.lines.Len()
	j.rows = append(j.rows, make([]surveyedRow, n)...)
	rows := j.rows[first:]
	for i, cell := range j.lines.Column(j.layout.Columns[0].Index) {
		row := &rows[i]
		if a, ok := j.eye.plain(cell); ok && len(j.layout.Columns) == 1 {
			j.see(row, a, s.domains.seed)
			j.place(row, j.lines.Raw(i), cell)
		} else {
			j.lines.Record(i, &j.rec)
			j.addresses(row, &j.rec, s.domains.seed)
		}
		row.nameEnd = uint32(len(j.names))
	}
	j.traits.readLines(&j.lines, rows)
}

// record looks at a row by itself.
func (j *surveyJob) record(rec *contacts.Record, seed maphash.Seed) {
	j.rows = append(j.rows, surveyedRow{})
	row := &j.rows[len(j.rows)-1]
	j.addresses(row, rec, seed)
	row.nameEnd = uint32(len(j.names))
	row.note |= j.traits.read(rec.Extra)
}

// place notes where the address stands that was looked at, if it can be copied from there.
func (j *surveyJob) place(row *surveyedRow, raw, address []byte) {
	if special[address[0]] == 0 {
		row.place = placeOf(raw, address)
	}
}

// addresses looks at the addresses of one row.
func (j *surveyJob) addresses(row *surveyedRow, rec *contacts.Record, seed maphash.Seed) {
	if len(rec.Cells) == 1 {
		if a, ok := j.eye.plain(rec.Cells[0]); ok {
			j.see(row, a, seed)
			j.place(row, rec.Raw, rec.Cells[0])
			return
		}
	}
	j.found(row, j.eye.addresses(rec), rec.Raw, seed)
}

// found looks at the addresses of a row where they take some finding.
func (j *surveyJob) found(row *surveyedRow, all []contacts.Found, raw []byte, seed maphash.Seed) {
	if len(all) == 0 {
		row.note = noteOf(validate.NoAddress, settledReasons)
		return
	}
	j.first(row, all[0], seed)
	if len(all) > 1 {
		row.note |= lookAgain
		j.rest(all[1:])
	}
	if row.note&lookAgain == 0 && fits(view(all[0].Text)) {
		row.place = placeOf(raw, all[0].Text)
	}
}

// first looks at the address that decides.
func (j *surveyJob) first(row *surveyedRow, f contacts.Found, seed maphash.Seed) {
	text := view(f.Text)
	a, fault := j.eye.parser.Parse(text)
	if fault != nil {
		row.note = noteOf(validate.BadSyntax, settledReasons) | lookAgain
		return
	}
	j.see(row, a, seed)
	if f.Repair != 0 || a.UTF8 || a.Quoted || !spelt(a, text) {
		row.note |= lookAgain
	}
}

// spelt tells whether an address is written as it will be sent.
func spelt(a *validate.Address, text string) bool {
	return len(text) == len(a.Local)+1+len(a.Domain) && text[len(a.Local)+1:] == a.Domain
}

// see notes what an address speaks for, and by what it can be found again.
func (j *surveyJob) see(row *surveyedRow, a *validate.Address, seed maphash.Seed) {
	row.note = note(validate.NotProbed)
	if set := j.eye.reasons(a); set != 0 {
		row.note = noteOf(j.eye.run.Policy.Judge(set), set)
	}
	domain := maphash.String(seed, a.Domain)
	row.mailbox, row.exact = j.eye.find(a, domain, seed)
	if !a.Literal {
		row.domain = domain
		j.names = append(j.names, a.Domain...)
	}
}

// rest sees to it that the domains of a row's further addresses become known too.
func (j *surveyJob) rest(found []contacts.Found) {
	for _, f := range found {
		if a, fault := j.eye.parser.Parse(view(f.Text)); fault == nil && !a.Literal {
			j.also = append(j.also, string(append([]byte(nil), a.Domain...)))
		}
	}
}

func (s *surveyor) commit(j *surveyJob) error {
	if uint64(s.rows)+uint64(len(j.rows)) >= otherSpelling {
		return errors.New("the list has more than two thousand million rows: split it")
	}
	s.begin(j.list)
	j.trail.reset(len(j.rows))
	notes, places := j.trail.notes[:len(j.rows)], j.trail.places[:len(j.rows)]
	s.touch(j.rows)
	from := uint32(0)
	for i := range j.rows {
		row := &j.rows[i]
		n, err := s.row(row, j.names[from:row.nameEnd])
		if err != nil {
			return err
		}
		notes[i], places[i] = n, row.place
		from = row.nameEnd
		s.rows++
	}
	for _, name := range j.also {
		s.domains.add(s.domains.hash(name), []byte(name), 0)
	}
	at, err := s.trails.add(j.trail.octets(true))
	n := uint32(len(j.rows))
	s.blocks = append(s.blocks, surveyedBlock{s.rows - n, n, at})
	s.progress(Survey, j.bytes)
	return err
}

// touch brings near what row will look up: all at once instead of one wait after the other.
func (s *surveyor) touch(rows []surveyedRow) {
	sum := s.sum
	for i := range rows {
		sum += s.domains.near(rows[i].domain)
	}
	s.sum = sum
}

// row gives a row its number: its domain is counted, its mailbox kept for the search.
func (s *surveyor) row(row *surveyedRow, domain []byte) (note, error) {
	n := row.note
	if row.domain != 0 {
		n |= note(s.domains.add(row.domain, domain, 1)+1) << domainAt
	}
	if row.mailbox == 0 { // no address; that an address hashes to this is as likely as never
		return n, nil
	}
	return n, s.same.add(row.mailbox, s.rows, row.exact)
}

// view is the text of b without a copy: good as long as b is.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
