package segments

// Sign is the kind of event that a row's date records. The row's age counts from it.
type Sign uint8

const (
	Joined   Sign = iota // the contact joined; nothing later is known
	Acted                // a person clicked, bought, replied or logged in
	Survived             // a message was sent, and did not bounce
	Opened               // a message was opened, possibly by a machine
	numSigns
)

var signNames = [numSigns]string{"joined", "acted", "survived", "opened"}

func (s Sign) String() string { return nameIn(signNames[:], "sign", s) }
