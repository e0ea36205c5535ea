package batch

import (
	"strconv"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
)

// rowView is what is known of a row before it is judged.
type rowView struct {
	row     uint32
	note    rowNote
	place   rowPlace
	earlier spool.Link
	said    *statedRow // nil: nothing
	state   uint8
	key     uint32 // of its kind
	chance  *rowChance
}

var unknownChance = rowChance{text: noChance}

// look brings together what is known of a block's row. It fills v in place: returned, it would be copied
// before it is written.
func (s *splitter) look(v *rowView, j *splitJob, at uint32) {
	v.row, v.earlier = j.info.firstRow+at, j.links.At(at)
	v.note, v.place = j.trail.notes[at], j.trail.places[at]
	if v.said = nil; j.said != nil && j.said[at].reason != 0 {
		v.said = &j.said[at]
	}
	if s.forecast == nil {
		v.state, v.chance = soundState, &unknownChance
		return
	}
	key, state := s.forecast.key(v.note, v.earlier)
	v.state, v.key, v.chance = state, key, &s.forecast.chances[s.forecast.numbers[key]]
}

// risk sends what would be clean to review if it is likelier to bounce than the person allows, or of a kind to hold.
func (s *splitter) risk(v *rowView, a *judged, list validate.List) validate.List {
	why := v.chance.held
	if s.run.MaxRisk > 0 && float64(v.chance.p) > s.run.MaxRisk {
		why = "the forecast gives it " + strconv.FormatFloat(100*float64(v.chance.p), 'f', 1, 64) + "%"
	}
	if list != validate.Clean || why == "" {
		return list
	}
	a.reason, a.detail = validate.HighRisk, why
	return s.lists[a.reason]
}
