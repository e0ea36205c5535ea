package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/segments"
)

// forecastSettings are the flags of clean about the forecast.
type forecastSettings struct {
	esp         string
	sent, hard  int64
	asOf        string
	lastSent    string
	campaign    string // of the history, which was sent to these contacts
	mailings    mailings
	history     string
	traits      contacts.Traits
	maxRisk     share
	hold        []string
	failOver    share
	failUnknown share
}

func (s *forecastSettings) register(f *pflag.FlagSet) {
	f.StringVar(&s.esp, "esp", "", "apply the limits of sending service `NAME|FILE`: "+profileNames()+
		" (default generic)")
	f.Int64Var(&s.sent, "sent-so-far", 0,
		"count `N` messages already sent in the period that the service judges together with this send")
	f.Int64Var(&s.hard, "hard-so-far", 0, "count `N` hard bounces among the messages of --sent-so-far")
	f.StringVar(&s.asOf, "as-of", "", "compute the contacts' ages as of this send `DATE`, such as 2026-12-24 "+
		"(default: today)")
	f.StringVar(&s.lastSent, "last-sent", "",
		"say when a service that suppresses hard bounces last mailed the list: `DATE`, such as 2026-10, or never")
	f.StringVar(&s.campaign, "mailed-campaign", "",
		"count the campaign `NAME` of the history as the last send to these contacts, instead of --last-sent")
	f.StringVar(&s.history, "history", "", "read past campaigns from `FILE`, or none (default: "+history.Name+
		" beside the list or in the working directory)")
	s.mailings.register(f)
	registerTraits(f, &s.traits)
	f.Var(&s.maxRisk, "max-risk", "send rows whose predicted bounce risk exceeds `P` to review.csv, such as 10%")
	f.StringSliceVar(&s.hold, "hold", nil,
		"send rows of `SEGMENT` to review.csv: provider=gmail, source=purchased or age=>4y (repeatable)")
	f.Var(&s.failOver, "fail-over", "exit 4 if over `P` of the cleaned list is expected to bounce, such as 2%")
	f.Var(&s.failUnknown, "fail-unknown", "exit 4 if over `P` of the addresses are undecided, such as 10%")
}

// registerTraits has the flags that name the columns beside the address.
func registerTraits(f *pflag.FlagSet, t *contacts.Traits) {
	f.StringVar(&t.Created, "date-column", "",
		"read when a contact joined from this column, by `NAME|N`, or none (default: detected)")
	f.StringVar(&t.Engaged, "engaged-column", "",
		"read when a contact last opened, clicked or bought from this column, by `NAME|N`, or none (default: detected)")
	f.StringVar(&t.Source, "source-column", "",
		"read where an address comes from in this column, by `NAME|N`, or none (default: detected)")
}

// forecaster is what the flags ask for a list.
func (s *forecastSettings) forecaster(p validate.Policy, list string) (*report.Forecaster, time.Time, error) {
	now := time.Now()
	if s.asOf != "" {
		var err error
		if now, err = time.Parse(time.DateOnly, s.asOf); err != nil {
			return nil, now, usageError(fmt.Errorf("invalid --as-of %q: want a date", s.asOf), "--as-of 2026-12-24")
		}
	}
	claim, err := s.claim(now, list)
	if err != nil {
		return nil, now, err
	}
	profile, err := profileOf(s.esp)
	if err != nil {
		return nil, now, err
	}
	before := risk.History{Sent: s.sent, Hard: s.hard}
	if err := before.Check(); err != nil {
		return nil, now, usageError(err, "--sent-so-far 48210 --hard-so-far 402")
	}
	params, card, err := lessons(s.history, list, now)
	if err != nil {
		return nil, now, err
	}
	f := report.NewForecaster(now, risk.Options{Profile: profile, History: before, Claim: claim, Params: params}, p)
	f.Card = card
	for _, text := range s.hold {
		segment, err := segments.Parse(text)
		if err != nil {
			return nil, now, usageError(fmt.Errorf("--hold: %w", err), "--hold provider=corporate --hold 'age=>4y'")
		}
		f.Hold = append(f.Hold, segment)
	}
	return f, now, nil
}

