package report

import (
	"math"
	"testing"
	"time"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
)

// sentOn is a campaign of that day.
func sentOn(day int32) *Campaign { return &Campaign{Sent: timeOf(day)} }

func TestAnAuditMayCostATenthOfWhatTheLineAllows(t *testing.T) {
	for name, line := range map[string]float64{"ses": 0.05, "generic": 0.02} {
		p, _ := risk.ProfileNamed(name)
		a := NewForecaster(time.Now(), risk.Options{Profile: p}, validate.Policy{}).Audit(0.01)
		if math.Abs(a.Most-line/10) > 1e-12 || a.Share != 0.01 {
			t.Errorf("%s: %+v, want a most of %v", name, a, line/10)
		}
	}
}

// TestDaysOfACampaign at both sides of each limit: which days are one stretch of records, and which are of the send.
func TestDaysOfACampaign(t *testing.T) {
	const sent = 20_000
	for _, tt := range []struct {
		name     string
		stretch  []burst
		from, to int32
	}{
		{"without a stretch, thirty days from the day before", nil, sent - 1, sent + 30},
		{"a stretch that begins three days earlier is of it", []burst{{sent - 3, sent + 2, 1}}, sent - 3, sent + 2},
		{"one that begins four days earlier is not", []burst{{sent - 4, sent + 2, 1}}, sent - 1, sent + 30},
		{"a stretch of forty-five days is of it", []burst{{sent, sent + 45, 1}}, sent - 1, sent + 45},
		{"one of forty-six is not", []burst{{sent, sent + 46, 1}}, sent - 1, sent + 30},
		{"a stretch that begins thirty days later is of it", []burst{{sent + 30, sent + 40, 1}}, sent - 1, sent + 40},
		{"one that begins later is not", []burst{{sent + 31, sent + 40, 1}}, sent - 1, sent + 30},
	} {
		if from, to := sentOn(sent).window(tt.stretch); from != tt.from || to != tt.to {
			t.Errorf("%s: %d to %d, want %d to %d", tt.name, from-sent, to-sent, tt.from-sent, tt.to-sent)
		}
	}
	for gap, want := range map[int32]int{7: 1, 8: 2} {
		c := sentOn(sent)
		for _, day := range []int32{sent, sent + gap} {
			c.events = append(c.events, heardEvent{row: 0, day: day})
		}
		if got := c.bursts(); len(got) != want {
			t.Errorf("records %d days apart are %d stretches, want %d", gap, len(got), want)
		}
	}
}

func TestHalfOfTheDatedRecordsMustBeOfTheSend(t *testing.T) {
	for inside, want := range map[int64]bool{5: true, 4: false} {
		c := sentOn(20_000)
		c.events, c.listed, c.Apart = make([]heardEvent, 10), 1, 10-inside
		if err := c.enough(nil, inside); (err == nil) != want {
			t.Errorf("%d of 10 records are of the send: %v", inside, err)
		}
	}
}
