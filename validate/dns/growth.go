package dns

import "time"

// growth takes a window beyond the size that every resolver bears, as long as the resolver keeps up: a window that is
// twice as large must bring a good part of as many answers more, and no more failures. Otherwise the questions only
// wait at the resolver instead of here.
type growth struct {
	top int // never beyond; 0: no growth

	began        time.Time // of what is being measured; zero: the answers still belong to the window before
	done, failed int       // since then

	size  int       // of the window before the latest step; 0 before the first
	rate  float64   // answers a second with that
	share float64   // of failures with that
	again bool      // the latest step brought little, and is looked at once more: this machine may have been busy
	over  time.Time // until then more brings nothing
}

const (
	growthStep  = 2
	growthPays  = 0.25                   // part of what a step adds to the window that it must add to the answers
	growthBears = 0.01                   // share of failures that a step may add
	growthLook  = 100 * time.Millisecond // how long a window is looked at, since a moment says little
	growthRest  = 5 * time.Second        // then more is tried again
)

// next is the size of the window after so many more answers, if questions were waiting for their turn.
func (g *growth) next(size, done, failed int, waiting bool) int {
	now := time.Now()
	if g.top == 0 || !waiting || now.Before(g.over) {
		g.began = time.Time{}
		return size
	}
	if g.began.IsZero() {
		g.began, g.done, g.failed = now, 0, 0
		return size
	}
	g.done, g.failed = g.done+done, g.failed+failed
	if took := now.Sub(g.began); took >= growthLook {
		return g.judge(size, float64(g.done)/took.Seconds(), float64(g.failed)/float64(g.done))
	}
	return size
}

// judge takes the next step, or the latest one back.
func (g *growth) judge(size int, rate, share float64) int {
	g.began = time.Time{}
	switch worse := share > g.share+growthBears; {
	case g.size == 0 || (!worse && rate >= g.rate*g.pays(size)):
		return g.step(size, rate, share)
	case !worse && !g.again:
		g.again = true
		return size
	}
	return g.rest(g.size)
}

// step goes on from a size that has proved its worth.
func (g *growth) step(size int, rate, share float64) int {
	if size >= g.top {
		return g.rest(size)
	}
	g.size, g.rate, g.share, g.again = size, rate, share, false
	return min(size*growthStep, g.top)
}

// rest stays at a size for a while.
func (g *growth) rest(size int) int {
	g.size, g.again, g.over = 0, false, time.Now().Add(growthRest)
	return size
}

// pays is how many times as many answers a window must bring as the one before.
func (g *growth) pays(size int) float64 { return 1 + growthPays*(float64(size)/float64(g.size)-1) }
