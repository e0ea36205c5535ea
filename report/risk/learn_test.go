package risk

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// house is a sender whose lists differ from the priors in a way of their own.
type house struct {
	w     *world
	off   float64
	quirk map[cell]float64
}

func newHouse(seed uint64) *house {
	h := &house{w: &world{rng: rand.New(rand.NewPCG(seed, 77))}, quirk: map[cell]float64{}}
	h.off = h.w.normal(0, 1)
	return h
}

// list draws the strata of a list of n rows: the sender's own ways, and an effect of this list alone.
func (h *house) list(n int) []stratum {
	p, raw := defaultParams(), scenario{listKind: raw, sent: math.Inf(1), age: 2}
	u := h.w.normal(0, 0.3)
	shares := h.w.composition()
	var out []stratum
	for provider := segments.Gmail; provider <= segments.Corporate; provider++ {
		for source := segments.Confirmed; source <= segments.Event; source++ {
			for _, days := range [...]int{40, 220, 550, 1060, 2000} {
				row := Row{Provider: provider, Source: source, Date: sendDay.AddDate(0, 0, -days)}
				k, c, _ := NewTally(sendDay).sort(row)
				c.rows = 1
				if _, known := h.quirk[k.cell()]; !known {
					h.quirk[k.cell()] = h.w.normal(0, 0.5)
				}
				m := raw.chance(&listView{}, &p, k, c)
				odds := m / (1 - m) * math.Exp(h.off+u+h.quirk[k.cell()])
				out = append(out, stratum{row: row, rows: int(shares[0] * float64(n)), theta: odds / (1 + odds)})
				shares = shares[1:]
			}
		}
	}
	return out
}

// send plays a campaign and returns what it taught.
func (h *house) send(list []stratum) *Tally {
	tally := NewTally(sendDay)
	for _, s := range list {
		hard := h.w.binomial(s.rows, s.theta)
		asked(tally, s.row, deadReply, int64(hard))
		asked(tally, s.row, liveReply, int64(s.rows-hard))
	}
	return tally
}

// errors are those of the forecasts of a list, without and with what was learnt.
func (h *house) errors(learned *Params) (before, after float64) {
	tally, hard := NewTally(sendDay), 0
	for _, s := range h.list(20_000) {
		tally.Add(s.row, int64(s.rows))
		hard += h.w.binomial(s.rows, s.theta)
	}
	plain := defaultParams()
	return math.Abs(forecast(tally, &plain) - float64(hard)), math.Abs(forecast(tally, learned) - float64(hard))
}

// forecast is the number of bounces to expect of a list that nobody was asked about.
func forecast(tally *Tally, p *Params) float64 {
	x := newMix(tally, p, &Options{})
	f := newFit(cutSegments(tally, p, x), p, usual(), x)
	sel := everything(tally, f.segs)
	return f.expected(&sel)
}

// improves says whether six campaigns of a sender lower the mean error of the forecasts of four later lists.
func (h *house) improves(t *testing.T) bool {
	var campaigns []*Tally
	for range 6 {
		campaigns = append(campaigns, h.send(h.list(8000)))
	}
	learned, err := defaultParams().learnFrom(sendDay, campaigns...)
	if err != nil {
		t.Fatal(err)
	}
	var before, after float64
	for range 4 {
		b, a := h.errors(&learned)
		before, after = before+b, after+a
	}
	return after < before
}

func TestSimSixCampaignsImproveTheNextForecasts(t *testing.T) {
	t.Parallel()
	better, houses, least := 0, 6, 0.5
	if *worlds >= 100 {
		houses, least = *worlds, 0.8
	}
	for seed := range uint64(houses) {
		better += bool2int(newHouse(seed + 1).improves(t))
	}
	share := float64(better) / float64(houses)
	t.Logf("six campaigns improve the forecasts of %d senders of %d", better, houses)
	if share < least {
		t.Errorf("six campaigns improve the forecasts of %.2f of all senders, want %.2f", share, least)
	}
}

func TestLearnRefusesWhatTeachesNothing(t *testing.T) {
	unsent := NewTally(sendDay)
	unsent.Add(Row{Provider: segments.Gmail}, 100)
	later := NewTally(sendDay.AddDate(0, 0, 1))
	asked(later, Row{Provider: segments.Gmail}, liveReply, 100)
	for name, campaigns := range map[string][]*Tally{
		"no campaign": nil, "no outcome": {unsent}, "a campaign of tomorrow": {later},
	} {
		if _, err := defaultParams().learnFrom(sendDay, campaigns...); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestHistoryNeverClaimsMoreThanItsCampaigns(t *testing.T) {
	row := Row{Provider: segments.Gmail, Source: segments.Form, Date: sendDay.AddDate(-1, -2, 0)}
	campaign := func(n int64, day int) *Tally {
		tally := NewTally(sendDay.AddDate(0, 0, -day))
		r := row
		r.Date = r.Date.AddDate(0, 0, -day)
		r.Replied, r.RepliedAt = validate.MailboxUnknown, tally.now
		tally.Add(r, n/10)
		r.Replied = validate.Accepted
		tally.Add(r, n-n/10)
		return tally
	}
	list := NewTally(sendDay)
	list.Add(row, 5000)
	share := func(campaigns ...*Tally) float64 {
		t.Helper()
		p, err := defaultParams().learnFrom(sendDay, campaigns...)
		if err != nil {
			t.Fatal(err)
		}
		e := predict(t, list, Options{Params: &p}).Evidence
		if math.Abs(e.Learned+e.Assumed-1) > 1e-9 {
			t.Errorf("%+v", e)
		}
		return e.Learned
	}
	big, huge := share(campaign(10_000, 0)), share(campaign(1_000_000, 0))
	if math.Abs(big-huge) > 1e-3 {
		t.Errorf("one campaign of ten thousand counts for %v, of a million for %v", big, huge)
	}
	if two := share(campaign(10_000, 0), campaign(10_000, 0)); two <= big {
		t.Errorf("two campaigns count for %v, one for %v", two, big)
	}
	if old := share(campaign(10_000, 730)); old >= big {
		t.Errorf("a campaign of two years ago counts for %v, one of today for %v", old, big)
	}
}
