package batch

import (
	"cmp"
	"slices"

	"github.com/prebounce/prebounce/validate"
)

// JudgedCount counts the rows of one kind with the same reasons, so that another policy can be tried without the list.
// Aside is never set, because it depends on the policy of the run.
type JudgedCount struct {
	KindCount
	Reasons validate.Reasons

	key uint32
}

// judgedKey is a key without what the policy makes of a row, and all reasons that speak about the row.
type judgedKey struct {
	key     uint32
	reasons validate.Reasons
}

// withoutAside is a key without what the policy makes of the row.
func withoutAside(key uint32) uint32 {
	if key < soundKeys {
		return key
	}
	return soundKeys + (key-soundKeys)&^(1<<asideKey)
}

// speak counts a row about which some reasons speak.
func (t *tally) speak(key uint32, all validate.Reasons) {
	if all == 0 {
		return
	}
	if t.judged == nil {
		t.judged = map[judgedKey]int64{}
	}
	t.judged[judgedKey{withoutAside(key), all}]++
}

// speakers are the reasons that speak about a row: those of its address are read anew where another one hides them.
func (s *splitter) speakers(j *splitJob, v *rowView, a *judged) validate.Reasons {
	all := a.all
	if v.said != nil && a.fault == nil {
		if address, fault := j.finder.parser.Parse(a.text); fault == nil {
			all |= j.finder.reasons(address)
		}
	}
	return s.run.Policy.Heeded(all)
}

// judgedCounts completes what was counted by the rows about which nothing speaks.
func (f *forecast) judgedCounts(t *tally) (out []JudgedCount) {
	left, days := map[uint32]kindCount{}, map[uint32]kindCount{}
	for i, key := range f.counted {
		key = withoutAside(key)
		sum := days[key]
		sum.rows, sum.days = sum.rows+f.counts[i].rows, sum.days+f.counts[i].days
		left[key], days[key] = sum, sum
	}
	for k, n := range t.judged {
		sum := left[k.key]
		sum.rows -= n
		left[k.key] = sum
		out = append(out, judgedCount(k, n, days[k.key]))
	}
	for key, sum := range left {
		if sum.rows > 0 {
			out = append(out, judgedCount(judgedKey{key: key}, sum.rows, days[key]))
		}
	}
	slices.SortFunc(out, func(a, b JudgedCount) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.Reasons, b.Reasons))
	})
	return out
}

// judgedCount are n rows; their days are the mean of those of the kind.
func judgedCount(k judgedKey, n int64, of kindCount) JudgedCount {
	c := kindCount{rows: n}
	if of.rows > 0 {
		c.days = of.days / of.rows * n
	}
	return JudgedCount{c.of(k.key), k.reasons, k.key}
}
