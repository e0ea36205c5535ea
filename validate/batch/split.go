package batch

import (
	"context"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/contacts"
)

// splitter is the second read at work: it judges each row and copies it to its output. Everything but work runs alone.
type splitter struct {
	run      *Run
	known    *lookedUp
	out      *outputs
	lists    [reasons]validate.List // by reason
	passes   bool                   // a row that nothing speaks for or against goes to clean as it stands
	tally    *tally
	links    *spool.LinkWindow
	stated   *spool.Window[statedRow, statedRow]
	next     int     // the block to come
	open     *folder // of the block that came to its outputs last
	forecast *forecast
	observer *observer // nil where nothing was settled that would bounce: then no column can be blamed
}

// splitJob is one block on its way through the second read.
type splitJob struct {
	listBlock
	info  surveyedBlock
	links spool.Links
	said  []statedRow // nil: nothing is said of any row
	trail blockNotes

	folder   *folder
	start    uint32                     // first row of the list
	number   number                     // of the present row in its list
	end      padded                     // of a row of results.csv
	parts    [numOutputs]*contacts.Part // nil for one that isn't written
	rejected []byte
	results  []byte
	tally    tally

	// What a worker needs for itself.
	finder    addressFinder
	seen      []judged
	group     *grouper
	rec       contacts.Record // the last one taken apart
	some      contacts.Record // rows that are copied as they stand
	edit      contacts.Edit   // of rec
	proposals []proposal
	view      rowView   // of the present row
	text      []byte    // what is told of it, where that holds a number
	lower     []byte    // its address, if its domain is written in capitals
	extra     [4]string // the columns that are added to it
	rest      []byte    // of the block, behind what was judged
	sum       uint64    // keeps the compiler from leaving out what it is for
	run       int       // octets before rest that go to clean as they stand
}

// split reads the list a second time.
func (r *Run) split(ctx context.Context, l *lookedUp, f *forecast, out *outputs) (*tally, error) {
	s := &splitter{run: r, known: l, out: out, tally: newTally(l.survey.domains.rows, len(r.sources())),
		links: l.survey.same.Links(), stated: statedOf(l.survey.said), forecast: f}
	for _, reason := range validate.AllReasons() {
		s.lists[reason] = r.Policy.List(reason)
	}
	s.passes = s.lists[validate.NotProbed] == validate.Clean && !r.Annotate && r.MaxRisk == 0 && (f == nil || !f.holds)
	if f != nil && f.bad {
		s.observer = l.survey.columns
	}
	read := r.reading(ctx, s.observer.columns)
	next := func(j *splitJob) (err error) {
		if err = read(&j.listBlock); err != nil {
			return err
		}
		j.info = s.known.survey.blocks[s.next]
		s.next++
		if j.links, err = s.links.Of(j.info.firstRow, j.info.rows, j.links); err != nil {
			return err
		}
		if j.said, err = s.stated.Of(j.info.firstRow, j.info.rows, j.said); err != nil {
			return err
		}
		return s.turn(j)
	}
	newJob := func() *splitJob { return &splitJob{finder: addressFinder{run: s.run}, group: s.observer.newGrouper()} }
	err := spool.InOrder(ctx, r.workers(), newJob, next, s.work, s.commit)
	if err == nil {
		_, err = out.folder(len(out.sources) - 1)
	}
	if err == nil && f != nil {
		r.Forecaster.Observed(s.observer.report())
		r.Forecaster.Judged(f.judgedCounts(s.tally))
	}
	return s.tally, err
}

func (s *splitter) work(j *splitJob) error {
	defer j.done()
	for _, p := range j.parts {
		if p != nil {
			p.Reset()
		}
	}
	j.rejected, j.results, j.proposals = j.rejected[:0], j.results[:0], j.proposals[:0]
	j.tally.reset()
	if err := s.known.survey.readTrail(&j.trail, j.info, true); err != nil {
		return err
	}
	j.rest = j.block.Rest()
	j.number.set(j.info.firstRow - j.start + 1)
	s.touch(j)
	for at := uint32(0); at < j.info.rows; at++ {
		if at = s.unremarkable(j, at); at < j.info.rows {
			s.row(j, at)
			j.number.next()
		}
	}
	j.next() // what stands behind the last row
	return nil
}

// touch brings near what the rows will look up: all at once instead of one wait after the other.
func (s *splitter) touch(j *splitJob) {
	sum := j.sum
	for _, n := range j.trail.notes {
		if id := n.domain(); id != 0 {
			sum += uint64(s.known.tails[id-1]) + uint64(s.known.marks[id-1])
		}
	}
	j.sum = sum
}

// row judges one row and copies it to its list.
func (s *splitter) row(j *splitJob, at uint32) {
	v := &j.view
	s.look(v, j, at)
	j.group.row(v.note, v.state, s.company(v.note.domain()))
	a := judged{reason: v.note.reason(), domain: v.note.domain()}
	domain := a.domain
	if v.place == 0 {
		j.next()
	}
	var list validate.List
	if v.note&lookAgain != 0 && v.place == 0 {
		a, list = s.again(j, v, a)
	} else {
		list = s.plain(j, v, &a)
	}
	j.tally.row(a.reason, list, domain)
	if s.forecast != nil {
		j.tally.speak(v.key, s.speakers(j, v, &a))
	}
	if list == validate.Clean && a.audited() {
		j.tally.audited++
		j.tally.expected += float64(v.chance.p)
	}
	switch {
	case v.place == 0:
	case list == validate.Clean && !s.run.Annotate && (v.state == soundState || s.observer == nil):
		s.pass(j, v)
		return
	default:
		j.next()
	}
	s.keep(j, v, &a, list)
}

// company is the number of a domain at which not anybody can have a mailbox, else 0.
func (s *splitter) company(domain uint32) uint32 {
	if domain == 0 || s.known.facts[domain-1].consumer {
		return 0
	}
	return domain
}

// commit hands a judged block to the outputs.
func (s *splitter) commit(j *splitJob) error {
	if err := s.out.commit(j); err != nil {
		return err
	}
	if err := s.passOn(j); err != nil {
		return err
	}
	if err := s.out.proposals.add(s.run.temporary(), j.proposals); err != nil {
		return err
	}
	s.tally.add(&j.tally)
	s.run.progress(Split, j.bytes)
	return nil
}
