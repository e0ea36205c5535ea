package sandbox_test

import (
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// TestFilterByTime: both ends belong to the time that is asked for, and no end means none.
func TestFilterByTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	before, after := at.Add(-time.Second), at.Add(time.Second)
	for _, tt := range []struct {
		since, until time.Time
		want         bool
	}{
		{time.Time{}, time.Time{}, true},
		{at, at, true},
		{before, after, true},
		{after, time.Time{}, false},
		{time.Time{}, before, false},
		{time.Time{}, after, true},
		{before, before, false},
	} {
		fits, err := sandbox.Filter{Since: tt.since, Until: tt.until}.Matcher()
		if err != nil {
			t.Fatal(err)
		}
		if got := fits(&sandbox.Stored{Message: sandbox.Message{Received: at}}); got != tt.want {
			t.Errorf("since %s until %s: %v, want %v", tt.since, tt.until, got, tt.want)
		}
	}
}
