package serve

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/report/suppression"
)

// deciding is what the page shows of a run that is done.
type deciding struct {
	Headline template.HTML // the report's own words and charts, escaped by its own template
	Charts   template.HTML
	Files    []download
	Exports  []download
	Services []suppression.Service
	Profiles []risk.Profile
	Months   []month
	Supposed supposed
	Result   *report.Result
	Said     []string
	WhatIf   any
}

// supposed is what the forecast is made again for. Nobody is asked anew, and the lists stay as they are.
type supposed struct {
	Service  string
	LastSent string // a month, never, or empty: as the run was told
}

func supposedOf(q url.Values) supposed { return supposed{q.Get("for"), q.Get("last-sent")} }

// change puts what is supposed into the options of a forecast that was made at now. What makes no sense is left out.
func (p *supposed) change(o *risk.Options, now time.Time) {
	if profile, ok := risk.ProfileNamed(p.Service); ok {
		o.Profile = profile
	}
	month, err := time.Parse("2006-01", p.LastSent)
	switch {
	case p.LastSent == "never":
		o.Claim = risk.Claim{Never: true}
	case err == nil && month.Before(now):
		o.Claim = risk.Claim{LastSent: risk.MiddleOf(month)}
		if o.Claim.LastSent.After(now) {
			o.Claim.LastSent = month
		}
	}
}

// rejudge makes the forecast of a result again for what is supposed, if anything is.
func (p *supposed) rejudge(r *report.Result) error {
	if *p == (supposed{}) || r.Risk == nil {
		return nil
	}
	now := r.Risk.AsOf
	return r.Rejudge(func(o *risk.Options) { p.change(o, now) })
}

// decide shows what was found, and what can be had.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, run *Run) {
	d := deciding{Services: suppression.Services(), Profiles: risk.Profiles(), Months: months(time.Now()),
		Supposed: supposedOf(r.URL.Query())}
	d.Files, d.Exports = downloads(run.out()), downloads(run.exports())
	if run.Ended != nil {
		d.Said = run.Ended.Said
	}
	s.telling.Lock() // forecasts share what they were made from
	err := d.tell(run, &s.results)
	s.telling.Unlock()
	if err != nil {
		s.fail(w, err)
		return
	}
	d.WhatIf = s.whatIf(r, run)
	s.show(w, http.StatusOK, "decide", view{Title: run.Name(), Nav: "runs", Run: run, Body: d})
}

// tell makes the forecast and what the report says of it.
func (d *deciding) tell(run *Run, from *results) (err error) {
	if d.Result, err = from.of(run); err != nil {
		return err
	}
	if err = d.Supposed.rejudge(d.Result); err != nil {
		return err
	}
	if d.Result.Risk != nil {
		d.Supposed.Service = d.Result.Risk.Threshold.Profile
	}
	if d.Supposed.LastSent == "" {
		d.Supposed.LastSent = run.Choices.First("last-sent")
	}
	var headline, charts bytes.Buffer
	if err := report.Headline(&headline, d.Result); err != nil {
		return err
	}
	err = report.Charts(&charts, d.Result)
	d.Headline, d.Charts = template.HTML(headline.String()), template.HTML(charts.String())
	return err
}
