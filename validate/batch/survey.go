package batch

import (
	"context"
	"errors"
	"slices"
	"unsafe"

	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/contacts"
)

// survey is what the first read finds out.
type survey struct {
	rows    uint32   // records that are rows
	starts  []uint32 // of each list: its first row
	blocks  []surveyedBlock
	trails  noteFile
	domains *domains
	same    *spool.Duplicates
	columns *observer // nil where there will be no forecast
	hits    hits
	read    []rowsRead  // of each list
	said    *statements // nil: the lists say nothing of their contacts
}

func (s *survey) close() {
	s.trails.file.Close()
	s.same.Close()
	s.said.close()
}

// surveyor is the first read at work. Everything but work runs alone.
type surveyor struct {
	run   *Run
	found *survey
	sum   uint64 // keeps the compiler from leaving out what it is for
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
	hits   hits
	read   rowsRead

	// What a worker needs for itself.
	finder addressFinder
	group  *grouper
	traits *traitReader
	speaks *speaker
	judges *verdictReader
	said   blockStatements
	trail  blockNotes
}

// survey reads the list once.
func (r *Run) survey(ctx context.Context) (_ *survey, err error) {
	said, err := r.statements(ctx)
	if err != nil {
		return nil, err
	}
	trails, err := newTrails(r.temporary())
	if err != nil {
		return nil, err
	}
	s := &surveyor{run: r, found: &survey{trails: trails, domains: newDomains(),
		same: spool.NewDuplicates(r.temporary()), columns: r.observer(), said: said, read: make([]rowsRead,
			len(r.sources()))}}
	newJob := func() *surveyJob {
		return &surveyJob{finder: addressFinder{run: r}, group: s.found.columns.newGrouper()}
	}
	read := r.reading(ctx, s.reads)
	err = spool.InOrder(ctx, r.workers(), newJob, func(j *surveyJob) error { return read(&j.listBlock) }, s.work,
		s.commit)
	s.found.begin(len(r.sources()) - 1)
	s.found.domains.count()
	if err == nil {
		err = s.found.trails.end()
	}
	if err == nil {
		err = s.search()
	}
	if err != nil {
		s.found.close()
		return nil, err
	}
	return s.found, nil
}

// reads are the columns of a list to read besides the addresses, ascending: those of a forecast, and those
// that say something.
func (s *surveyor) reads(list int) []int {
	indexes := append(s.run.traitColumns(list, s.found.columns.columns(list)), s.found.said.reads(list)...)
	slices.Sort(indexes)
	return slices.Compact(indexes)
}

// search finds out what rows have to do with each other: duplicates, and what one says of an address that others hold.
func (s *surveyor) search() error {
	if err := s.found.said.search(s.found.same, s.found.rows, s.run.workers()); err != nil {
		return err
	}
	if err := s.found.same.Search(s.found.rows, s.run.workers()); err != nil {
		return err
	}
	return s.found.said.judge(s.found, s.run.workers())
}

func (s *surveyor) work(j *surveyJob) error {
	defer j.done()
	if j.traits == nil || j.traits.list != j.list {
		read := s.reads(j.list)
		j.traits, j.layout = s.run.traits(j.group, j.list, read), s.run.sources()[j.list].Layout()
		j.speaks, j.judges = s.found.said.speaker(j.list, read), s.found.said.verdicts(j.list, read)
		j.finder.search = s.run.sources()[j.list].NewSearch()
	}
	j.reset()
	var rec contacts.Record
	for apart := false; ; apart = rec.Kind != contacts.Row {
		first := len(j.rows)
		if j.block.Lines(&j.lines) {
			s.lines(j)
			j.mailed(first, nil)
		} else if !j.block.Next(&rec) {
			return nil
		} else if rec.Kind == contacts.Row {
			j.record(&rec, s.found.domains.seed)
			j.mailed(first, &rec)
		} else {
			j.read.torn += int64(btoi(rec.Kind == contacts.Unreadable && !rec.Within))
			continue
		}
		if apart { // what precedes it is not a row, and would be skipped
			j.trail.places[first] = 0
		}
		rec.Kind = contacts.Row
	}
}

