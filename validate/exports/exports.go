package exports

import (
	"fmt"
	"iter"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Mark is how well a fact of the table is known.
type Mark uint8

const (
	reported   Mark = iota // believed, or told by others: leads to review at most
	seen                   // in the producer's source, in public exports, or in programs that read them
	documented             // on the vendor's own page
)

var markNames = [...]string{"reported", "seen", "documented"}

func (m Mark) String() string {
	if int(m) >= len(markNames) {
		return fmt.Sprintf("mark(%d)", uint8(m))
	}
	return markNames[m]
}

// Answer is yes, no, or not known.
type Answer uint8

const (
	answerUnknown Answer = iota
	answerNo
	Yes
)

var answerNames = [...]string{"not known", "no", "yes"}

func (a Answer) String() string {
	if int(a) >= len(answerNames) {
		return fmt.Sprintf("answer(%d)", uint8(a))
	}
	return answerNames[a]
}

// System is a program that exports contacts.
type System struct {
	Name  string // stable, lower case: "hubspot"
	Title string // for people: "HubSpot"
	// Sends reports whether it sends bulk mail.
	Sends Answer
	// Drops reports whether it stops mailing an address at the first hard bounce.
	Drops  Answer
	Mark   Mark   // of both
	Source string // of both

	// any of them; each is the folded names that a header must have, "a|b" for either, "a*" for a beginning
	prints []string
	weak   bool // others may have such a header: a column counts only if its values fit
}

// Use is the information that a column holds.
type Use uint8

const (
	// Speaks decides whether a contact may be mailed: consent, status, suppression, recorded bounce, complaint.
	decidesMailing Use = iota
	// Ignored columns resemble one that decides, but say something else in this system.
	ignoredUse

	// Dates. All but Sent also prove that the message arrived.
	sentDate
	deliveredDate
	openedDate
	clickedDate
	repliedDate

	// Counts of messages.
	sentCount
	deliveredCount
	openedCount
	clickedCount
	repliedCount
)

// Meaning is the meaning of a value for its contact.
type Meaning struct {
	// Reason keeps the contact from being mailed; [validate.NotProbed] for a value that does not.
	Reason validate.Reason
	// Review sends it to review at most.
	Review bool
	// NeverAsked marks a "no" that may mean "never asked": no mail, but no opt-out to export either.
	NeverAsked bool
	// Note tells more about the value, for the detail of a row; often empty.
	Note string
}

// Speaks reports whether the value keeps its contact from being mailed.
func (m Meaning) Speaks() bool { return m.Reason != validate.NotProbed }

// Barring holds the reasons that apply to an address wherever it appears.
var Barring = validate.Of(validate.Complained, validate.OptedOut, validate.Suppressed, validate.PastBounce)

// Column is a column with a meaning.
type Column struct {
	Index  int
	Name   string // as the header has it
	Use    Use
	System *System // nil: the export is not known, or another's column stands in it
	Mark   Mark
	Source string // a vendor's page, a named project, or "seen in public exports"
	// Generic columns are recognised by their name or values alone, and decide only if their values fit: see
	// [Column.Decides].
	Generic bool
	// Named columns were named by the person.
	Named bool
	// Verifier is whose word the column holds; nil: not a verifier's column. Its day is that of [Export.Checked].
	Verifier *Verifier
	// Later is the index of a column whose later date overrules this one; -1: there is none.
	Later int

	words *vocabulary
}

// says returns the meaning of a cell. It reports false for a filled cell that it does not understand; an empty cell
// means nothing.
func (c *Column) says(cell string) (Meaning, bool) {
	s := c.read(cell)
	return s.Meaning, s.known
}

// ByName reports whether the column was found by its name, rather than by its values alone.
func (c *Column) ByName() bool { return c.words != statuses }

// Export is what was understood of a list.
type Export struct {
	Systems []*System // those recognised, the surest first
	Columns []Column  // ascending by index
	// Whole is what the file's name says of every contact in it.
	Whole       Meaning
	WholeSystem *System // whose names of files these are; nil: anybody's
	WholeMark   Mark
	WholeSource string
	// Checked is when the verifiers of the list looked.
	Checked Checked
}

// Checked is the day when verifiers checked the addresses of a list.
type Checked struct {
	Column int       // index of a column that says it; -1: there is none
	Day    time.Time // of the whole list: from the name of the file, else the time of its last change; zero: not known
	ByName bool      // the name of the file says it
}

// Verdicts returns the columns that verifiers added.
func (e *Export) Verdicts() iter.Seq[*Column] {
	return func(yield func(*Column) bool) {
		for i := range e.Columns {
			if e.Columns[i].Verifier != nil && !yield(&e.Columns[i]) {
				return
			}
		}
	}
}

// Sender returns the first recognised system that sends bulk mail, or nil.
func (e *Export) Sender() *System {
	for _, s := range e.Systems {
		if s.Sends == Yes {
			return s
		}
	}
	return nil
}

// Speaking returns the columns that can keep a contact from being mailed.
func (e *Export) Speaking() iter.Seq[*Column] {
	return e.columns(func(u Use) bool { return u == decidesMailing })
}

func (e *Export) columns(want func(Use) bool) iter.Seq[*Column] {
	return func(yield func(*Column) bool) {
		for i := range e.Columns {
			if want(e.Columns[i].Use) && !yield(&e.Columns[i]) {
				return
			}
		}
	}
}
