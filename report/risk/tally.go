package risk

import (
	"cmp"
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate/segments"
)

const (
	secondsPerDay = 24 * 60 * 60
	daysPerYear   = 365.25
	oldest        = 200 * 366 // days
)

// count is how many rows there are of a kind. Days are whole, so that sums don't depend on the order of rows.
type count struct {
	rows int64
	days int64 // sum of the rows' ages
	wait int64 // sum of the days since their answers
}

func (c *count) add(o count) {
	c.rows += o.rows
	c.days += o.days
	c.wait += o.wait
}

// Tally counts the rows of a list by everything that the model looks at. It holds no addresses. Its size depends on
// the number of distinct kinds of rows, which is hundreds or a few thousand. It is for one
// goroutine. The zero value is for a send in the year 1; create one with NewTally.
type Tally struct {
	now    time.Time
	unix   int64 // of now
	kinds  map[kind]*count
	states [numStates]int64 // rows of each state but the sound one
	future int64

	Signs Signs // other evidence about the list; set by the creator of the tally
}

// NewTally returns an empty tally for a send at now; ages are counted back from then.
func NewTally(now time.Time) *Tally {
	return &Tally{now: now, unix: now.Unix(), kinds: map[kind]*count{}}
}

// Add counts n identical rows; it does nothing if n is not positive.
func (t *Tally) Add(r Row, n int64) {
	if n <= 0 {
		return
	}
	if s := r.state(); s != soundState {
		t.states[s] += n
		return
	}
	k, c, future := t.sort(r)
	if future {
		t.future += n
	}
	t.put(k, count{rows: n, days: n * c.days, wait: n * c.wait})
}

func (t *Tally) put(k kind, c count) {
	have := t.kinds[k]
	if have == nil {
		if t.kinds == nil {
			t.kinds = map[kind]*count{}
		}
		have = &count{}
		t.kinds[k] = have
	}
	have.add(c)
}

// sort finds the kind of a sound row and its days, and reports whether its date lies in the future.
func (t *Tally) sort(r Row) (kind, count, bool) {
	age, days, future := t.age(r.Date)
	reply := r.reply()
	k := kind(r.Provider%numProviders) | kind(r.Source%numSources)<<sourceAt | kind(age)<<ageAt |
		bit(r.Sign&1 == 1, engagedAt) | bit(r.Sign&2 == 2, sentAt) | bit(r.Blind, blindAt) | bit(r.Disposable,
		disposableAt) | bit(r.Role, roleAt) | bit(r.Aside, asideAt) |
		kind(r.Called%numCalled)<<verdictAt | bit(r.Kept && groupOf[reply] == dead && !r.Blind,
		keptAt)
	c := count{days: days}
	if !r.Blind && reply != notAsked {
		k |= kind(reply) << replyAt
		if !r.RepliedAt.IsZero() {
			c.wait = max(t.days(r.RepliedAt), 0)
		}
	}
	return k, c, future
}

// age counts from a date. One in the future counts as today.
func (t *Tally) age(from time.Time) (step int, days int64, future bool) {
	if from.IsZero() {
		return ageUnknown, 0, false
	}
	days = t.days(from)
	if days < 0 {
		return 0, 0, days < -1 // a day ahead is a time zone
	}
	return segments.Quarters(days), days, false
}

// days is how many whole days before the send a time lies. What is older than two centuries is an empty date.
func (t *Tally) days(at time.Time) int64 { return min((t.unix-at.Unix())/secondsPerDay, oldest) }

// rows returns the number of rows counted.
func (t *Tally) rows() int64 {
	n := t.sound()
	for _, c := range t.states {
		n += c
	}
	return n
}

func (t *Tally) sound() (n int64) {
	for _, c := range t.kinds {
		n += c.rows
	}
	return n
}

// sorted returns the kinds in a fixed order, so that sums of fractions have the same bits in every run.
func (t *Tally) sorted() []kind {
	kinds := make([]kind, 0, len(t.kinds))
	for k := range t.kinds {
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, cmp.Compare)
	return kinds
}
