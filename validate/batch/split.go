package batch

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// splitter is the second read at work: it judges each row and copies it to its output. Everything but work runs alone.
type splitter struct {
	*Run
	*looked
	out   *outputs
	tally *tally
	links linkCache
	next  int // the block to come
}

// splitJob is one block on its way through the second read.
type splitJob struct {
	block contacts.Block
	info  surveyedBlock
	links []linkedRows
	notes []byte

	parts    [3]contacts.Part // by validate.List
	rejected []byte
	results  []byte
	tally    tally

	// What a worker needs for itself.
	eye  eye
	seen []judged
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
}

// split reads the list a second time.
func (r *Run) split(ctx context.Context, l *looked, out *outputs) (*tally, error) {
	s := &splitter{Run: r, looked: l, out: out, tally: newTally(l.domains.rows), links: linkCache{same: l.same}}
	pass, err := r.Source.Pass(ctx)
	if err != nil {
		return nil, err
	}
	next := func(j *splitJob) (err error) {
		if j.block, err = pass.Next(j.block); err != nil {
			return err
		}
		j.info = s.blocks[s.next]
		s.next++
		j.links, err = s.links.of(j.info)
		return err
	}
	err = inOrder(ctx, r.workers(), s.newJob, next, s.work, s.commit)
	return s.tally, err
}

func (s *splitter) newJob() *splitJob {
	j := &splitJob{eye: eye{run: s.Run}}
	for i := range j.parts {
		j.parts[i] = s.out.lists[i].sink.NewPart()
	}
	return j
}

func (s *splitter) work(j *splitJob) error {
	for _, p := range j.parts {
		p.Reset()
	}
	j.rejected, j.results = j.rejected[:0], j.results[:0]
	j.tally.reset()
	j.notes = append(j.notes[:0], make([]byte, int(j.info.rows)*noteSize)...)
	if _, err := s.notes.ReadAt(j.notes, j.info.notesAt); err != nil && len(j.notes) > 0 {
		return fmt.Errorf("reading working data: %w", err)
	}
	var rec contacts.Record
	row := j.info.firstRow
	for j.block.Next(&rec) {
		switch rec.Kind {
		case contacts.Row:
			s.row(j, &rec, row)
			row++
		case contacts.Unreadable:
			j.reject(&rec)
		default:
			j.tally.other++
			j.parts[validate.Clean].Keep(&rec)
		}
	}
	return nil
}

// row judges one row and copies it to its list.
func (s *splitter) row(j *splitJob, rec *contacts.Record, row uint32) {
	note := j.notes[(row-j.info.firstRow)*noteSize:]
	a := judged{reason: validate.Reason(note[0] & reasonBits), domain: binary.NativeEndian.Uint32(note[1:])}
	domain := a.domain
	var list validate.List
	switch {
	case note[0]&lookAgain != 0:
		a, list = s.again(j, rec, row, a)
	default:
		list = s.plain(j, rec, row, &a, note[0]&bare != 0)
	}
	j.tally.row(a.reason, list, domain)
	if list == validate.Clean {
		j.parts[list].Keep(rec)
		return
	}
	j.parts[list].Keep(rec, a.reason.Verdict().String(), a.reason.String(), a.detail, a.suggestion)
}

// plain judges a row of one address that stands in the list just as it is sent, or of none.
func (s *splitter) plain(j *splitJob, rec *contacts.Record, row uint32, a *judged, bare bool) validate.List {
	if bare {
		a.text = view(rec.Cells[0])
	} else if found := j.eye.addresses(rec); len(found) > 0 {
		a.text = view(found[0].Text)
	}
	s.judge(j, a, row, true)
	list := s.Policy.List(a.reason)
	s.result(j, row, a, list)
	return list
}

// again judges a row that has to be parsed once more. Its first address decides; a further one that is undeliverable sends it to review.
func (s *splitter) again(j *splitJob, rec *contacts.Record, row uint32, first judged) (judged, validate.List) {
	j.seen = j.seen[:0]
	for i, f := range j.eye.addresses(rec) {
		a := judged{text: string(f.Text), repair: f.Repair}
		if i == 0 {
			a.reason, a.domain = first.reason, first.domain
		}
		s.parse(j, &a, i == 0)
		s.judge(j, &a, row, i == 0)
		j.seen = append(j.seen, a)
	}
	decides := j.seen[0]
	list := s.Policy.List(decides.reason)
	if other := undeliverable(j.seen[1:]); other != nil && list == validate.Clean {
		list = s.Policy.List(validate.OtherAddress)
		decides.reason = validate.OtherAddress
		decides.detail = fmt.Sprintf("%s is fine, %s is not: %s", decides.text, other.text, other.reason)
	}
	for i := range j.seen {
		s.result(j, row, &j.seen[i], list)
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
	a.reason = s.Policy.Judge(j.eye.reasons(&address))
	if id, ok := s.domains.find(s.domains.hash(address.Domain)); ok && !address.Literal {
		a.domain = id + 1
	}
}

// judge brings together what the address, its domain and its earlier rows speak for.
func (s *splitter) judge(j *splitJob, a *judged, row uint32, first bool) {
	set := a.reason.Set()
	if a.domain != 0 && !s.silent[a.domain-1] {
		set |= s.facts[a.domain-1].reasons
		a.suggestion = s.suggest(a)
	}
	earlier, other, linked := uint32(0), false, false
	if first {
		if earlier, other, linked = linkAt(j.links, row); linked && other {
			set |= validate.Of(validate.DuplicateMailbox)
		} else if linked {
			set |= validate.Of(validate.Duplicate)
		}
	}
	if set == 0 {
		return
	}
	a.reason = s.Policy.Judge(set)
	a.detail = s.detail(a, earlier)
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
func (s *splitter) detail(a *judged, earlier uint32) string {
	switch a.reason {
	case validate.NotProbed, validate.NoAddress:
	case validate.BadSyntax:
		return a.fault.Error()
	case validate.Duplicate:
		return "row " + strconv.Itoa(int(earlier)+1)
	case validate.DuplicateMailbox:
		return "as in row " + strconv.Itoa(int(earlier)+1)
	case validate.Role:
		return s.Lists.Role(a.text[:max(strings.LastIndexByte(a.text, '@'), 0)]).String()
	default:
		if a.domain != 0 {
			return s.facts[a.domain-1].explain(a.reason, s.words)
		}
	}
	return ""
}

// commit hands a judged block to the outputs.
func (s *splitter) commit(j *splitJob) error {
	for i, p := range j.parts {
		if err := s.out.lists[i].sink.Write(p); err != nil {
			return s.out.failed(s.out.lists[i].name, err)
		}
	}
	if err := s.out.write(s.out.results, j.results); err != nil {
		return err
	}
	if err := s.out.reject(j.rejected); err != nil {
		return err
	}
	s.tally.add(&j.tally)
	s.progress(Split, j.block.Bytes())
	return nil
}

// linkCache keeps the links near the rows that are read at present.
type linkCache struct {
	same *duplicates
	last linkedRows
}

// of returns the links of a block's rows: one or more stretches.
func (c *linkCache) of(b surveyedBlock) (links []linkedRows, err error) {
	for row := b.firstRow; row < b.firstRow+b.rows; row = c.last.to {
		if row < c.last.from || row >= c.last.to {
			if c.last, err = c.same.near(row); err != nil {
				return nil, err
			}
		}
		links = append(links, c.last)
	}
	return links, nil
}

func linkAt(links []linkedRows, row uint32) (first uint32, other, ok bool) {
	for _, l := range links {
		if row < l.to {
			return l.at(row)
		}
	}
	return 0, false, false
}
