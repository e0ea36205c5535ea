package batch

import (
	"errors"
	"fmt"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/contacts"
)

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
	stray      validate.Reasons // reasons about the place of its address
	all        validate.Reasons // everything that speaks about it
	mended     bool             // it is written where it belongs: into the first chosen column
}

// plain judges a row of one address that stands in the list as it is sent, but perhaps for capitals in its
// domain, or of none.
func (s *splitter) plain(j *splitJob, v *rowView, a *judged) validate.List {
	if v.place != 0 {
		a.text = view(j.address(v))
	} else if found := j.finder.addresses(&j.rec); len(found) > 0 {
		a.text = view(found[0].Text)
	}
	s.judge(j, a, v)
	list := s.goesTo(v, a)
	s.result(j, a, list, v.chance.text)
	return list
}

// address is that of a row that has a place, as it will be sent.
func (j *splitJob) address(v *rowView) []byte {
	address := v.place.address(j.rest)
	if v.note&lookAgain == 0 {
		return address
	}
	j.lower = append(j.lower[:0], address...)
	lower(j.lower)
	return j.lower
}

// again judges a row that has to be parsed once more. Its first address decides, unless another one would
// decide otherwise: if one may be mailed and another may not, the row goes to review.
func (s *splitter) again(j *splitJob, v *rowView, first judged) (judged, validate.List) {
	j.seen = j.seen[:0]
	for i, f := range j.finder.addresses(&j.rec) {
		a := judged{text: view(f.Text), repair: f.Repair}
		view := v
		if i == 0 {
			a.reason, a.domain, a.stray, a.mended = first.reason, first.domain, j.finder.strayReasons(),
				j.finder.mended()
		} else {
			view = nil
		}
		s.parse(j, &a, i == 0)
		s.judge(j, &a, view)
		j.seen = append(j.seen, a)
	}
	list := s.goesTo(v, &j.seen[0])
	decides := j.seen[0]
	if fine, other := s.divided(j.seen, j.finder.parts, list); other != nil {
		decides = *fine
		decides.reason = validate.OtherAddress
		decides.all |= validate.Of(validate.OtherAddress)
		decides.detail = fmt.Sprintf("%s is fine, %s is not: %s", fine.text, other.text, other.reason)
		list = s.lists[validate.OtherAddress]
	}
	if list == validate.Clean && v.said != nil && v.said.of() == validate.OtherAddress {
		list = s.lists[validate.OtherAddress]
		decides.all |= validate.Of(validate.OtherAddress)
		decides.reason, decides.detail = validate.OtherAddress, "another address in the row must not be mailed: "+
			s.told(j, v.said, v.row)
	}
	chance := v.chance.text
	for i := range j.seen {
		s.result(j, &j.seen[i], list, chance)
		chance = noChance // the row is sent to its first address
	}
	return decides, list
}

// divided finds an address of a row that may be mailed beside one that may not, if that should change the
// list that its first address would send it to. Among the parts of one cell the first does not decide alone.
// What the person said holds for the whole row.
func (s *splitter) divided(seen []judged, parts int, list validate.List) (fine, other *judged) {
	first := &seen[0]
	if len(seen) == 1 || first.audited() || list == validate.Review || personal.Has(first.reason) {
		return nil, nil
	}
	for i := range seen[1:] {
		a := &seen[1+i]
		removed := s.lists[a.reason] == validate.Removed
		switch {
		case list == validate.Clean && (removed || a.reason.Verdict() == validate.Undeliverable):
			return first, a
		case list == validate.Removed && !removed && i+1 < parts:
			return a, first
		}
	}
	return nil, nil
}

// personal are the reasons that speak of the person rather than of one address.
var personal = validate.Of(validate.Suppressed, validate.OptedOut, validate.Complained)

// parse reads an address once more; for one that isn't the row's first it also finds what the first read
// noted of others.
func (s *splitter) parse(j *splitJob, a *judged, first bool) {
	address, err := j.finder.parser.Parse(a.text)
	if fault, ok := errors.AsType[*validate.SyntaxError](err); ok {
		a.fault, a.reason = &validate.SyntaxError{What: fault.What, At: fault.At}, validate.BadSyntax
		a.suggestion = validate.Suggest(a.text)
		a.text = printable(a.text)
		return
	}
	a.text = address.String()
	j.tally.repaired(a.repair)
	if first {
		return
	}
	a.reason = s.run.Policy.Judge(j.finder.reasons(address))
	if id, ok := s.known.survey.domains.find(s.known.survey.domains.hash(address.Domain)); ok && !address.Literal {
		a.domain = id + 1
	}
}

// judge brings together what the address, its domain and its earlier rows speak for. v is nil for a further
// address of a row.
func (s *splitter) judge(j *splitJob, a *judged, v *rowView) {
	set := a.reason.Set() | a.stray
	if a.domain != 0 && s.known.marks[a.domain-1]&quietMark == 0 {
		set |= s.known.facts[a.domain-1].reasons
		a.suggestion = s.suggest(a)
	}
	earlier := spool.Link(0)
	if v != nil && v.note&answered != 0 {
		a.reply = s.known.replies.of(v.row)
	}
	if a.audited() {
		set |= a.reply.reason.Set()
	}
	if v != nil && v.earlier != 0 {
		earlier = v.earlier
		if earlier.Other() {
			set |= validate.Of(validate.DuplicateMailbox)
		} else {
			set |= validate.Of(validate.Duplicate)
		}
	}
	if a.all = set; set == 0 && a.reply == nil {
		return
	}
	a.reason = s.run.Policy.Judge(set)
	if v != nil && v.said != nil {
		if s.atMostReview(v, a.reason) {
			a.reason = s.without(v, set)
		}
		if a.reason == v.said.of() {
			a.detail = s.told(j, v.said, v.row)
			return
		}
	}
	a.detail = s.detail(j, a, earlier)
}

func (s *splitter) suggest(a *judged) string {
	f := &s.known.facts[a.domain-1]
	if f.suggestion == 0 {
		return ""
	}
	for i := len(a.text) - 1; i >= 0; i-- {
		if a.text[i] == '@' {
			return a.text[:i+1] + s.known.words.text[f.suggestion]
		}
	}
	return ""
}

// detail is the particulars behind the reason that decides.
func (s *splitter) detail(j *splitJob, a *judged, earlier spool.Link) string {
	switch a.reason {
	case validate.NoAddress:
	case validate.BadSyntax:
		return a.fault.Error()
	case validate.Duplicate:
		return s.rowName(j, "row ", earlier.Row())
	case validate.DuplicateMailbox:
		return s.rowName(j, "as in row ", earlier.Row())
	case validate.Role:
		return s.run.Lists.Role(a.text[:max(strings.LastIndexByte(a.text, '@'), 0)]).String()
	case validate.ShiftedRow, validate.OtherColumn:
		return s.strayDetail(j, a)
	default:
		if a.reply != nil && a.reason == a.reply.reason {
			return withAudit(a, s.known.words.text[a.reply.detail])
		}
		if a.domain != 0 {
			return s.known.facts[a.domain-1].explain(a.reason, s.known.words)
		}
	}
	return ""
}
