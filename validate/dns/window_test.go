package dns

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// fill enters as often as it can without waiting.
func fill(w *window) (n int) {
	for w.load() <= 1 {
		w.enter(context.Background()) // there is room, so it doesn't wait
		n++
	}
	return n
}

// round fills the window and empties it, with so many failures of a hundred.
func round(w *window, failures int) int {
	n := fill(w)
	for i := range n {
		w.leave(min(1, n*failures/100/(i+1)))
	}
	return n
}

func TestTheWindowFollowsWhatTheServerBears(t *testing.T) {
	w := newWindow(256)
	steps := []struct {
		failures int
		want     int
		says     string
	}{
		{0, 32, "it begins small"},
		{0, 64, "doubles while all is well"},
		{9, 128, "does not mind a list's own dead domains"},
		{0, 256, "up to its most"},
		{0, 256, "and not beyond"},
		{30, 256, "three failures of ten"},
		{0, 128, "halve it"},
		{0, 144, "then it grows in small steps"},
		{0, 160, "again"},
		{0, 176, "and again"},
		{0, 192, "up to three quarters of what was too much"},
		{0, 196, "and on in very small ones"},
		{15, 200, "some failures"},
		{90, 200, "leave it as it is; many"},
		{90, 100, "halve it each time"},
		{90, 50, "again"},
		{90, 25, "and again"},
		{90, 16, "down to a floor"},
	}
	for _, s := range steps {
		if got := round(w, s.failures); got != s.want {
			t.Fatalf("%s: %d places, want %d", s.says, got, s.want)
		}
	}
}

func TestWaitersAreServedInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(1)
		w.enter(t.Context())
		var order []int
		for i := range 3 {
			go func() {
				w.enter(t.Context())
				order = append(order, i)
				time.Sleep(time.Second)
				w.leave(0)
			}()
			synctest.Wait()
		}
		w.leave(0)
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(order) != 3 || order[0] != 0 || order[1] != 1 || order[2] != 2 {
			t.Errorf("served %v", order)
		}
	})
}

func TestAWaiterWhoGivesUpLeavesNoGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(1)
		w.enter(t.Context())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := w.enter(ctx); err == nil {
			t.Error("entered a full window")
		}
		w.leave(0)
		if err := w.enter(t.Context()); err != nil || w.flying != 1 {
			t.Errorf("the place is lost: %v, %d flying", err, w.flying)
		}
	})
}

func TestNobodyEntersTooLate(t *testing.T) {
	w := newWindow(1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.enter(ctx); err == nil || w.flying != 0 {
		t.Errorf("got %v, %d flying", err, w.flying)
	}
}
