package exports

import (
	"slices"
	"strings"
)

// catalogue is every system, and tables every fact about columns.
var (
	catalogue = slices.Concat(systems)
	tables    = slices.Concat(facts, mailed, anywhere)
)

// factIndex finds rows of the table by folded names.
type factIndex struct {
	exact  map[string]*fact
	begins []beginning
}

// beginning is the fact about all columns whose names begin so.
type beginning struct {
	with string
	fact *fact
}

// bySystem is an index of the facts of each system; alone, of those whose name is unmistakable in any list.
var bySystem, alone = func() (map[string]*factIndex, *factIndex) {
	all, alone := map[string]*factIndex{}, newIndex()
	for i := range tables {
		f := &tables[i]
		if all[f.system] == nil {
			all[f.system] = newIndex()
		}
		all[f.system].add(f)
		if f.alone {
			alone.add(f)
		}
	}
	return all, alone
}()

func newIndex() *factIndex { return &factIndex{exact: map[string]*fact{}} }

// add takes in a row, unless an earlier one has the name.
func (x *factIndex) add(f *fact) {
	for name := range strings.FieldsSeq(f.names) {
		key := fold(name)
		if strings.HasSuffix(name, "*") {
			x.begins = append(x.begins, beginning{key, f})
		} else if x.exact[key] == nil {
			x.exact[key] = f
		}
	}
}

// find returns the row about a column of that name, or nil.
func (x *factIndex) find(key string) *fact {
	if x == nil || key == "" {
		return nil
	}
	if f := x.exact[key]; f != nil {
		return f
	}
	for _, b := range x.begins {
		if strings.HasPrefix(key, b.with) {
			return b.fact
		}
	}
	return nil
}
