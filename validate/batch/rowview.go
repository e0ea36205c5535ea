package batch

import (
	"encoding/binary"
	"strconv"

	"github.com/prebounce/prebounce/validate"
)

// rowView is what is known of a row before it is judged.
type rowView struct {
	row     uint32
	note    note
	place   place
	earlier uint32 // the row with the same address or mailbox
	linked  bool   // there is one
	other   bool   // in which the mailbox is spelt differently
	state   uint8
	chance  *rowChance
}

var unknownChance = rowChance{text: noChance}

func (s *splitter) view(j *splitJob, row uint32) rowView {
	v := rowView{row: row, chance: &unknownChance}
	at := row - j.info.firstRow
	v.note = note(binary.NativeEndian.Uint64(j.notes[at*noteSize:]))
	v.place = place(binary.NativeEndian.Uint32(j.notes[j.info.rows*noteSize+at*placeSize:]))
	v.earlier, v.other, v.linked = linkAt(j.links, row)
	if s.forecast == nil {
		return v
	}
	var key uint32
	key, v.state = s.forecast.key(v.note, v.linked, v.other)
	v.chance = &s.forecast.chances[key]
	return v
}

// risk sends what would be clean to review if it is likelier to bounce than the person allows.
func (s *splitter) risk(v *rowView, a *judged, list validate.List) validate.List {
	if list != validate.Clean || s.MaxRisk == 0 || float64(v.chance.p) <= s.MaxRisk {
		return list
	}
	a.reason = validate.HighRisk
	a.detail = "the forecast gives it " + strconv.FormatFloat(100*float64(v.chance.p), 'f', 1, 64) + "%"
	return s.lists[a.reason]
}
