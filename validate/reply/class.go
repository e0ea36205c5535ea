package reply

import (
	"fmt"
	"slices"
)

// Class is what a reply says. The set is closed and its names are stable.
type Class uint8

const (
	Undetermined    Class = iota // can be read in two ways, or not at all
	Accepted                     // a 2yz reply
	MailboxUnknown               // the host does not know the recipient
	MailboxFull                  // it exists and has no room
	MailboxDisabled              // it exists, or did, and takes no mail
	MailboxMoved                 // the person has another address now
	SenderBlocked                // our address, name, sender, reputation or authentication
	RateLimited                  // too much or too fast
	Greylisted                   // come back later, once (RFC 6647)
	Temporary                    // the host can't answer at present
	RelayDenied                  // the host carries no mail for that domain
	DomainProblem                // the recipient's domain takes no mail
	ContentRejected              // the message: its content, size or form
	ProtocolProblem              // a command or its order
	Suppressed                   // our own sending service no longer mails the address: old news
	numClasses
)

// Subject is whom a reply is about.
type Subject uint8

const (
	Nobody  Subject = iota // no complaint, or not known
	Us                     // the client: its address, HELO name, sender, rate, authentication, commands
	Host                   // the mail host or the recipient's domain
	Mailbox                // the recipient
	Message                // what was sent
	numSubjects
)

// Stage is the command that a reply answers.
type Stage uint8

const (
	StageUnknown Stage = iota
	Greeting           // the connection itself; no command yet
	EHLO               // or HELO, STARTTLS, AUTH
	MAIL
	RCPT
	DATA // or the end of the message
	numStages
)

type classRow struct {
	name    string
	subject Subject // whom it is about unless a rule knows better
	removes bool    // a reply of this class removes a contact
}

var classTable = [numClasses]classRow{
	Undetermined:    {"undetermined", Nobody, false},
	Accepted:        {"accepted", Nobody, false},
	MailboxUnknown:  {"mailbox_unknown", Mailbox, true},
	MailboxFull:     {"mailbox_full", Mailbox, false},
	MailboxDisabled: {"mailbox_disabled", Mailbox, true},
	MailboxMoved:    {"mailbox_moved", Mailbox, true},
	SenderBlocked:   {"sender_blocked", Us, false},
	RateLimited:     {"rate_limited", Us, false},
	Greylisted:      {"greylisted", Us, false},
	Temporary:       {"temporary", Host, false},
	RelayDenied:     {"relay_denied", Host, false},
	DomainProblem:   {"domain_problem", Host, true},
	ContentRejected: {"content_rejected", Message, false},
	ProtocolProblem: {"protocol_problem", Us, false},
	Suppressed:      {"suppressed", Nobody, false},
}

var (
	subjectNames = [numSubjects]string{"", "us", "host", "mailbox", "message"}
	stageNames   = [numStages]string{"", "greeting", "ehlo", "mail", "rcpt", "data"}
)

func (c Class) String() string {
	if int(c) >= len(classTable) {
		return fmt.Sprintf("class(%d)", uint8(c))
	}
	return classTable[c].name
}
func (s Subject) String() string {
	if int(s) >= len(subjectNames) {
		return fmt.Sprintf("subject(%d)", uint8(s))
	}
	return subjectNames[s]
}
func (s Stage) String() string {
	if int(s) >= len(stageNames) {
		return fmt.Sprintf("stage(%d)", uint8(s))
	}
	return stageNames[s]
}

// Removes reports whether a reply of this class is evidence against the contact itself.
func (c Class) Removes() bool { return c < numClasses && classTable[c].removes }

// MarshalText makes a class read the same in text, CSV and JSON.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// MarshalText writes no subject as an empty string.
func (s Subject) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes an unknown stage as an empty string.
func (s Stage) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote. A stage of another version is an unknown one.
func (s *Stage) UnmarshalText(text []byte) error {
	*s = Stage(max(slices.Index(stageNames[:], string(text)), 0))
	return nil
}

// Classes lists the closed set.
func Classes() []Class {
	all := make([]Class, numClasses)
	for i := range all {
		all[i] = Class(i)
	}
	return all
}

// ParseClass finds a class by its stable name.
func ParseClass(name string) (Class, error) {
	for i, row := range classTable {
		if row.name == name {
			return Class(i), nil
		}
	}
	return Undetermined, fmt.Errorf("there is no class %q", name)
}

func parseSubject(name string) (Subject, error) {
	for i, n := range subjectNames {
		if n == name {
			return Subject(i), nil
		}
	}
	return Nobody, fmt.Errorf("there is no subject %q", name)
}
