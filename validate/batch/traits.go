package batch

import (
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate/contacts"
)

// traitReader reads what the other columns of a list's rows tell, and counts the rows by the values of columns. It serves one worker.
type traitReader struct {
	list       int
	forecaster Forecaster
	columns    []int // to read, ascending
	uses       []use // of each
	today      int32
	confirmed  note // the source of a confirmed address
	none       note // of a row that doesn't say

	numbers []note // by the source's number in its column
	lower   []byte
}

// use is what a column is good for: the one, the other, or both.
type use struct {
	trait  *contacts.Trait
	values *grouped
}

const secondsPerDay = 24 * 60 * 60

// traitColumns are the indexes of the columns of a list to read beside the addresses, ascending: its traits and those that are counted.
// There are none unless there will be a forecast.
func (r *Run) traitColumns(list int, counted []int) (indexes []int) {
	if r.Forecaster == nil {
		return nil
	}
	for _, trait := range r.sources()[list].Layout().Traits {
		indexes = append(indexes, trait.Index)
	}
	indexes = append(indexes, counted...)
	slices.Sort(indexes)
	return slices.Compact(indexes)
}

// traits reads these columns for one worker, whose rows g counts.
func (r *Run) traits(g *grouper, list int) *traitReader {
	t := &traitReader{list: list, forecaster: r.Forecaster, none: noDays << daysAt}
	if r.Forecaster == nil {
		return t
	}
	g.turn(list)
	t.columns = r.traitColumns(list, g.here.indexes)
	t.uses = make([]use, len(t.columns))
	layout := r.sources()[list].Layout()
	for i := range layout.Traits {
		trait := &layout.Traits[i]
		u := t.use(trait.Index)
		if u.trait = trait; trait.Use == contacts.Origin {
			u.values = &grouped{}
		}
	}
	for i, column := range g.here.columns {
		t.use(g.here.indexes[i]).values = &g.columns[column]
	}
	t.today = int32(r.now().Unix() / secondsPerDay)
	t.confirmed = t.source("", true)
	t.none |= t.source("", false)
	return t
}

func (t *traitReader) use(column int) *use {
	i, _ := slices.BinarySearch(t.columns, column)
	return &t.uses[i]
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
	const never = -1 << 31
	created, seen := int32(never), int32(never)
	source, confirmed := t.none&(7<<sourceAt), false
	for i, cell := range cells {
		u := &t.uses[i]
		id, few := 0, false
		if u.values != nil {
			id, few = u.values.add(cell, soundState, 1)
		}
		if u.trait == nil || len(cell) == 0 {
			continue
		}
		switch u.trait.Use {
		case contacts.Created:
			if day, ok := u.trait.Dates.Day(cell); ok {
				created = day
			}
		case contacts.Engaged:
			if day, ok := u.trait.Dates.Day(cell); ok {
				seen = max(seen, day)
			}
		case contacts.Origin:
			source = t.origin(cell, u.values.values.text, id, few)
		case contacts.Confirmed:
			confirmed = u.trait.Says(cell)
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
func (t *traitReader) origin(cell []byte, texts []string, id int, few bool) note {
	if !few {
		t.lower = lowered(t.lower[:0], cell)
		return t.source(view(t.lower), false)
	}
	for len(t.numbers) <= id {
		t.numbers = append(t.numbers, t.source(texts[len(t.numbers)], false))
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