// reset makes ready for a block.
func (j *surveyJob) reset() {
	j.rows, j.names, j.also = j.rows[:0], j.names[:0], j.also[:0]
	j.read.reset()
	j.trail.resize(0)
	if j.speaks != nil {
		j.said.reset(len(j.speaks.columns))
	}
}

// more makes room for some rows and tells which is the first of them. All that stands there is to be overwritten.
func (j *surveyJob) more(rows int) (first int) {
	first = len(j.rows)
	j.rows = slices.Grow(j.rows, rows)[:first+rows]
	j.trail.resize(first + rows)
	return first
}

// lines looks at rows that can be had at once. Most hold nothing but a plain address in the only chosen column.
func (s *surveyor) lines(j *surveyJob) {
	first := j.more(j.lines.Len())
	rows, notes, places, alone := j.rows[first:], j.trail.notes[first:], j.trail.places[first:],
		len(j.layout.Columns) == 1
	for i, cell := range j.lines.Column(j.layout.Columns[0].Index) {
		row := &rows[i]
		if a, ok := j.finder.plain(cell); ok && alone {
			notes[i], places[i] = j.plain(row, a, j.lines.Raw(i), cell, s.found.domains.seed)
		} else {
			j.lines.Record(i, &j.rec)
			notes[i], places[i] = j.found(row, &j.rec, s.found.domains.seed)
		}
		row.nameEnd = uint32(len(j.names))
	}
	j.traits.readLines(&j.lines, notes)
	j.judges.readLines(&j.lines, notes)
	j.speaks.readLines(&j.said, first, &j.lines)
}

func (s *surveyor) commit(j *surveyJob) error {
	if uint64(s.found.rows)+uint64(len(j.rows)) >= spool.OtherSpelling {
		return errors.New("the list has more than 2 billion rows: split it")
	}
	s.found.begin(j.list)
	s.found.read[j.list].add(&j.read, uint32(len(j.rows)))
	s.touch(j.rows)
	notes, from := j.trail.notes[:len(j.rows)], uint32(0)
	for i := range j.rows {
		row := &j.rows[i]
		domain, err := s.row(row, j.names[from:row.nameEnd])
		if err != nil {
			return err
		}
		notes[i] |= domain
		from = row.nameEnd
		s.found.rows++
	}
	for _, name := range j.also {
		s.found.domains.add(s.found.domains.hash(name), []byte(name), 0)
	}
	at, err := s.found.trails.leave(&j.trail)
	n := uint32(len(j.rows))
	if err == nil {
		err = s.found.said.commit(j.list, &j.said, j.rows, s.found.rows-n)
	}
	s.found.blocks = append(s.found.blocks, surveyedBlock{s.found.rows - n, n, at})
	s.run.progress(Survey, j.bytes)
	s.found.hits.add(&j.hits)
	return err
}

// touch brings near what row will look up: all at once instead of one wait after the other.
func (s *surveyor) touch(rows []surveyedRow) {
	sum := s.sum
	for i := range rows {
		sum += s.found.domains.near(rows[i].domain)
	}
	s.sum = sum
}

// row gives a row its number: its domain is counted, and numbered in its place in a note, its mailbox kept
// for the search.
func (s *surveyor) row(row *surveyedRow, domain []byte) (n rowNote, err error) {
	if row.domain != 0 {
		n = rowNote(s.found.domains.add(row.domain, domain, 1)+1) << domainAt
	}
	if row.mailbox != 0 { // 0: no address; that one hashes to this is as likely as never
		err = s.found.same.Add(row.mailbox, s.found.rows, row.exact)
	}
	return n, err
}

// view is the text of b without a copy: good as long as b is.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
