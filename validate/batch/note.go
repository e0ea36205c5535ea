package batch

import "github.com/prebounce/prebounce/validate"

// note is what the first read leaves about a row for what comes later: the reason that the first address alone speaks for, flags, the
// number of its domain from 1, and what the row's other columns tell. From the lowest bit:
//
//	6  reason     1  answered     1  lookAgain     32  domain     15  days     2  sign, with the source between     3  source     4  role to settled
type note uint64

const (
	noteSize = 8

	reasonBits        = 0x3f
	answered     note = 1 << 6 // there is something to tell about asking the mail host; nothing else settled the row
	lookAgain    note = 1 << 7 // with a place: its address is to be copied with the domain in lower case; without one: the row is to be parsed once more
	domainAt          = 8
	daysAt            = 40
	signAt            = 55 // the upper bit of what the days count from
	sourceAt          = 56
	signAlsoAt        = 59 // and the lower one
	ofRole       note = 1 << 60
	bouncedOnce  note = 1 << 61
	isSuppressed note = 1 << 62
	settled      note = 1 << 63 // the address alone settles what becomes of it: one of the two before, or its reason
	verdictAt         = 61      // of a row that is neither answered nor settled, in place of the two before: what another verifier called it
	verdictMask       = 3
	replyAt           = 61 // of a row that was answered, in place of these three: what the mail host said, a number of replyKinds
)

func (n note) reason() validate.Reason { return validate.Reason(n & reasonBits) }
func (n note) domain() uint32          { return uint32(n >> domainAt) }
func (n note) days() uint16            { return uint16(n>>daysAt) & noDays }
func (n note) sign() Sign              { return Sign(n>>signAlsoAt&1 | n>>signAt&1<<1) }

// Special values of a note's days, besides the number of whole days.
const (
	mostDays   = 0x7ff0
	futureDays = 0x7ffe // the date lies in the future
	noDays     = 0x7fff // there is no date
)

// signed are the days of a note with what they count from.
const signed note = noDays<<daysAt | 1<<signAt | 1<<signAlsoAt

// in is the sign in its places in a note.
func (s Sign) in() note { return note(s&1)<<signAlsoAt | note(s>>1)<<signAt }

var (
	roleReasons    = validate.Of(validate.Role, validate.NoReply)
	settledReasons = validate.Of(validate.NoAddress, validate.BadSyntax, validate.DomainLiteral, validate.ShiftedRow)
)

// noteOf is the note on an address that speaks for some reasons, of which one decides.
func noteOf(decides validate.Reason, all validate.Reasons) note {
	n := note(decides)
	for _, f := range [...]struct {
		set  validate.Reasons
		flag note
	}{{roleReasons, ofRole}, {validate.Of(validate.PastBounce), bouncedOnce | settled}, {validate.Of(validate.Suppressed), isSuppressed | settled}, {settledReasons, settled}} {
		if all&f.set != 0 {
			n |= f.flag
		}
	}
	return n
}
