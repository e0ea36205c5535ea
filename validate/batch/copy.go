package batch

import (
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// pass lets a row go to clean as it stands, together with those before and behind it.
func (s *splitter) pass(j *splitJob, v *rowView) {
	size := v.place.size()
	if j.parts[coreOutput] != nil {
		j.some.Raw = j.rest[:size]
		j.divide(&j.some, v.chance)
	}
	j.run, j.rest = j.run+size, j.rest[size:]
}

// next takes the following row apart, and sees to what stands before it.
func (j *splitJob) next() {
	j.flush()
	for j.block.Next(&j.rec) && j.rec.Kind != contacts.Row {
		if j.rec.Kind == contacts.Unreadable {
			j.reject(&j.rec)
			continue
		}
		j.tally.other++
		for _, to := range sendable {
			if j.parts[to] != nil {
				j.parts[to].Keep(&j.rec)
			}
		}
	}
	j.rest = j.block.Rest()
}

// flush copies to clean what passed.
func (j *splitJob) flush() {
	if j.run == 0 {
		return
	}
	j.some.Raw = j.block.Rest()[:j.run]
	j.parts[cleanOutput].Keep(&j.some)
	j.block.Skip(j.run)
	j.run = 0
}

// keep copies the row that was taken apart last to its list.
func (s *splitter) keep(j *splitJob, v *rowView, a *judged, list validate.List) {
	if v.state != soundState {
		j.group.correct(v.state, j.rec.Extra, s.company(v.note.domain()))
	}
	if list == validate.Clean {
		s.mend(j, a)
	}
	extra := j.extra[:0]
	if list != validate.Clean || s.run.Annotate {
		extra = append(extra, a.reason.Verdict().String(), a.reason.String(), a.detail, a.suggestion)
	}
	s.typo(j, a, list, extra)
	j.parts[list].Keep(&j.rec, extra...)
	if list == validate.Clean && j.parts[coreOutput] != nil {
		j.divide(&j.rec, v.chance, extra...)
	}
}

// divide copies a row of clean to the part of it that it belongs to.
func (j *splitJob) divide(rec *contacts.Record, c *rowChance, extra ...string) {
	if c.core {
		j.tally.core++
		j.parts[coreOutput].Keep(rec, extra...)
		return
	}
	j.tally.held++
	j.parts[heldOutput].Keep(rec, extra...)
}
