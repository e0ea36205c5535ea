package risk

import (
	"math"
	"testing"

	"github.com/prebounce/prebounce/validate/segments"
)

func TestLeaveOneOutForecastsEachCampaignFromAllOthers(t *testing.T) {
	h := newHouse(4)
	var campaigns []*Tally
	for range 4 {
		campaigns = append(campaigns, h.send(h.list(6000)))
	}
	var all []Campaign
	for _, c := range campaigns {
		all = append(all, Campaign{List: c})
	}
	scores, err := LeaveOneOut(3, all)
	if err != nil || len(scores) != 3 {
		t.Fatalf("%d scores: %v", len(scores), err)
	}
	for i, s := range scores {
		others := append(append([]*Tally{}, campaigns[:i+1]...), campaigns[i+2:]...)
		p, err := defaultParams().learnFrom(sendDay, others...)
		if err != nil {
			t.Fatal(err)
		}
		list, hard := campaigns[i+1].unanswered()
		want := predict(t, list, Options{Params: &p}).Rate.AsIs
		if s.Hard != hard || s.Rows != campaigns[i+1].rows() || math.Abs(s.Mean-want.Mean) > 1e-12 ||
			s.CI95 != want.CI95 {
			t.Errorf("campaign %d: %+v, want %+v", i+1, s, want)
		}
		if !(s.PIT > 0 && s.PIT < 1) || s.Came != float64(hard)/float64(s.Rows) {
			t.Errorf("campaign %d: PIT %v, came %v", i+1, s.PIT, s.Came)
		}
	}
}

func TestOneCampaignIsForecastUnlearned(t *testing.T) {
	h := newHouse(5)
	c := h.send(h.list(1000))
	scores, err := LeaveOneOut(10, []Campaign{{List: c}})
	if err != nil || len(scores) != 1 {
		t.Fatalf("%d scores: %v", len(scores), err)
	}
	list, _ := c.unanswered()
	if want := predict(t, list, Options{}).Rate.AsIs.Mean; scores[0].Mean != want {
		t.Errorf("forecast %v, want %v", scores[0].Mean, want)
	}
}

func TestAHabitOfAllListsIsNotTakenForDoubtAboutTheNext(t *testing.T) {
	row := Row{Provider: segments.Gmail, Source: segments.Form, Date: sendDay.AddDate(-1, -2, 0)}
	campaign := func(hard int64) *Tally {
		c := NewTally(sendDay)
		asked(c, row, deadReply, hard)
		asked(c, row, liveReply, 10_000-hard)
		return c
	}
	spread := func(hards ...int64) (list, rate float64) {
		t.Helper()
		var campaigns []*Tally
		for _, hard := range hards {
			campaigns = append(campaigns, campaign(hard))
		}
		p, err := defaultParams().learnFrom(sendDay, campaigns...)
		if err != nil {
			t.Fatal(err)
		}
		next := NewTally(sendDay)
		next.Add(row, 10_000)
		return variance(p.past.ratio), forecast(next, &p) / 10_000
	}
	same, rate := spread(1500, 1500, 1500, 1500)
	wild, _ := spread(100, 4000, 150, 5000)
	if same >= variance(newBelief().next(0)) || wild <= same {
		t.Errorf("lists that are alike differ by %v, lists that aren't by %v", same, wild)
	}
	if rate < 0.12 || rate > 0.18 {
		t.Errorf("after four campaigns of 15%% the next is forecast at %v", rate)
	}
}
