package batch

import (
	"context"
	"fmt"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// splitter is the second read at work: it judges each row and copies it to its output. Everything but work runs alone.
type splitter struct {
	*Run
	*looked
	out      *outputs
	lists    [reasons]validate.List // by reason
	passes   bool                   // a row that nothing speaks for or against goes to clean as it stands
	tally    *tally
	links    linkCache
	next     int     // the block to come
	open     *folder // of the block that came to its outputs last
	forecast *forecast
	observer *observer // nil where nothing was settled that would bounce: then no column can be blamed
}

// splitJob is one block on its way through the second read.
type splitJob struct {
	listBlock
	info  surveyedBlock
	links links
	notes []byte

	folder   *folder
	start    uint32                  // first row of the list
	end      string                  // of a row of results.csv
	parts    [numLists]contacts.Part // nil for one that isn't written
	rejected []byte
	results  []byte
	tally    tally

	// What a worker needs for itself.
	eye   eye
	seen  []judged
	group *grouper
	rec   contacts.Record // the last one taken apart
	view  rowView         // of the present row
	text  []byte          // what is told of it, where that holds a number
	extra [4]string       // the columns that are added to it
	rest  []byte          // of the block, behind what was judged
	run   int             // octets before rest that go to clean as they stand
}

// judged is an address and what became of it.
type judged struct {
	text       string // as found
	fault      *validate.SyntaxError
	repair     contacts.Repair
	reason     validate.Reason
	detail     string
	suggestion string
	domain     uint32 // number from 1; 0: none
	reply      *replied
}

// split reads the list a second time.
func (r *Run) split(ctx context.Context, l *looked, f *forecast, out *outputs) (*tally, error) {
	s := &splitter{Run: r, looked: l, out: out, tally: newTally(l.domains.rows, len(r.sources())), links: linkCache{same: l.same}, forecast: f}
	for _, reason := range validate.AllReasons() {
		s.lists[reason] = r.Policy.List(reason)
	}
	s.passes = s.lists[validate.NotProbed] == validate.Clean && !r.Annotate && r.MaxRisk == 0
	if f != nil && f.bad {
		s.observer = l.columns
	}
	read := r.reading(ctx, s.observer.columns)
	next := func(j *splitJob) (err error) {
		if err = read(&j.listBlock); err != nil {
			return err
		}
		j.info = s.blocks[s.next]
		s.next++
		if j.links, err = s.links.of(j.info, j.links); err != nil {
			return err
		}
		return s.turn(j)
	}
	newJob := func() *splitJob { return &splitJob{eye: eye{run: s.Run}, group: s.observer.newGrouper()} }
	err := inOrder(ctx, r.workers(), newJob, next, s.work, s.commit)
	if err == nil {
		_, err = out.folder(len(out.sources) - 1)
	}
	if err == nil && f != nil {
		r.Forecaster.Observed(s.observer.report())
	}
	return s.tally, err
}

func (s *splitter) work(j *splitJob) error {
	for _, p := range j.parts {
		if p != nil {
			p.Reset()
		}
	}
	j.rejected, j.results = j.rejected[:0], j.results[:0]
	j.tally.reset()
	j.notes = append(j.notes[:0], make([]byte, int(j.info.rows)*(noteSize+placeSize))...)
	if _, err := s.notes.ReadAt(j.notes, j.info.notesAt); err != nil && len(j.notes) > 0 {
		return fmt.Errorf("reading working data: %w", err)
	}
	j.rest = j.block.Rest()
	for at := range j.info.rows {
		s.row(j, at)
	}
	j.next() // what stands behind the last row
	return nil
}

// row judges one row and copies it to its list. Most go to clean as they stand: they need not be taken apart for that.
func (s *splitter) row(j *splitJob, at uint32) {
	v := &j.view
	s.look(v, j, at)
	j.group.row(v.note, v.state)
	if s.quiet(v) {
		j.tally.row(validate.NotProbed, validate.Clean, v.note.domain())
		s.quick(j, v)
		s.pass(j, v)
		return
	}
	s.full(j, v)
}

// full is for a row of which there is more to say.
func (s *splitter) full(j *splitJob, v *rowView) {
	a := judged{reason: v.note.reason(), domain: v.note.domain()}
	domain := a.domain
	if v.place == 0 {
		j.next()
	}
	var list validate.List
	if v.note&lookAgain != 0 {
		a, list = s.again(j, v, a)
	} else {
		list = s.plain(j, v, &a)
	}
	j.tally.row(a.reason, list, domain)
	if list == validate.Clean && a.audited() {
		j.tally.audited++
		j.tally.expected += float64(v.chance.p)
	}
	switch {
	case v.place == 0:
	case list == validate.Clean && !s.Annotate && (v.state == soundState || s.observer == nil):
		s.pass(j, v)
		return
	default:
		j.next()
	}
	s.keep(j, v, &a, list)
}

// plain judges a row of one address that stands in the list just as it is sent, or of none.
func (s *splitter) plain(j *splitJob, v *rowView, a *judged) validate.List {
	if v.place != 0 {
		a.text = view(v.place.address(j.rest))
	} else if found := j.eye.addresses(&j.rec); len(found) > 0 {
		a.text = view(found[0].Text)
	}
	s.judge(j, a, v)
	list := s.goesTo(v, a)
	s.result(j, v.row, a, list, v.chance.text)
	return list
}

// again judges a row that has to be parsed once more. Its first address decides; a further one that is undeliverable sends it to review.
func (s *splitter) again(j *splitJob, v *rowView, first judged) (judged, validate.List) {
	j.seen = j.seen[:0]
	for i, f := range j.eye.addresses(&j.rec) {
		a := judged{text: string(f.Text), repair: f.Repair}
		view := v
		if i == 0 {
			a.reason, a.domain = first.reason, first.domain
		} else {
			view = nil
		}
		s.parse(j, &a, i == 0)
		s.judge(j, &a, view)
		j.seen = append(j.seen, a)
	}
	list := s.goesTo(v, &j.seen[0])
	decides := j.seen[0]
	if other := undeliverable(j.seen[1:]); other != nil && list == validate.Clean && !decides.audited() {
		list = s.lists[validate.OtherAddress]
		decides.reason = validate.OtherAddress
		decides.detail = fmt.Sprintf("%s is fine, %s is not: %s", decides.text, other.text, other.reason)
	}
	chance := v.chance.text
	for i := range j.seen {
		s.result(j, v.row, &j.seen[i], list, chance)
		chance = noChance // the row is sent to its first address
	}
	return decides, list
}

func undeliverable(others []judged) *judged {
	for i := range others {
		if others[i].reason.Verdict() == validate.Undeliverable {
			return &others[i]
		}
	}
	return nil
}

// parse reads an address once more; for one that isn't the row's first it also finds what the first read noted of others.
func (s *splitter) parse(j *splitJob, a *judged, first bool) {
	address, fault := j.eye.parser.Parse(a.text)
	if fault != nil {
		a.fault, a.reason = &validate.SyntaxError{What: fault.What, At: fault.At}, validate.BadSyntax
		a.text = printable(a.text)
		return
	}
	a.text = address.String()
	j.tally.repaired(a.repair)
	if first {
		return
	}
	a.reason = s.Policy.Judge(j.eye.reasons(address))
	if id, ok := s.domains.find(s.domains.hash(address.Domain)); ok && !address.Literal {
		a.domain = id + 1
	}
}

// judge brings together what the address, its domain and its earlier rows speak for. v is nil for a further address of a row.
func (s *splitter) judge(j *splitJob, a *judged, v *rowView) {
	set := a.reason.Set()
	if a.domain != 0 && s.marks[a.domain-1]&quietMark == 0 {
		set |= s.facts[a.domain-1].reasons
		a.suggestion = s.suggest(a)
	}
	earlier := link(0)
	if v != nil && v.note&answered != 0 {
		a.reply = s.replies.of(v.row)
	}
	if a.audited() {
		set |= a.reply.reason.Set()
	}
	if v != nil && v.earlier != 0 {
		earlier = v.earlier
		if earlier.other() {
			set |= validate.Of(validate.DuplicateMailbox)
		} else {
			set |= validate.Of(validate.Duplicate)
		}
	}
	if set == 0 && a.reply == nil {
		return
	}
	a.reason = s.Policy.Judge(set)
	a.detail = s.detail(j, a, earlier)
}

func (s *splitter) suggest(a *judged) string {
	f := &s.facts[a.domain-1]
	if f.suggestion == 0 {
		return ""
	}
	for i := len(a.text) - 1; i >= 0; i-- {
		if a.text[i] == '@' {
			return a.text[:i+1] + s.words.text[f.suggestion]
		}
	}
	return ""
}

// detail is the particulars behind the reason that decides.
func (s *splitter) detail(j *splitJob, a *judged, earlier link) string {
	switch a.reason {
	case validate.NoAddress:
	case validate.BadSyntax:
		return a.fault.Error()
	case validate.Duplicate:
		return s.rowName(j, "row ", earlier.row())
	case validate.DuplicateMailbox:
		return s.rowName(j, "as in row ", earlier.row())
	case validate.Role:
		return s.Lists.Role(a.text[:max(strings.LastIndexByte(a.text, '@'), 0)]).String()
	default:
		if a.reply != nil && a.reason == a.reply.reason {
			return withAudit(a, s.words.text[a.reply.detail])
		}
		if a.domain != 0 {
			return s.facts[a.domain-1].explain(a.reason, s.words)
		}
	}
	return ""
}

// commit hands a judged block to the outputs.
func (s *splitter) commit(j *splitJob) error {
	if err := s.out.commit(j); err != nil {
		return err
	}
	if err := s.passOn(j); err != nil {
		return err
	}
	s.tally.add(&j.tally)
	s.progress(Split, j.block.Bytes())
	return nil
}
