package batch

import (
	"slices"

	"github.com/prebounce/prebounce/validate/batch/spool"
)

// kindCount is what the rows of one key come to.
type kindCount struct{ rows, days int64 }

// kindCounts counts rows by key. Lists hold few of the keys that there may be: of the room for all of them,
// only the parts in use take memory of the machine.
type kindCounts struct {
	numbers []uint32 // by key: from 1, in the order in which the keys came; 0: there is none
	keys    []uint32 // those that came
	sums    []kindCount
}

// add counts what rows of a key come to.
func (c *kindCounts) add(key uint32, more kindCount) {
	n := c.numbers[key]
	if n == 0 {
		c.keys, c.sums = append(c.keys, key), append(c.sums, kindCount{})
		n = uint32(len(c.keys))
		c.numbers[key] = n
	}
	c.sums[n-1].rows += more.rows
	c.sums[n-1].days += more.days
}

// tally counts the rows by key, the lowest first.
func (k *keyer) tally(l *lookedUp, workers int) (sums []kindCount, keys []uint32, err error) {
	counts := make([]*kindCounts, workers)
	err = l.eachRow(workers, func(w int) seeRows {
		mine := &kindCounts{numbers: make([]uint32, k.keys)}
		counts[w] = mine
		return func(notes []rowNote, earlier spool.Links) {
			for row, n := range notes {
				key, _ := k.key(n, earlier.At(uint32(row)))
				mine.add(key, kindCount{1, int64(n.days())})
			}
		}
	})
	sums, keys = k.sum(counts)
	return sums, keys, err
}

// sum adds up what the workers counted. Of a short list, some had nothing to count.
func (k *keyer) sum(counts []*kindCounts) (sums []kindCount, keys []uint32) {
	all := &kindCounts{numbers: make([]uint32, k.keys)}
	for _, c := range counts {
		if c != nil {
			for i, key := range c.keys {
				all.add(key, c.sums[i])
			}
		}
	}
	keys = slices.Sorted(slices.Values(all.keys))
	for _, key := range keys {
		sums = append(sums, all.sums[all.numbers[key]-1])
	}
	return sums, keys
}
