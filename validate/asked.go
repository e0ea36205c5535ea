package validate

import (
	"time"

	"github.com/prebounce/prebounce/validate/reply"
)

// What the packages that ask, that remember and that judge hand to each other. They are plain values, since
// none of these packages knows another, and since who asks may one day be on another machine.

// Question is one recipient to ask a mail host about.
type Question struct {
	ID      uint32 // whatever its owner calls it; the answer bears it
	Address Address
	Mail    *Mail     // takes mail (see [MailStatus.Takes])
	Tries   int       // how often it was greylisted or put off already
	Again   time.Time // not to be asked earlier; zero: at once
	Via     string    // the sending address that was greylisted, which should ask again; empty: any
	// the host accepted it in an earlier run, before the domain's control was known: only that is asked about
	Taken *Answer
}

// AnswerStatus is whether a mail server gave a reply about a recipient.
type AnswerStatus uint8

const (
	NoQuestion AnswerStatus = iota // nobody asked
	Said                           // Text is what the host said
	Silent                         // no mail host could be talked to
	Unaskable                      // asking would decide nothing, or the host could not understand it
	Postponed                      // a limit, a rest or the end of patience came first; Again says when it may be tried
	Withdrawn                      // Text was said, and later the host turned out to be talking about us
)

var answerStatusNames = [...]string{"no_question", "said", "silent", "unaskable", "postponed", "withdrawn"}

func (s AnswerStatus) String() string { return nameIn(answerStatusNames[:], "answer status", s) }

// Control is what became of a recipient that can't exist, asked about to see whether a domain refuses anybody.
type Control uint8

const (
	ControlUnknown  Control = iota // not asked, or answered in a way that says neither
	ControlRefused                 // the domain tells recipients apart
	ControlAccepted                // it takes everything: catch-all
)

var controlNames = [...]string{"unknown", "refused", "accepted"}

func (c Control) String() string { return nameIn(controlNames[:], "control", c) }

// Answer is the fact that asking about one recipient gave. The zero value means that nobody asked.
//
// No address stands in it: each is replaced in Text before anybody keeps it, but our own sender's.
type Answer struct {
	Status   AnswerStatus
	Text     string // the reply as [reply.Reply.String] writes it: what the status speaks of, else empty
	Detail   string // for people: why there is no text, or why it was withdrawn; no capital, no full stop
	Stage    reply.Stage
	Host     string // name of the mail host
	Operator string
	Sender   string  // our envelope sender, which the reply may name
	Via      string  // the sending address of the worker that asked, in a fleet
	Control  Control // of the domain, where the recipient was accepted
	Proof    Proof   // what else the host did in the same run
	Tries    int
	At       time.Time
	Again    time.Time // from when asking again may tell more; zero: it won't
}

// Finding is what the reply says, by the rules of today.
func (a *Answer) Finding() reply.Finding {
	return reply.Classify(reply.Parse(a.Text), reply.Context{Stage: a.Stage, Operator: a.Operator, Sender: a.Sender})
}

// Reason is what the answer speaks for.
func (a *Answer) Reason() Reason {
	switch a.Status {
	case Silent:
		return NoAnswer
	case Unaskable:
		return CannotAsk
	case Withdrawn:
		return SenderBlocked
	case Postponed:
		return ProbePostponed
	case Said:
		return a.said()
	}
	return NotProbed
}

// said reads the reply. An acceptance is worth what the domain's control makes of it.
func (a *Answer) said() Reason {
	r := reasonFor(a.Finding().Class)
	switch {
	case a.Proof.Has(FromBackup) || r == MailboxUnknown || r == Undetermined:
		return a.proven(r)
	case r == Accepted && a.Control != ControlRefused:
		return [...]Reason{ControlUnknown: Unproven, ControlAccepted: CatchAll}[a.Control]
	}
	return r
}

// Answered is an answer with the question it belongs to. A later one for the same question takes the place of
// an earlier one.
type Answered struct {
	ID uint32
	Answer
}

// StoppedEverywhere begins what is said of operators that are not asked any more for what others said or failed to say.
const StoppedEverywhere = "asking was stopped everywhere: "

// Asking is how asking went at one operator.
type Asking struct {
	Operator  string    `json:"operator"`
	Questions int       `json:"questions"` // recipients that were to be asked about
	Asked     int       `json:"asked"`     // RCPT commands, controls and repeats included
	Sessions  int       `json:"sessions"`
	Answered  int       `json:"answered"`  // recipients about whom something was said
	Withdrawn int       `json:"withdrawn"` // of these, taken back
	Postponed int       `json:"postponed"`
	Silent    int       `json:"silent"`
	Unaskable int       `json:"unaskable"`
	Stopped   string    `json:"stopped,omitempty"`   // why asking ended early there; no capital, no full stop
	Reply     string    `json:"reply,omitempty"`     // what was said when it did
	BlockList string    `json:"blocklist,omitempty"` // that the reply names
	Again     time.Time `json:"again,omitzero"`      // from when the rest may be asked
}

// KeyedAnswer is an answer to remember and whom it is about.
type KeyedAnswer struct {
	Key [16]byte // that the store knows the address by
	// of the address, in A-labels; may be empty, and then what the domain's control shows later isn't known
	// of this answer
	Domain string
	Answer Answer
}