// claim is what --last-sent says of a send at now. A month without a day is counted from its middle.
func (s *forecastSettings) claim(now time.Time, list string) (risk.Claim, error) {
	if s.campaign != "" {
		return s.claimOfCampaign(now, list)
	}
	switch s.lastSent {
	case "":
		return risk.Claim{}, nil
	case "never":
		return risk.Claim{Never: true}, nil
	}
	for _, layout := range [...]string{time.DateOnly, monthOnly} {
		day, err := time.Parse(layout, s.lastSent)
		if middle := risk.MiddleOf(day); err == nil && layout == monthOnly && middle.Before(now) {
			day = middle
		}
		switch {
		case err == nil && day.After(now):
			return risk.Claim{}, usageError(fmt.Errorf("invalid --last-sent %s: it lies after the send", s.lastSent),
				"--last-sent 2026-10, --last-sent never")
		case err == nil:
			return risk.Claim{LastSent: day}, nil
		}
	}
	return risk.Claim{}, usageError(fmt.Errorf("invalid --last-sent %q: want a date, a month or never", s.lastSent),
		"--last-sent 2026-10-15, --last-sent 2026-10, --last-sent never")
}

const monthOnly = "2006-01"

// gate compares what is forecast and what is known with what the flags allow.
func (s *forecastSettings) gate(r *report.Result) error {
	if rate := r.Risk.Rate.Cleaned.Mean; s.failOver.set && rate > s.failOver.value {
		return &exit{code: exitGate,
			err: fmt.Errorf("%s of the cleaned list is expected to bounce: --fail-over allows %s", risk.Percent(rate),
				s.failOver.String()),
			hints: []string{failOverHint(r)}}
	}
	if unknown := undecided(r.Summary); s.failUnknown.set && unknown > s.failUnknown.value {
		return &exit{code: exitGate,
			err: fmt.Errorf("%s of the addresses could not be decided: --fail-unknown allows %s", risk.Percent(unknown),
				s.failUnknown.String()),
			hints: []string{"run it again later"}}
	}
	return nil
}

// failOverHint is the flag that helps to get under --fail-over: the cheapest that answers an open question,
// else one that cleans further.
func failOverHint(r *report.Result) string {
	for _, way := range r.Risk.Verdict.Settle {
		if way.Flag != "" {
			return way.Do + ": " + way.Flag
		}
	}
	if !r.Probed {
		return "ask mail servers and remove the mailboxes that they refuse: --clean-by-probe"
	}
	return "move the addresses that are likeliest to bounce to review: --max-risk 5%"
}

// answered are the reasons that leave an address unknown though all was done that was asked for.
var answered = validate.Of(validate.NotProbed, validate.CannotAsk, validate.Suppressed, validate.Duplicate)

// undecided is the share of rows with an address that is unknown.
func undecided(s *batch.Summary) float64 {
	var rows, unknown int64
	for _, r := range s.Reasons {
		if r.Reason == validate.NoAddress {
			continue
		}
		rows += r.Rows
		if r.Verdict == validate.Unknown && !answered.Has(r.Reason) {
			unknown += r.Rows
		}
	}
	return float64(unknown) / float64(max(rows, 1))
}

// share is a flag such as 2% or 0.02.
type share struct {
	value float64
	set   bool
}

func (s *share) String() string {
	if !s.set {
		return ""
	}
	return strconv.FormatFloat(100*s.value, 'g', 6, 64) + "%"
}

func (s *share) Type() string { return "share" }

func (s *share) Set(text string) error {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		x /= 100
	}
	if err != nil || !(x > 0 && x < 1) {
		return errors.New("want a percentage between 0 and 100, such as 2% or 0.02")
	}
	s.value, s.set = x, true
	return nil
}
