package report

import (
	"slices"
	"time"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/segments"
)

// Forecaster makes the forecast of one run; [Forecaster.Result] returns it. Make one with [NewForecaster].
type Forecaster struct {
	Card *history.Card      // how forecasts did that were made from the same history, to tell along; nil: there is none
	Hold []segments.Segment // rows of any of these go to review

	now     time.Time
	options risk.Options

	tally    *risk.Tally
	forecast *risk.Forecast
	causes   CauseReport
	judged   Judged
}

var _ batch.Forecaster = (*Forecaster)(nil)

// NewForecaster makes the forecaster of a run for a send at now. Cleaning removes what the policy does not
// keep in clean.
func NewForecaster(now time.Time, o risk.Options, p validate.Policy) *Forecaster {
	o.Remove = append(slices.Clip(o.Remove), risk.RemovedBy(p)...)
	return &Forecaster{now: now.UTC().Truncate(time.Second), options: o}
}

// Forecast makes the forecast of the rows, counted by kind.
func (f *Forecaster) Forecast(kinds []batch.KindCount, shown *batch.Signs) (out batch.Outlook, err error) {
	f.tally = risk.NewTally(f.now)
	f.tally.Signs = signsOf(shown)
	for _, k := range kinds {
		k.Aside = k.Aside || f.held(k) != ""
		f.count(f.tally, k)
	}
	if f.forecast, err = risk.Predict(f.tally, f.options); err != nil {
		return out, err
	}
	out.Split = f.forecast.Verdict.Code == risk.SendCore
	for _, k := range kinds {
		k.Aside = k.Aside || f.held(k) != ""
		out.Chances = append(out.Chances, f.chance(k))
	}
	return out, nil
}

// count counts the rows of a kind such that the sum of their days stays exact.
func (f *Forecaster) count(t *risk.Tally, k batch.KindCount) {
	days, rest := k.Days/k.Rows, k.Days%k.Rows
	t.Add(f.row(k.RowKind, days), k.Rows-rest)
	if rest > 0 {
		t.Add(f.row(k.RowKind, days+1), rest)
	}
}

func (f *Forecaster) chance(k batch.KindCount) batch.Chance {
	a, ok := f.forecast.Address(f.tally, f.row(k.RowKind, k.Days/k.Rows))
	if !ok {
		return batch.Chance{}
	}
	return batch.Chance{P: a.P, Basis: string(a.Basis), Core: !a.Held && !a.Gone, Held: f.held(k)}
}

// held says why rows of a kind are held; empty: they are not.
func (f *Forecaster) held(k batch.KindCount) string {
	if len(f.Hold) == 0 {
		return ""
	}
	of := f.tally.KindOf(f.row(k.RowKind, k.Days/k.Rows)).Segments()
	for _, s := range f.Hold {
		if slices.Contains(of[:], s) {
			return "held back: " + string(s)
		}
	}
	return ""
}

// row is a row of a kind, its date so many days ago.
func (f *Forecaster) row(k batch.RowKind, days int64) risk.Row {
	r := risk.Row{
		Settled: k.Settled, Provider: k.Provider, Source: k.Source,
		Blind: k.Blind, Disposable: k.Disposable, Role: k.Role, Aside: k.Aside, Called: k.Called,
	}
	if k.Replied != validate.NotProbed {
		r.Replied, r.RepliedAt = k.Replied, f.now
		r.Kept = !k.Aside && (k.Replied == validate.MailboxUnknown || k.Replied == validate.MailboxDisabled)
	}
	if !k.Dated || k.Settled != validate.NotProbed {
		return r
	}
	if k.Future {
		days = -365
	}
	r.Sign, r.Date = k.Sign, time.Unix(f.now.Unix()-days*24*60*60, 0)
	return r
}

// mostClaimed is the share of the dates of sends that may be no proof by themselves, so that they are proof together.
const mostClaimed = 0.1

// signsOf sums up what a list shows.
func signsOf(s *batch.Signs) risk.Signs {
	out := risk.Signs{
		Joined: risk.DatesOf(s.Dates[segments.Joined]), Opened: risk.DatesOf(s.Dates[segments.Opened]),
		Acted: risk.DatesOf(s.Dates[segments.Acted]), Sent: risk.DatesOf(s.Dates[segments.Survived]),
		Suppressing: s.Suppressing, DNS: s.DNS, Domains: s.Domains, Dead: s.Dead,
	}
	out.SentClaimed = float64(s.Claimed) > mostClaimed*float64(out.Sent.Rows)
	return out
}

// Observed looks for column values that explain the bad rows.
func (f *Forecaster) Observed(all []batch.SettledCount, columns []batch.Column) {
	f.causes = findCauses(all, columns)
}

// Result joins the forecast with the summary of its run.
func (f *Forecaster) Result(s *batch.Summary) *Result {
	return &Result{Summary: s, Risk: f.forecast, Causes: f.causes, Card: f.Card, Tally: f.tally, Judged: f.judged}
}
