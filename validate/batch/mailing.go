package batch

import (
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/segments"
)

// Mailing is an earlier send: its recipients, and how many days it was before the send that is forecast.
type Mailing struct {
	Set  *AddressSet
	Days int64
}

// mailed marks the rows from first on whose address an earlier send reached.
func (j *surveyJob) mailed(first int, rec *contacts.Record) {
	run := j.finder.run
	if len(run.Mailings) == 0 || run.Forecaster == nil {
		return
	}
	if rec != nil {
		j.mailedRow(first, rec)
		return
	}
	for i := range j.lines.Len() {
		j.lines.Record(i, &j.rec)
		j.mailedRow(first+i, &j.rec)
	}
}

func (j *surveyJob) mailedRow(row int, rec *contacts.Record) {
	found := j.finder.addresses(rec)
	if len(found) == 0 {
		return
	}
	a, fault := j.finder.parser.Parse(view(found[0].Text))
	if fault != nil {
		return
	}
	for _, m := range j.finder.run.Mailings {
		if m.Set.Has(a) {
			days := rowNote(min(max(m.Days, 0), mostDays)) << daysAt
			j.trail.notes[row] = j.traits.mark(j.trail.notes[row], segments.Survived, days)
		}
	}
}
