package dns

import "time"

// growth takes a window beyond the size that every resolver bears, as long as the resolver keeps up: a window that is
// half as large again must bring a good part of half as many answers again, and no more failures. Otherwise the
// questions only wait at the resolver instead of here.
type growth struct {
	top int // never beyond; 0: no growth

	began        time.Time // of what is being measured; zero: the answers still belong to the window before
	done, failed int       // since then

	size  int       // of the window before the latest step; 0 before the first
	rate  float64   // answers a second with that
	share float64   // of failures with that
	over  time.Time // until then more brings nothing
}

const (
	growthStep  = 1.5
	growthPays  = 0.4                    // part of what a step adds to the window that it must add to the answers
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
	if g.size > 0 && (rate < g.rate*g.pays(size) || share > g.share+growthBears) {
		back := g.size
		g.size, g.over = 0, time.Now().Add(growthRest)
		return back
	}
	g.size, g.rate, g.share = size, rate, share
	if size >= g.top {
		g.size, g.over = 0, time.Now().Add(growthRest)
	}
	return max(min(int(float64(size)*growthStep), g.top), size)
}

// pays is how many times as many answers a window must bring as the one before.
func (g *growth) pays(size int) float64 { return 1 + growthPays*(float64(size)/float64(g.size)-1) }
