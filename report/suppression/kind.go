package suppression

import (
	"fmt"
	"github.com/prebounce/prebounce/validate"
)

// Kind is why an address is suppressed. Each kind has its own files, because services store them in different places.
type Kind uint8

const (
	Bounce      Kind = iota // the address is dead
	Complaint               // the person marked mail as spam
	Unsubscribe             // the person does not want this mail, but may well want an invoice
	numKinds
)

var kindRows = [numKinds]struct{ file, name, many string }{
	Bounce:      {"suppression", "bounce", "dead addresses"},
	Complaint:   {"complaints", "complaint", "complaints"},
	Unsubscribe: {"unsubscribes", "unsubscribe", "unsubscribes"},
}

// String returns the plural name of the kind for people.
func (k Kind) String() string {
	if int(k) >= len(kindRows) {
		return fmt.Sprintf("kind(%d)", uint8(k))
	}
	return kindRows[k].many
}

// Name returns the name of the kind for programs.
func (k Kind) Name() string {
	if int(k) >= len(kindRows) {
		return k.String()
	}
	return kindRows[k].name
}

// refusals are reasons that say what the person wants, and nothing of the mailbox.
var refusals = map[validate.Reason]Kind{
	validate.Complained: Complaint,
	validate.OptedOut:   Unsubscribe,
	validate.Suppressed: Unsubscribe,
}

// kindOf is what a reason suppresses an address for.
func kindOf(r validate.Reason) Kind { return refusals[r] }
