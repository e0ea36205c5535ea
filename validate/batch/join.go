package batch

import (
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts"
)

// mostJoined is how many columns of few values are counted, of all lists together.
const mostJoined = 32

// listColumns are the columns of one list that are counted: at which index each stands there, and its number
// among those of all lists.
type listColumns struct {
	indexes, columns []int
}

// join finds the columns to count.
func (r *Run) join(o *observer) {
	o.dates = r.datesName()
	sources := r.sources()
	if !r.several() {
		layout, here := sources[0].Layout(), listColumns{}
		for i, c := range layout.Groups {
			o.names = append(o.names, columnName(layout, c))
			here.indexes, here.columns = append(here.indexes, c.Index), append(here.columns, i)
		}
		o.lists = []listColumns{here}
		return
	}
	o.of = folderNames(r.names())
	numbers := o.shared(sources)
	for _, s := range sources {
		o.lists = append(o.lists, sharedColumns(s.Layout(), numbers))
	}
}

// shared numbers the columns that hold few values, or where addresses come from, in any of several lists.
// Those of the same name are one.
func (o *observer) shared(sources []NamedSource) map[string]int {
	numbers := map[string]int{}
	for _, s := range sources {
		layout := s.Layout()
		columns := slices.Clone(layout.Groups)
		for _, t := range layout.Traits {
			if t.Use == contacts.Origin {
				columns = append(columns, t.Column)
			}
		}
		for _, c := range columns {
			key := columnKey(c.Name)
			if _, known := numbers[key]; known || key == "" || len(o.names) == mostJoined {
				continue
			}
			numbers[key], o.names = len(o.names), append(o.names, c.Name)
		}
	}
	return numbers
}

// sharedColumns are those of one list: each name counts once, and neither where it is that of the addresses
// nor of a date.
func sharedColumns(l *contacts.Layout, numbers map[string]int) (here listColumns) {
	taken := map[int]bool{}
	for _, c := range l.Columns {
		taken[c.Index] = true
	}
	for _, t := range l.Traits {
		taken[t.Index] = taken[t.Index] || t.Use != contacts.Origin
	}
	for i, name := range l.Names {
		if n, ok := numbers[columnKey(name)]; ok && !taken[i] && !slices.Contains(here.columns, n) {
			here.indexes, here.columns = append(here.indexes, i), append(here.columns, n)
		}
	}
	return here
}

func columnKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// datesName is what the dates of rows are called; empty if no list has any.
func (r *Run) datesName() (name string) {
	for _, s := range r.sources() {
		layout := s.Layout()
		for _, t := range layout.Traits {
			switch created := columnName(layout, t.Column) + " (year)"; {
			case t.Use.Seen():
				return "year last seen"
			case t.Use == contacts.Created && name == "":
				name = created
			case t.Use == contacts.Created && name != created:
				name = "year joined"
			}
		}
	}
	return name
}
