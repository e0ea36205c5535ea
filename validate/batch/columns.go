package batch

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Column counts what was settled about the rows of each value of one column. It leaves out rows that would not be
// sent.
type Column struct {
	Name   string
	Values []Value // sorted
}

// Value is one value of a column.
type Value struct {
	Text    string
	Settled []SettledCount
	Bad     Clusters
}

// SettledCount counts the rows about which something is settled; see Kind.Settled. MailboxUnknown covers all rows that
// a mail server refused.
type SettledCount struct {
	Settled validate.Reason
	Rows    int64
}

// observer counts what was settled by the values of columns. The first read counts all rows as sound; the
// second corrects that for those that aren't, so that it need not take apart the others. A nil observer
// counts nothing.
type observer struct {
	names   []string // columns of the same name in several lists are one
	lists   []listColumns
	of      []string // what the lists are called, if there are several
	dates   string   // what the dates of rows are called; empty: they have none
	now     time.Time
	years   [1 << 15]uint8
	workers []*grouper
}

// grouper is one worker's part of it.
type grouper struct {
	lists   []listColumns
	columns []grouped
	years   *[1 << 15]uint8
	byYear  [mostYears + 1][numStates]int64
	byList  [][numStates]int64
	signs   signCounts
	bad     clusters

	list int
	here *listColumns // of the list that is read at present
	rows *[numStates]int64
}

type grouped struct {
	values values
	counts [mostValues][numStates]int64
}

// mostYears are told apart, counted back from the present one. What comes behind stands for no date.
const mostYears = 40

// observer returns nil where there will be no forecast.
func (r *Run) observer() *observer {
	if r.Forecaster == nil {
		return nil
	}
	o := &observer{now: r.now()}
	r.join(o)
	o.countYears()
	return o
}

// countYears fills in how many years back each number of days lies.
func (o *observer) countYears() {
	today, back := o.now.Unix()/secondsPerDay, 0
	for days := range o.years {
		for back < mostYears && today-int64(days) < time.Date(o.now.UTC().Year()-back, 1, 1, 0, 0, 0, 0,
			time.UTC).Unix()/secondsPerDay {
			back++
		}
		o.years[days] = uint8(back)
	}
	o.years[futureDays], o.years[noDays] = 0, mostYears
}

// columns are the indexes of what is to be read of a list.
func (o *observer) columns(list int) []int {
	if o == nil {
		return nil
	}
	return o.lists[list].indexes
}

func (o *observer) newGrouper() *grouper {
	if o == nil {
		return nil
	}
	g := &grouper{lists: o.lists, columns: make([]grouped, len(o.names)), byList: make([][numStates]int64,
		len(o.lists))}
	if o.dates != "" {
		g.years = &o.years
	}
	o.workers = append(o.workers, g)
	return g
}

// turn makes ready for the rows of a list.
func (g *grouper) turn(list int) {
	if g != nil {
		g.here, g.rows, g.list = &g.lists[list], &g.byList[list], list
	}
}

// add counts a row by its value, and returns the value's number.
func (c *grouped) add(cell []byte, state uint8, n int64) (id int, ok bool) {
	if id, ok = c.values.number(cell); ok {
		c.counts[id][state] += n
	}
	return id, ok
}

// row counts one row by what needs no column. The domain is 0 if anybody can have a mailbox there.
func (g *grouper) row(n rowNote, state uint8, domain uint32) {
	if unsent(state) {
		return
	}
	g.count(state, 1)
	g.date(n, state)
	if g != nil && bounces(state) {
		g.bad.add(byListColumn, g.list, domain)
		if g.years != nil {
			g.bad.add(byYearColumn, int(g.years[n.days()]), domain)
		}
	}
}

func (g *grouper) count(state uint8, rows int64) {
	if g != nil {
		g.rows[state] += rows
	}
}

// date counts a row by the year of its date.
func (g *grouper) date(n rowNote, state uint8) {
	if g != nil && g.years != nil {
		g.byYear[g.years[n.days()]][state]++
	}
}

// correct moves a row that turned out not to be sound to where it belongs.
func (g *grouper) correct(state uint8, cells [][]byte, domain uint32) {
	for i, cell := range cells {
		column := g.here.columns[i]
		c := &g.columns[column]
		c.add(cell, soundState, -1)
		if unsent(state) {
			continue
		}
		if id, ok := c.add(cell, state, 1); ok && bounces(state) {
			g.bad.add(column, id, domain)
		}
	}
}

// report brings the workers' counts together. A column with too many values is left out.
func (o *observer) report() (all []SettledCount, columns []Column) {
	if o == nil {
		return nil, nil
	}
	var sum [numStates]int64
	years, lists := groups{}, groups{}
	for _, w := range o.workers {
		for list := range w.byList {
			add(&sum, &w.byList[list])
			if o.of != nil {
				lists.add(o.of[list], &w.byList[list])
			}
		}
		for back := range w.byYear {
			years.add(o.yearName(back), &w.byYear[back])
		}
	}
	bad := o.clustered()
	if o.of != nil {
		columns = append(columns, Column{"list", bad.into(byListColumn, lists.values())})
	}
	for i, name := range o.names {
		if g, ok := o.column(i); ok {
			columns = append(columns, Column{name, bad.into(i, g.values())})
		}
	}
	if o.dates != "" {
		columns = append(columns, Column{o.dates, bad.into(byYearColumn, years.values())})
	}
	return settledCounts(&sum), columns
}

func (o *observer) yearName(back int) string {
	if back == mostYears {
		return ""
	}
	return strconv.Itoa(o.now.UTC().Year() - back)
}

// column adds up one column over the workers; not ok if it has too many values.
func (o *observer) column(i int) (g groups, ok bool) {
	g = groups{}
	for _, w := range o.workers {
		c := &w.columns[i]
		if c.values.many {
			return nil, false
		}
		for id, text := range c.values.text {
			g.add(valid(text), &c.counts[id])
		}
	}
	return g, len(g) <= mostValues
}

// groups are counts by value.
type groups map[string]*[numStates]int64

func (g groups) add(text string, counts *[numStates]int64) {
	if *counts == [numStates]int64{} {
		return
	}
	if g[text] == nil {
		g[text] = &[numStates]int64{}
	}
	add(g[text], counts)
}

func add(sum, counts *[numStates]int64) {
	for state, n := range counts {
		sum[state] += n
	}
}

// values leaves out those of which no row would be sent.
func (g groups) values() (out []Value) {
	for text, counts := range g {
		if settled := settledCounts(counts); len(settled) > 0 {
			out = append(out, Value{Text: text, Settled: settled})
		}
	}
	slices.SortFunc(out, func(a, b Value) int { return cmp.Compare(a.Text, b.Text) })
	return out
}

func settledCounts(counts *[numStates]int64) (out []SettledCount) {
	for state, rows := range counts {
		if rows > 0 {
			out = append(out, SettledCount{states[state], rows})
		}
	}
	return out
}
