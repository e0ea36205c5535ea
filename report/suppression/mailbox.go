package suppression

import (
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// picker decides about one mailbox after another.
type picker struct {
	wanted validate.Reasons
	named  validate.Reasons // of wanted, those that also take from review what is undeliverable
	left   *Left
}

// mailbox is what the rows of one mailbox come to.
type mailbox struct {
	picker *picker
	name   string
	best   *batch.Result // the row with the weightiest of the reasons that were chosen
	reason validate.Reason
	clean  bool
	held   bool
	review bool
	repeat bool

	unasked bool // its "no" may mean that the person was never asked: no mail, but no opt-out either
}

// aboutRows are reasons that speak of a row and not of its address.
var aboutRows = validate.Of(validate.Duplicate, validate.DuplicateMailbox, validate.OtherAddress, validate.ShiftedRow,
	validate.OtherColumn)

func (m *mailbox) add(r *batch.Result) {
	if r.List == validate.Clean.String() {
		m.clean = true
	}
	reason, err := validate.ParseReason(r.Reason)
	if err != nil || !m.picker.wanted.Has(reason) {
		return
	}
	switch {
	case aboutRows.Has(reason):
		m.repeat = true
	case r.Braked:
		m.held = true
	case r.List != validate.Removed.String() && m.waits(reason, r):
		m.review = true
	case strings.Contains(r.Detail, batch.NeverAsked):
		m.unasked = true
	case m.best == nil || reason < m.reason:
		row := *r
		m.best, m.reason = &row, reason
	}
}

// waits reports whether a row outside removed.csv has to be decided by the person first: nobody is declared
// dead, or gone, from review.
func (m *mailbox) waits(reason validate.Reason, r *batch.Result) bool {
	if r.List == "" { // a file that does not say where its rows went
		return false
	}
	_, refusal := refusals[reason]
	return refusal || (reason.Verdict() == validate.Undeliverable && !m.picker.named.Has(reason))
}

// end hands on the mailbox if it is to be exported, and counts it otherwise. It reports whether to go on.
func (m *mailbox) end(yield func(Chosen, error) bool) bool {
	switch {
	case m.best == nil && !m.held && !m.review && !m.repeat && !m.unasked:
	case m.clean:
		m.picker.left.Clean++
	case m.best != nil && !isAddress(m.best.Address):
		m.picker.left.Odd++
	case m.best != nil:
		return yield(Chosen{*m.best, kindOf(m.reason)}, nil)
	case m.held:
		m.picker.left.Held++
	case m.unasked:
		m.picker.left.NeverAsked++
	case m.review:
		m.picker.left.Review++
	default:
		m.picker.left.Repeat++
	}
	return true
}
