package batch

import (
	"fmt"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
)

// limits are what the brake believes: if more than a share of the distinct addresses, and so many, would be
// removed because of what the network said, then nothing is removed for that until the person says so. One
// row is enough.
var limits = [...]struct {
	share float64
	count int64
}{
	{0.20, 200},
	{0.50, 20}, // in a small list chance alone may take a fifth
}

var networkReasons = dnsReasons | validate.Of(validate.DomainRefused, validate.MailboxUnknown,
	validate.MailboxDisabled, validate.MailboxMoved)

// Brake is the limit on removals: what would have been removed, and whether the limit was exceeded.
type Brake struct {
	Distinct int64 `json:"distinct_addresses"`
	Removed  int64 `json:"would_be_removed"` // because of DNS or a mail server
	Pulled   bool  `json:"pulled"`           // the limit was exceeded, so those rows went to review
}

// brake counts what the network would have removed, and pulls if that is beyond belief.
func (r *Run) brake(l *lookedUp) (b Brake, err error) {
	if r.Resolver == nil { // then no mail host was asked either
		return b, nil
	}
	weighed := make([]struct {
		Brake
		_ [64]byte // so that no worker waits for another one's cache line
	}, r.workers())
	err = l.eachRow(len(weighed), func(w int) seeRows {
		return func(notes []rowNote, earlier spool.Links) {
			for row, n := range notes {
				if !earlier.At(uint32(row)).Same() {
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
	if b.beyond() && !r.YesRemove {
		b.Pulled = true
		if r.Store != nil {
			r.Store.Doubt()
		}
		b.Restrain(&r.Policy)
	}
	return b, nil
}

// Restrain makes the policy send rows to review instead of removing them for what the network said, if the brake was
// pulled.
func (b *Brake) Restrain(p *validate.Policy) {
	if b.Pulled {
		p.Move(validate.Review, networkReasons.All()...)
	}
}

// beyond reports whether more would be removed than is believed.
func (b *Brake) beyond() bool {
	for _, l := range limits {
		if b.Removed >= l.count && float64(b.Removed) > l.share*float64(b.Distinct) {
			return true
		}
	}
	return false
}

// Says returns a sentence, without its full stop, about what would have been removed.
func (b *Brake) Says(probed bool) string {
	who := "DNS reports"
	if probed {
		who = "DNS and mail servers report"
	}
	return fmt.Sprintf("%s %d of %d addresses as undeliverable", who, b.Removed, b.Distinct)
}

// Holds reports whether the brake kept this row from being removed. The verdict of such a row must not be acted on.
func (b *Brake) Holds(r *Result) bool {
	if !b.Pulled || r.Status != validate.Undeliverable.String() || r.List != validate.Review.String() {
		return false
	}
	reason, err := validate.ParseReason(r.Reason)
	return err == nil && networkReasons.Has(reason)
}

// weigh counts the address of the first row with it.
func (r *Run) weigh(l *lookedUp, b *Brake, n rowNote) {
	reason := n.reason()
	if reason == validate.NoAddress || reason == validate.BadSyntax || reason == validate.ShiftedRow {
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
