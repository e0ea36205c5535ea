package fleet

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate/limits"
)

// spent is what was taken under one key, in the order of time. Times are milliseconds of the server's clock.
type spent []spending

type spending struct {
	at int64
	n  int
}

// readSpent reads what append wrote; what can't be read is nothing, as of a version that wrote it otherwise.
func readSpent(b []byte) (s spent) {
	at := int64(0)
	for len(b) > 0 {
		step, k := binary.Uvarint(b)
		n, l := binary.Uvarint(b[max(k, 0):])
		if k <= 0 || l <= 0 || n > 1<<31 {
			return nil
		}
		at += int64(step)
		s, b = append(s, spending{at, int(n)}), b[k+l:]
	}
	return s
}

func (s spent) append(b []byte) []byte {
	last := int64(0)
	for _, one := range s {
		b = binary.AppendUvarint(b, uint64(one.at-last))
		b = binary.AppendUvarint(b, uint64(one.n))
		last = one.at
	}
	return b
}

// within sums up what counts under a cap.
func (s spent) within(c limits.Cap, now time.Time) (all limits.Spent) {
	for _, one := range s {
		if at := time.UnixMilli(one.at); at.After(now.Add(-c.Within)) {
			if all.N == 0 {
				all.First = at
			}
			all.N += one.n
		}
	}
	return all
}

// take adds n at a moment, and forgets what counts no longer under any cap.
func (s spent) take(now time.Time, n int, life time.Duration) spent {
	at := now.UnixMilli()
	s = slices.DeleteFunc(s, func(one spending) bool { return one.at <= at-life.Milliseconds() })
	i, _ := slices.BinarySearchFunc(s, at+1, func(one spending, at int64) int { return int(one.at - at) })
	return slices.Insert(s, i, spending{at, n}).coarse(at)
}

// giveBack takes n away that were taken at a moment: it stands there, or in the first entry that took it in later.
func (s spent) giveBack(at time.Time, n int) spent {
	// the reading of the clock may have become better since
	from := at.UnixMilli() - loose.Milliseconds()
	for i := range s {
		if s[i].at < from || n == 0 {
			continue
		}
		less := min(n, s[i].n)
		s[i].n -= less
		n -= less
	}
	return slices.DeleteFunc(s, func(one spending) bool { return one.n == 0 })
}

// loose is how far readings of the server's clock may be apart: what the limits of the whole fleet are longer by.
const loose = 2 * time.Second

// coarse joins entries that are long past. What is joined counts as of its latest moment, and so a little longer.
func (s spent) coarse(now int64) spent {
	kept := s[:0]
	for _, one := range s {
		if last := len(kept) - 1; last >= 0 && grain(now, one.at) == grain(now, kept[last].at) {
			kept[last].at, kept[last].n = one.at, kept[last].n+one.n
			continue
		}
		kept = append(kept, one)
	}
	return kept
}

// grain is the piece of time that a moment belongs to: the longer ago the longer.
func grain(now, at int64) [2]int64 {
	width := int64(1)
	switch age := time.Duration(now-at) * time.Millisecond; {
	case age > 70*time.Minute:
		width = (5 * time.Minute).Milliseconds()
	case age > 70*time.Second:
		width = (10 * time.Second).Milliseconds()
	case age > 3*time.Second:
		width = 100
	}
	return [2]int64{width, at / width}
}
