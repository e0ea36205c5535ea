// Package limits holds the state that polite asking needs: how much may be asked within a time span, which operators
// are cooling down, and what is known about mail servers. Its Memory lasts as long as the process; package facts keeps
// the same data in a file.
package limits

import "time"

// Cap is a limit on asking: at most Most within any span of length Within.
type Cap struct {
	Key    string // what is limited: "host 192.0.2.1", "operator google"
	Most   int
	Within time.Duration
}

const (
	// ControlLife and HostProfileLife are how long facts about a domain or a mail server are kept.
	ControlLife     = 7 * 24 * time.Hour
	HostProfileLife = 7 * 24 * time.Hour
)

// The longest that what we owe an operator can reach into the future.
const (
	LeaseLife    = time.Minute                // of a lease, which its owner renews while it lives
	CoolDownLife = 24 * time.Hour             // of a cool-down
	CapLife      = 24*time.Hour + time.Minute // of a count: no limit is for longer
	AgainLife    = CoolDownLife               // of the moment before which a recipient is not to be asked again
)

// HostProfile is what earlier sessions showed about a mail server. The zero value is an unknown server.
type HostProfile struct {
	Plain      bool // a TLS handshake failed: talk in clear
	Touchy     bool // it showed a 421, dropped a session or took longer and longer
	Tolerant   bool // it was asked for a while without complaint
	TLS        bool // it demanded TLS
	Greeted    bool // it greeted us when it was last called
	Recipients int  // what it took in one transaction, where more were too many (452 4.5.3); 0: never so
}
