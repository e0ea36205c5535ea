package exports

import (
	"slices"
	"strings"
	"time"
)

// Sample is the part of a list that Read sees.
type Sample struct {
	File  string                    // its name, with that of a member in an archive
	Names []string                  // of its columns; nil: there is no header
	Width int                       // number of columns
	Cells func(column int) []string // some cells of a column, from the first row on; the same for each call
	// Changed is when the file was last changed; zero: not known. It stands for the day of a verifier's result that
	// has no other.
	Changed time.Time
	Skip    func(column int) bool // columns that have another use, such as the addresses; nil: none
	Named   func(column int) bool // the columns that the person named for what they say; nil: none
}

// Read finds out what the columns of a list mean. It finds a column of a known export by its name, and any other
// column by an unambiguous name, or because nearly all of its cells are statuses of subscribers.
func Read(s Sample) *Export {
	r := reading{Sample: s, export: &Export{}, names: map[string]bool{}}
	for _, name := range s.Names {
		if key := fold(name); key != "" {
			r.folded = append(r.folded, key)
			r.names[key] = true
		} else {
			r.folded = append(r.folded, "")
		}
	}
	r.recognise()
	r.export.readFile(s.File, r.names)
	if r.export.WholeSystem != nil && !slices.Contains(r.export.Systems, r.export.WholeSystem) {
		r.export.Systems = append(r.export.Systems, r.export.WholeSystem)
	}
	r.findVerifiers()
	r.export.Checked = Checked{Column: r.checkedColumn(), Day: dateIn(s.File)}
	if r.export.Checked.ByName = !r.export.Checked.Day.IsZero(); !r.export.Checked.ByName {
		r.export.Checked.Day = s.Changed
	}
	for i := range max(s.Width, len(s.Names)) {
		if s.Skip == nil || !s.Skip(i) {
			r.column(i)
		}
	}
	return r.export
}

// reading is the search at work.
type reading struct {
	Sample
	export   *Export
	folded   []string // names
	names    map[string]bool
	verdicts map[int]*Column // what verifiers left, by index
}

// recognise finds the systems whose columns are there.
func (r *reading) recognise() {
	for i := range catalogue {
		if slices.ContainsFunc(catalogue[i].prints, r.hasAll) {
			r.export.Systems = append(r.export.Systems, &catalogue[i])
		}
	}
	slices.SortStableFunc(r.export.Systems, func(a, b *System) int { return btoi(a.weak) - btoi(b.weak) })
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// hasAll reports whether the header has a name of every group of a print.
func (r *reading) hasAll(print string) bool {
	for group := range strings.FieldsSeq(print) {
		if !slices.ContainsFunc(strings.Split(group, "|"), r.has) {
			return false
		}
	}
	return true
}

func (r *reading) has(name string) bool {
	if begin, ok := strings.CutSuffix(name, "*"); ok {
		return slices.ContainsFunc(r.folded, func(n string) bool { return strings.HasPrefix(n, begin) && n != "" })
	}
	return r.names[name]
}

// column takes in the i-th column if it says something.
func (r *reading) column(i int) {
	name, key := "", ""
	if i < len(r.folded) {
		name, key = r.Names[i], r.folded[i]
	}
	if v := r.verdicts[i]; v != nil {
		r.export.Columns = append(r.export.Columns, *v)
		return
	}
	c := Column{Index: i, Name: name, Later: -1}
	c.Named = r.Named != nil && r.Named(i)
	if f := r.factOf(key); f != nil && (c.Named || f.system != "" || !ofOtherChannel(name)) {
		if r.take(c, f) {
			return
		}
	}
	c.Source, c.Generic = inPublic, true
	asks := Column{words: question(name)}
	switch {
	case !ofOtherChannel(name) && r.holdsStatuses(i, key):
		c.words, c.Mark = statuses, seen
	case asks.words != nil && slices.ContainsFunc(r.Cells(i), filled) && asks.mayHold(r.Cells(i)):
		c.words, c.Mark = asks.words, reported
	case c.Named:
		c.words, c.Mark = statuses, seen
	default:
		return
	}
	r.export.Columns = append(r.export.Columns, c)
}

// factOf is the row of the table about a column of that name, or nil.
func (r *reading) factOf(key string) *fact {
	for _, s := range r.export.Systems {
		if f := bySystem[s.Name].find(key); f != nil {
			return f
		}
	}
	return alone.find(key)
}

// take takes in a column that a row of the table is about, and reports whether it did. A column of a system that
// others resemble counts only if its first cells fit.
func (r *reading) take(c Column, f *fact) bool {
	c.Use, c.Mark, c.Source, c.words = f.use, f.mark, f.source, f.words
	if s := systemNamed(f.system); s != nil && slices.Contains(r.export.Systems, s) {
		c.System, c.Generic = s, s.weak
	} else {
		c.Generic = true
	}
	if c.System != nil && c.Generic && c.words != nil && !c.mayHold(r.Cells(c.Index)) {
		return false
	}
	if f.later != "" {
		c.Later = slices.Index(r.folded, f.later)
	}
	r.export.Columns = append(r.export.Columns, c)
	return true
}

func systemNamed(name string) *System {
	i := slices.IndexFunc(catalogue, func(s System) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &catalogue[i]
}
