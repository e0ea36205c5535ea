package risk

import "github.com/prebounce/prebounce/validate/segments"

const (
	stepsOfAge = segments.MostQuarters // that are told apart; everything older is one step
	ageUnknown = 63
)

// How many words the vocabulary has of each sort.
const (
	numProviders = segments.Corporate + 1
	numSources   = segments.OtherSource + 1
	numAges      = segments.UnknownAge + 1
	numSigns     = segments.Opened + 1
	numCalled    = segments.OnceDead + 1
)

// kind packs everything about a sound row that the model looks at. Rows of one kind differ only by days.
type kind uint32

// The bits of a kind, from the lowest.
const (
	providerBits, sourceBits, ageBits, replyBits = 3, 3, 6, 3

	sourceAt     = providerBits
	ageAt        = sourceAt + sourceBits
	replyAt      = ageAt + ageBits
	engagedAt    = replyAt + replyBits
	blindAt      = engagedAt + 1
	disposableAt = blindAt + 1
	roleAt       = disposableAt + 1
	asideAt      = roleAt + 1
	keptAt       = asideAt + 1
	sentAt       = keptAt + 1
	verdictAt    = sentAt + 1
	kindBits     = verdictAt + 3
)

func (k kind) provider() segments.Provider { return segments.Provider(k & (1<<providerBits - 1)) }
func (k kind) source() segments.Source     { return segments.Source(k >> sourceAt & (1<<sourceBits - 1)) }
func (k kind) age() int                    { return int(k >> ageAt & (1<<ageBits - 1)) }
func (k kind) reply() reply                { return reply(k >> replyAt & (1<<replyBits - 1)) }
func (k kind) sign() segments.Sign         { return segments.Sign(k>>engagedAt&1 | k>>sentAt&1<<1) }
func (k kind) blind() bool                 { return k>>blindAt&1 == 1 }
func (k kind) disposable() bool            { return k>>disposableAt&1 == 1 }
func (k kind) role() bool                  { return k>>roleAt&1 == 1 }
func (k kind) aside() bool                 { return k>>asideAt&1 == 1 }
func (k kind) called() segments.Called     { return segments.Called(k >> verdictAt & 7) }
func (k kind) kept() bool                  { return k>>keptAt&1 == 1 }

// bare is the kind without what only asking, cleaning and the address tell: what a prior chance depends on.
func (k kind) bare() kind {
	return k & (1<<replyAt - 1 | 1<<engagedAt | 1<<sentAt)
}

func bit(b bool, at int) kind {
	if b {
		return 1 << at
	}
	return 0
}

// valid reports whether a kind read from outside could have come from a row.
func (k kind) valid() bool {
	return k < 1<<kindBits && k.provider() < numProviders && k.source() < numSources && k.reply() < numReplies &&
		k.called() < numCalled &&
		(k.age() <= stepsOfAge || k.age() == ageUnknown)
}
