package batch

import (
	"encoding/binary"
	"fmt"

	"github.com/prebounce/prebounce/validate"
)

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
	if r.Resolver == nil {
		return b, nil
	}
	links := linkCache{same: l.same}
	var notes []byte
	for _, block := range l.blocks {
		notes = append(notes[:0], make([]byte, int(block.rows)*noteSize)...)
		if _, err := l.notes.ReadAt(notes, block.notesAt); err != nil && len(notes) > 0 {
			return b, fmt.Errorf("reading working data: %w", err)
		}
		near, err := links.of(block)
		if err != nil {
			return b, err
		}
		for row := range block.rows {
			r.weigh(l, &b, notes[row*noteSize:], near, block.firstRow+row)
		}
	}
	if b.Removed >= brakeCount && float64(b.Removed) > brakeShare*float64(b.Distinct) && !r.YesRemove {
		b.Pulled = true
		r.Policy.Move(validate.Review, networkReasons.All()...)
	}
	return b, nil
}

// weigh counts one row's address, if it is the first with it.
func (r *Run) weigh(l *looked, b *Brake, note []byte, near []linkedRows, row uint32) {
	if _, other, linked := linkAt(near, row); linked && !other {
		return
	}
	reason := validate.Reason(note[0] & reasonBits)
	if reason == validate.NoAddress || reason == validate.BadSyntax {
		return
	}
	b.Distinct++
	if id := binary.NativeEndian.Uint32(note[1:]); id != 0 {
		decides := r.Policy.Judge(reason.Set() | l.facts[id-1].reasons)
		if networkReasons.Has(decides) && r.Policy.List(decides) == validate.Removed {
			b.Removed++
		}
	}
}
