package batch

import "slices"

// Clusters describes how a value's certain bounces are spread over domains. Rows at one company share their fate, so
// they count as one observation.
type Clusters struct {
	Rows         int64   // bouncing rows at domains where not everybody can get a mailbox
	Sum, Squared float64 // sums over the number of such rows per domain; over a sample if there are very many domains
}

// clusterKey is a domain within one value of one column.
type clusterKey struct {
	column int32 // its number; less than zero: the list, the year
	value  int32
	domain uint32
}

const (
	byListColumn, byYearColumn = -1, -2

	mostClusters = 1 << 17 // of one worker
)

// clusters counts rows by domain and value.
type clusters struct {
	rows  map[clusterKey]int32
	all   map[clusterKey]int64 // with no domain: of all
	every uint32               // one domain in so many is kept, a power of two
}

// add counts a row that bounces at a domain, unless everybody can have a mailbox there (0).
func (c *clusters) add(column, value int, domain uint32) {
	if domain == 0 {
		return
	}
	if c.rows == nil {
		c.rows, c.all, c.every = map[clusterKey]int32{}, map[clusterKey]int64{}, 1
	}
	k := clusterKey{int32(column), int32(value), domain}
	c.all[clusterKey{k.column, k.value, 0}]++
	if !c.keeps(domain) {
		return
	}
	c.rows[k]++
	for len(c.rows) > mostClusters {
		c.thin(2 * c.every)
	}
}

func (c *clusters) keeps(domain uint32) bool { return domain*0x9e3779b1>>8&(c.every-1) == 0 }

// thin keeps one domain in so many.
func (c *clusters) thin(every uint32) {
	c.every = max(c.every, every)
	for k := range c.rows {
		if !c.keeps(k.domain) {
			delete(c.rows, k)
		}
	}
}

// bounces reports whether rows of a state are sure to bounce.
func bounces(state uint8) bool {
	return state == deadState || state == bouncedState || state == syntaxState || state == refusedState
}

// clustered is what the workers counted by domain, by column and text.
type clustered map[int]map[string]*Clusters

func (o *observer) clustered() clustered {
	every := uint32(1)
	for _, w := range o.workers {
		every = max(every, w.bad.every)
	}
	type place struct {
		column int32
		text   string
		domain uint32
	}
	sums, out := map[place]int64{}, clustered{}
	for _, w := range o.workers {
		w.bad.thin(every)
		for k, n := range w.bad.rows {
			sums[place{k.column, o.text(w, k), k.domain}] += int64(n)
		}
		for k, n := range w.bad.all {
			out.at(k.column, o.text(w, k)).Rows += n
		}
	}
	for p, n := range sums {
		c := out.at(p.column, p.text)
		c.Sum, c.Squared = c.Sum+float64(n), c.Squared+float64(n)*float64(n)
	}
	return out
}

// text is the value that a worker's key stands for.
func (o *observer) text(w *grouper, k clusterKey) string {
	switch k.column {
	case byListColumn:
		if o.of == nil {
			return ""
		}
		return o.of[k.value]
	case byYearColumn:
		return o.yearName(int(k.value))
	}
	return valid(w.columns[k.column].values.text[k.value])
}

func (c clustered) at(column int32, text string) *Clusters {
	of := c[int(column)]
	if of == nil {
		of = map[string]*Clusters{}
		c[int(column)] = of
	}
	if of[text] == nil {
		of[text] = &Clusters{}
	}
	return of[text]
}

// into adds what is known about the values of a column to them.
func (c clustered) into(column int, values []Value) []Value {
	values = slices.Clone(values)
	for i := range values {
		if known := c[column][values[i].Text]; known != nil {
			values[i].Bad = *known
		}
	}
	return values
}
