package batch

import (
	"time"

	"github.com/prebounce/prebounce/validate/contacts"
)

// traitReader reads what the other columns of a row tell. It serves one worker; a copy serves another.
type traitReader struct {
	forecaster Forecaster
	columns    []int
	traits     []contacts.Trait
	today      int32
	confirmed  note // the source of a confirmed address
	none       note // of a row that doesn't say

	sources *values
	numbers []note // by the source's number in sources
	lower   []byte
}

const secondsPerDay = 24 * 60 * 60

// traits are the columns to read beside the addresses: none unless there will be a forecast.
func (r *Run) traits() traitReader {
	t := traitReader{forecaster: r.Forecaster, none: noDays << daysAt}
	if r.Forecaster == nil {
		return t
	}
	t.traits = r.Source.Layout().Traits
	for _, trait := range t.traits {
		t.columns = append(t.columns, trait.Index)
	}
	t.today = int32(r.now().Unix() / secondsPerDay)
	t.confirmed = t.source("", true)
	t.none |= t.source("", false)
	return t
}

// now is the time of the send.
func (r *Run) now() time.Time {
	if r.Now.IsZero() {
		return time.Now()
	}
	return r.Now
}

func (t *traitReader) source(text string, confirmed bool) note {
	return note(t.forecaster.Source(text, confirmed)&7) << sourceAt
}

// read returns the row's traits in their place in a note.
func (t *traitReader) read(cells [][]byte) note {
	if len(cells) == 0 {
		return t.none
	}
	const never = -1 << 31
	created, seen := int32(never), int32(never)
	source, confirmed := t.none&(7<<sourceAt), false
	for i, cell := range cells {
		if len(cell) == 0 {
			continue
		}
		switch trait := &t.traits[i]; trait.Use {
		case contacts.Created:
			if day, ok := trait.Dates.Day(cell); ok {
				created = day
			}
		case contacts.Engaged:
			if day, ok := trait.Dates.Day(cell); ok {
				seen = max(seen, day)
			}
		case contacts.Origin:
			source = t.origin(cell)
		case contacts.Confirmed:
			confirmed = trait.Says(cell)
		}
	}
	if confirmed {
		source = t.confirmed
	}
	switch {
	case seen != never:
		return source | engaged | t.days(seen)
	case created != never:
		return source | t.days(created)
	}
	return source | noDays<<daysAt
}

// days counts back from today. A day ahead is a time zone.
func (t *traitReader) days(day int32) note {
	switch ago := t.today - day; {
	case ago < -1:
		return futureDays << daysAt
	default:
		return note(min(max(ago, 0), mostDays)) << daysAt
	}
}

// origin numbers the text of a source column. The few texts that most lists have are asked about once.
func (t *traitReader) origin(cell []byte) note {
	if t.sources == nil {
		t.sources = &values{}
	}
	id, ok := t.sources.number(cell)
	if !ok {
		t.lower = lowered(t.lower[:0], cell)
		return t.source(view(t.lower), false)
	}
	for len(t.numbers) <= id {
		t.numbers = append(t.numbers, t.source(t.sources.text[len(t.numbers)], false))
	}
	return t.numbers[id]
}

// longestSource is how much of a long text is looked at.
const longestSource = 256

func lowered(to, text []byte) []byte {
	for _, c := range text[:min(len(text), longestSource)] {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		to = append(to, c)
	}
	return to
}
