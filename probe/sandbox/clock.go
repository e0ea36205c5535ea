package sandbox

import "time"

// clock is the world's time, which goes pace times as fast as ours: all waiting is that much shorter, and all
// limits allow that much more.
type clock struct {
	began time.Time
	pace  float64
}

func newClock(pace float64) clock {
	if pace <= 0 {
		pace = 1
	}
	return clock{time.Now(), pace}
}

func (c clock) now() time.Time {
	return c.began.Add(time.Duration(float64(time.Since(c.began)) * c.pace))
}

// wait reports whether d of the world's time passed before done was closed.
func (c clock) wait(done <-chan struct{}, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(time.Duration(float64(d) / c.pace))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-done:
		return false
	}
}
