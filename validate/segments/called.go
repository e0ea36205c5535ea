package segments

// Called is the verdict of another verifier on an address, graded by its age. It comes from a third party, and verdicts
// age: a mailbox that existed half a year ago may be gone, and one that did not exist may have been created since.
type Called uint8

const (
	NotCalled      Called = iota
	CalledValid           // within 90 days before the send
	OnceValid             // longer ago, or at an unknown time
	CalledCatchAll        // its mail server accepts any recipient; at any time
	CalledDead            // within half a year before the send
	OnceDead              // longer ago, or at an unknown time
)
