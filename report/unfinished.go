package report

import (
	"slices"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// unfinishedShare is the share of addresses that may wait for a later run without the result being called unfinished.
const unfinishedShare = 0.01

// Unfinished says that many addresses still wait for their mail servers to be asked, and why, and what to do; empty if
// there are few.
func Unfinished(s *batch.Summary) (says, next string) {
	i := slices.IndexFunc(s.Reasons, func(r batch.ReasonCount) bool { return r.Reason == validate.ProbePostponed })
	if i < 0 || float64(s.Reasons[i].Rows) <= unfinishedShare*float64(s.Addresses) {
		return "", ""
	}
	says = number(s.Reasons[i].Rows) + " of " + plural(s.Addresses, "address", "addresses") +
		" were not asked about yet"
	why, again := whyUnfinished(s.Asking)
	if why != "" {
		says += ": " + why
	}
	next = "run it again later"
	if !again.IsZero() {
		next = "run it again after " + again.UTC().Format(time.DateTime) + " UTC"
	}
	return says, next
}

// whyUnfinished is what stopped asking at the operator with most addresses left, and when the first of the operators
// may be asked again.
func whyUnfinished(all []validate.Asking) (why string, again time.Time) {
	most := 0
	for _, a := range all {
		if a.Postponed > most {
			most, why = a.Postponed, a.Stopped
		}
		if a.Postponed > 0 && !a.Again.IsZero() && (again.IsZero() || a.Again.Before(again)) {
			again = a.Again
		}
	}
	if why != "" && !strings.HasPrefix(why, validate.StoppedEverywhere) {
		why = "some operators refuse us"
	}
	return why, again
}
