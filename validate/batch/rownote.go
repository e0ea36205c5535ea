package batch

import (
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// rowNote is what the first read leaves about a row for what comes later: the reason that the first address
// alone speaks for, flags, the number of its domain from 1, and what the row's other columns tell. From the
// lowest bit:
//
//	6  reason     1  answered     1  lookAgain     32  domain     15  days     2  sign, with the source between     3  source     4  role to settled
type rowNote uint64

const (
	noteSize = 8

	reasonBits         = 0x3f
	answered   rowNote = 1 << 6 // there is something to tell about asking the mail host; nothing else settled the row
	// with a place: its address is to be copied with the domain in lower case; without one: the row is to be
	// parsed once more
	lookAgain    rowNote = 1 << 7
	domainAt             = 8
	daysAt               = 40
	signAt               = 55 // the upper bit of what the days count from
	sourceAt             = 56
	signAlsoAt           = 59 // and the lower one
	ofRole       rowNote = 1 << 60
	bouncedOnce  rowNote = 1 << 61
	isSuppressed rowNote = 1 << 62
	settled      rowNote = 1 << 63 // the address alone settles what becomes of it: one of the two before, or its reason
	// of a row that is neither answered nor settled, in place of the two before: what another verifier called it
	verdictAt   = 61
	verdictMask = 3
	// of a row that was answered, in place of these three: what the mail host said, a number of replyKinds
	replyAt = 61
)

func (n rowNote) reason() validate.Reason { return validate.Reason(n & reasonBits) }
func (n rowNote) domain() uint32          { return uint32(n >> domainAt) }
func (n rowNote) days() uint16            { return uint16(n>>daysAt) & noDays }
func (n rowNote) sign() segments.Sign     { return segments.Sign(n>>signAlsoAt&1 | n>>signAt&1<<1) }

// Special values of a note's days, besides the number of whole days.
const (
	mostDays   = 0x7ff0
	futureDays = 0x7ffe // the date lies in the future
	noDays     = 0x7fff // there is no date
)

// signed are the days of a note with what they count from.
const signed rowNote = noDays<<daysAt | 1<<signAt | 1<<signAlsoAt

// signBits are a sign in its places in a note.
func signBits(s segments.Sign) rowNote { return rowNote(s&1)<<signAlsoAt | rowNote(s>>1)<<signAt }

var (
	roleReasons    = validate.Of(validate.Role, validate.NoReply)
	settledReasons = validate.Of(validate.NoAddress, validate.BadSyntax, validate.DomainLiteral, validate.ShiftedRow)
)

// noteOf is the note on an address that speaks for some reasons, of which one decides.
func noteOf(decides validate.Reason, all validate.Reasons) rowNote {
	n := rowNote(decides)
	for _, f := range [...]struct {
		set  validate.Reasons
		flag rowNote
	}{{roleReasons, ofRole}, {validate.Of(validate.PastBounce), bouncedOnce | settled},
		{validate.Of(validate.Suppressed), isSuppressed | settled}, {settledReasons, settled}} {
		if all&f.set != 0 {
			n |= f.flag
		}
	}
	return n
}
