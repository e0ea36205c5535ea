package probe

import (
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/reply"
)

// alike finds out whether a lane's hosts refuse everybody with the same words. Where these say nothing of an unknown
// recipient, they are then about us. The zero value has heard nothing.
type alike struct {
	text  string
	found []validate.Answered
	other bool // somebody was accepted, or refused in a way that tells recipients apart
}

// hear takes note of an answer.
func (a *alike) hear(found validate.Answered, f reply.Finding) {
	if (f.Class != reply.Accepted && !f.Permanent) || againstUs(f) {
		return
	}
	if f.Class != reply.Undetermined || (a.text != "" && a.text != found.Text) {
		a.other, a.found = true, nil
	}
	a.text = found.Text
	if !a.other {
		a.found = append(a.found, found)
	}
}

// suspects reports whether everybody so far was refused alike.
func (a *alike) suspects() bool { return len(a.found) > 0 }

// withdraw takes back what everybody was told.
func (a *alike) withdraw() []validate.Answered {
	for i := range a.found {
		a.found[i].Status, a.found[i].Detail = validate.Withdrawn, "every recipient got this same reply, postmaster too"
	}
	return a.found
}
