package exports

import (
	"slices"
	"strings"
)

// Fit counts the cells of a column.
type Fit struct {
	Filled     int64
	Understood int64
	Mail       int64 // of these, words that speak of mail beyond doubt
}

// Add counts a cell and returns its meaning.
func (f *Fit) Add(c *Column, cell string) (m Meaning, understood bool) {
	s := c.read(cell)
	if s.blank {
		return s.Meaning, true
	}
	f.Filled++
	f.Understood += int64(btoi(s.known))
	f.Mail += int64(btoi(s.mail))
	return s.Meaning, s.known
}

// Plus adds the counts of other cells of the column.
func (f *Fit) Plus(more Fit) {
	f.Filled += more.Filled
	f.Understood += more.Understood
	f.Mail += more.Mail
}

// fits is the share of the filled cells that must be of one vocabulary, outside a known export.
const fits = 0.95

// Decides reports whether a column with these cells decides about its contacts. A column of a known export always
// does. Any other column must hold almost only words of its vocabulary, and its cells or its name must have at least
// one word that is unmistakably about mail.
func (c *Column) Decides(f Fit) bool {
	switch {
	case f.Understood == 0:
		return false
	case !c.Generic:
		return true
	case c.Named:
		return true
	case c.Asked():
		return false
	case float64(f.Understood) < fits*float64(f.Filled):
		return false
	}
	return c.words != statuses || f.Mail > 0
}

// maybe is the same share for the first cells of a list: too few to rule a column out for less.
const maybe = 0.8

// namesOfStatus are names of columns that may hold a status though the first cells are blank.
var namesOfStatus = setOf(`status state subscription subscriptionstatus subscriberstatus emailstatus mailstatus contactstatus marketingstatus liststatus globalstatus
	statut estado stato stan stav állapot durum статус 状态 状態 상태 anmeldestatus abonnentenstatus newsletterstatus`)

// holdsStatuses reports whether a column may hold statuses of subscribers, by its first cells.
func (r *reading) holdsStatuses(i int, key string) bool {
	c, cells := Column{words: statuses, Mark: seen}, r.Cells(i)
	if !slices.ContainsFunc(cells, filled) {
		return namesOfStatus[key]
	}
	return c.mayHold(cells)
}

func filled(cell string) bool { return !empty[strings.TrimSpace(cell)] }

// mayHold reports whether the first cells of a list may be the column's.
func (c *Column) mayHold(cells []string) bool {
	var f Fit
	for _, cell := range cells {
		f.Add(c, cell)
	}
	return float64(f.Understood) >= maybe*float64(f.Filled)
}
