package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/segments"
)

// pastSends are campaigns of somebody whose lists do better than assumed: how many were sent of each sort,
// and how many bounced.
func pastSends(t testing.TB, names ...string) *history.File {
	t.Helper()
	f := &history.File{}
	for i, name := range names {
		sent := day.AddDate(0, i-len(names), 0)
		c := history.NewCounter(sent)
		for _, s := range []struct {
			row  risk.Row
			n    int
			hard float64
		}{
			{risk.Row{Provider: segments.Gmail, Source: segments.Form, Date: sent.AddDate(0, -7, 0)}, 3_000, 0.004},
			{risk.Row{Provider: segments.Workspace, Source: segments.Form, Sign: segments.Acted, Date: sent.AddDate(0, -1, 0)}, 2_000, 0.003},
			{risk.Row{Provider: segments.Microsoft365, Source: segments.Event, Date: sent.AddDate(-3, 0, 0)}, 600, 0.06},
		} {
			hard := int(float64(s.n)*s.hard) + i%3
			for j := range s.n {
				c.Add(s.row, j < hard, 0.02)
			}
		}
		campaign := history.Campaign{Name: name, Sent: sent, Sorts: c.Sorts()}
		if i%2 == 1 {
			campaign.Forecast = &history.Forecast{Rate: 0.02, CI95: [2]float64{0.01, 0.05}}
		}
		if err := f.Add(campaign, false); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// learnedRun is a forecast that leans on seven sends.
func learnedRun(t testing.TB) *Result {
	t.Helper()
	f := pastSends(t, "April", "May", "June", "July", "August", "September", "October")
	p, _, err := f.Params(day)
	if err != nil {
		t.Fatal(err)
	}
	r := business(t)
	r.forecast(t, r.Tally, risk.Options{Profile: profile("ses"), Params: &p})
	if r.Card, err = f.Card(); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCardTellsWhatItMeans(t *testing.T) {
	entry := func(mean, came float64) history.Entry {
		return history.Entry{Name: "x", Sent: "2026-01-01", Rows: 1000, Came: came, Mean: mean,
			CI50: [2]float64{mean * 0.8, mean * 1.2}, CI95: [2]float64{mean / 2, mean * 2}}
	}
	card := func(inside95, inside50 int, bias, off float64, n int) *history.Card {
		c := &history.Card{Campaigns: n, Inside: history.Inside{CI50: inside50, CI95: inside95}, Bias: bias, Error: off}
		for range n {
			c.Scored = append(c.Scored, entry(0.02, 0.02))
		}
		return c
	}
	for _, tt := range []struct {
		name string
		card *history.Card
		want string
	}{
		{"one campaign", card(1, 0, 1, 1, 1), "1 of 1 campaign came inside the 95% range"},
		{"two campaigns", card(2, 1, 1, 1, 2), "too few to judge"},
		{"good", card(6, 3, 0.01, 0.05, 6), "less than 0.1 percentage points"},
		{"too high", card(6, 3, 0.9, 1, 6), "off by 1.0 percentage points on average, mostly too high"},
		{"too low", card(6, 3, -0.9, 1, 6), "mostly too low: plan for more bounces"},
		{"either way", card(6, 3, 0.1, 1, 6), "as often too high as too low"},
		{"too narrow", card(4, 1, 0.1, 1, 6), "The ranges were too narrow"},
		{"too wide", card(7, 7, 0.1, 1, 7), "wider than necessary"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := cardOf(tt.card, discreet)
			if says := strings.Join(s.Says, " "); !strings.Contains(says, tt.want) {
				t.Errorf("it says %q, not %q", says, tt.want)
			}
		})
	}
	for came, want := range map[float64]string{0.001: "below", 0.02: "inside", 0.2: "above"} {
		e := entry(0.02, came)
		if got := sayInside(&e); got != want {
			t.Errorf("%v of a forecast of 2%% is %s, want %s", came, got, want)
		}
	}
	if s := (&teller{result: &Result{}}).card(); !s.empty() {
		t.Error("a card without a history")
	}
}

func TestCalibrationIsTold(t *testing.T) {
	f := pastSends(t, "April", "May", "June", "July")
	c, err := f.Card()
	if err != nil {
		t.Fatal(err)
	}
	f.Campaigns[3].Sorts = append(f.Campaigns[3].Sorts, history.Sort{Sent: 80, Hard: 4})
	f.Campaigns[3].Probe = &risk.Proof{Refused: 212, Tried: 3, Accepted: 1980, Sent: 1100, Bounced: 7}
	var b bytes.Buffer
	heard := &Campaign{Heard: map[string]int64{"ses": 62, "log, mail or list": 3}, Apart: 1,
		others: map[uint64]struct{}{7: {}, 8: {}}, place: map[uint64]int32{1: 0, 2: 1, 3: 2}, fates: []uint8{1, 2, 4}}
	if err := Calibration(&b, heard, &f.Campaigns[3], c); err != nil {
		t.Fatal(err)
	}
	golden(t, "calibration.txt", b.String())
}
