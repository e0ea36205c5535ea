package batch

import "github.com/prebounce/prebounce/validate"

// The brake: if this share of the distinct addresses, and this many, would be removed because of what the network said, then
// nothing is removed for that until the person says so.
const (
	brakeShare = 0.20
	brakeCount = 200
)

var networkReasons = dnsReasons | validate.Of(validate.DomainRefused, validate.MailboxUnknown, validate.MailboxDisabled, validate.MailboxMoved)

// Brake is what the brake saw and did.
type Brake struct {
	Distinct int64 `json:"distinct_addresses"`
	Removed  int64 `json:"would_be_removed"` // for what DNS or a mail host said
	Pulled   bool  `json:"pulled"`           // those rows went to review instead
}

// brake counts what the network would have removed, and pulls if that is beyond belief.
func (r *Run) brake(l *looked) (b Brake, err error) {
	if r.Resolver == nil { // then no mail host was asked either
		return b, nil
	}
	weighed := make([]struct {
		Brake
		_ [64]byte // so that no worker waits for another one's cache line
	}, r.workers())
	err = l.eachRow(len(weighed), func(w int) seeRows {
		return func(notes []note, earlier links) {
			for row, n := range notes {
				if !earlier.at(uint32(row)).same() {
					r.weigh(l, &weighed[w].Brake, n)
				}
			}
		}
	})
	if err != nil {
		return b, err
	}
	for _, w := range weighed {
		b.Distinct += w.Distinct
		b.Removed += w.Removed
	}
	if b.Removed >= brakeCount && float64(b.Removed) > brakeShare*float64(b.Distinct) && !r.YesRemove {
		b.Pulled = true
		if r.Store != nil {
			r.Store.Doubt()
		}
		r.Policy.Move(validate.Review, networkReasons.All()...)
	}
	return b, nil
}

// weigh counts the address of the first row with it.
func (r *Run) weigh(l *looked, b *Brake, n note) {
	reason := n.reason()
	if reason == validate.NoAddress || reason == validate.BadSyntax {
		return
	}
	b.Distinct++
	if id := n.domain(); id != 0 {
		decides := r.Policy.Judge(reason.Set() | l.facts[id-1].reasons)
		if networkReasons.Has(decides) && r.Policy.List(decides) == validate.Removed {
			b.Removed++
		}
	}
}
