package report

import (
	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/batch"
)

// Result is what a run found and forecasts. It is the body of report.json.
type Result struct {
	Version int      `json:"schema_version"` // of this form: see Schema
	Program string   `json:"program"`        // and its version
	Outputs []string `json:"outputs"`        // the files of the run, below its folder

	*batch.Summary
	Risk   *risk.Forecast `json:"risk,omitempty"` // nil: there is no forecast
	Causes CauseReport    `json:"causes,omitzero"`
	Card   *history.Card  `json:"report_card,omitempty"` // how past forecasts did; nil: there is no history

	// Tally is what the forecast was made from: counts, no addresses. With it the forecast can be made again
	// for another service, and draws its curves, which are no part of its JSON.
	Tally *risk.Tally `json:"tally,omitempty"`

	// Judged counts the rows by everything that a person could decide otherwise; see NewDecider.
	Judged Judged `json:"judged,omitempty"`

	// Examples are addresses to show. Nil: the report tells none, not even those that stand in column values.
	Examples []Examples `json:"-"`
}

// Examples are the first addresses with one reason.
type Examples struct {
	Reason, List string
	Addresses    int64 // with this reason
	First        []batch.Result
}
