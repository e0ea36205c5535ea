package dns

import (
	"testing"
	"testing/synctest"
	"time"
)

// resolverOf answers so many questions a second at most, each after a latency; failing is the share that fails beyond
// a window.
type resolverOf struct {
	perSecond int
	latency   time.Duration
	bears     int // questions in flight, beyond which a tenth fails; 0: any number
}

// settle runs a window against it until it no longer changes, and returns its size.
func (r *resolverOf) settle(w *window) int {
	for range 200 {
		n := 0
		for w.flying < w.limit {
			w.flying++
			n++
		}
		w.waiting = append(w.waiting, make(chan struct{})) // somebody always waits
		time.Sleep(max(r.latency, time.Duration(n)*time.Second/time.Duration(r.perSecond)))
		w.waiting = nil
		failing := r.bears > 0 && n > r.bears
		for i := range n {
			failures := 0
			if failing && i%10 == 0 {
				failures = 1
			}
			w.waiting = append(w.waiting[:0], make(chan struct{}))
			w.leave(failures)
			w.waiting = nil
			w.flying = max(w.flying-1, 0)
		}
		w.flying = 0
	}
	return w.limit
}

func TestTheWindowGrowsWhileTheResolverKeepsUp(t *testing.T) {
	for _, tt := range []struct {
		name        string
		r           resolverOf
		least, most int
	}{
		{"a fast one, far away", resolverOf{1_000_000, 20 * time.Millisecond, 0}, 2048, 2048},
		{"one that answers 40,000 a second", resolverOf{40_000, 20 * time.Millisecond, 0}, 512, 1024},
		{"one that answers 5,000 a second", resolverOf{5_000, 20 * time.Millisecond, 0}, 256, 256},
		{"one that bears 600 at once", resolverOf{1_000_000, 20 * time.Millisecond, 600}, 512, 512},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := tt.r.settle((&Client{}).newWindow()); got < tt.least || got > tt.most {
					t.Errorf("%d in flight, want %d to %d", got, tt.least, tt.most)
				}
			})
		})
	}
}

func TestASizeIsGivenUpOnlyAfterTwoLooks(t *testing.T) {
	g := growth{top: 2048}
	for i, look := range []struct {
		size        int
		rate, share float64
		want        int
		says        string
	}{
		{256, 10_000, 0, 512, "the first step"},
		{512, 4_000, 0, 512, "fewer answers may be this machine's own doing"},
		{512, 12_500, 0, 1024, "a quarter more pays"},
		{1024, 15_000, 0, 1024, "a fifth more doesn't"},
		{1024, 15_000, 0, 512, "and hasn't twice"},
		{512, 12_500, 0, 1024, "another step, later"},
		{1024, 25_000, 0.02, 512, "failures end it at once"},
	} {
		if got := g.judge(look.size, look.rate, look.share); got != look.want {
			t.Fatalf("look %d: %s: %d, want %d", i+1, look.says, got, look.want)
		}
	}
}

func TestAWindowOfTheCallersOwnDoesNotGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := resolverOf{1_000_000, 20 * time.Millisecond, 0}
		if got := r.settle((&Client{Window: 300}).newWindow()); got != 300 {
			t.Errorf("%d in flight", got)
		}
	})
}
