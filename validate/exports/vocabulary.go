package exports

import (
	"strings"

	"github.com/prebounce/prebounce/validate"
)

// vocabulary is the values that a column may hold.
type vocabulary struct {
	words map[string]said // by folded value
	yes   *said           // what a yes, an x, a 1 says
	no    *said
	dated *said // what a date or a time says; nil: dates are not understood
	// free reads what is none of these: the text of a reply, a list of words.
	free func(cell string) (said, bool)
}

// said is what a value says, and whether it was understood.
type said struct {
	Meaning
	known bool
	blank bool // there was no value
	// called and word are what a verifier calls the address.
	called Called
	word   string
	mail   bool // the word speaks of mail beyond doubt: unsubscribed, opted out, hard bounced, complained
}

var nothing = said{Meaning: Meaning{Reason: validate.NotProbed}, known: true}

// speaking is a value that speaks for a reason.
func speaking(r validate.Reason) *said {
	return &said{Meaning: Meaning{Reason: r}, known: true}
}

// atMostReview is the same, for review at most.
func atMostReview(r validate.Reason) *said {
	return &said{Meaning: Meaning{Reason: r, Review: true}, known: true}
}

// status reads a table of values, "unsubscribed=opted_out bounced=suppressed?": "ok" says nothing, "?" is for review
// at most, "~" may mean that the person was never asked, "!" speaks of mail beyond doubt.
func status(table string) map[string]said {
	all := map[string]said{}
	for row := range strings.FieldsSeq(table) {
		value, means, _ := strings.Cut(row, "=")
		name := strings.TrimRight(means, "?~!")
		marks := means[len(name):]
		s := nothing
		if name != "ok" {
			reason, err := validate.ParseReason(name)
			if err != nil {
				panic("exports: " + row + ": " + err.Error()) // the table is wrong
			}
			s.Reason = reason
		}
		s.Review, s.NeverAsked, s.mail = strings.Contains(marks, "?"), strings.Contains(marks, "~"),
			strings.Contains(marks, "!")
		all[fold(value)] = s
	}
	return all
}

// longestCell bounds how much of a cell is read, in octets.
const longestCell = 4 << 10

// read reads a cell.
func (c *Column) read(cell string) said {
	cell = strings.TrimSpace(cell[:min(len(cell), longestCell)])
	if empty[cell] {
		return said{Meaning: nothing.Meaning, known: true, blank: true}
	}
	s, ok := c.words.read(cell)
	if !ok {
		return said{Meaning: nothing.Meaning}
	}
	if c.Verifier != nil && s.Speaks() {
		s.Note = s.word + " according to " + c.Verifier.Title
	}
	switch {
	case c.Named && s.Reason != validate.PastBounce: // the person vouches for what it says
		s.Review = false
	case c.Mark == reported && s.Reason.List() == validate.Removed:
		s.Review = true
	}
	return s
}

// empty are values that stand for none.
var empty = map[string]bool{"": true, "-": true, "--": true, "null": true, "NULL": true, "None": true, "[]": true,
	"{}":  true,
	"n/a": true, "N/A": true, "#N/A": true, "\\N": true, "nil": true}

func (v *vocabulary) read(cell string) (s said, ok bool) {
	key := fold(cell)
	if s, ok = v.words[key]; ok {
		return s, true
	}
	if same, known := synonyms[key]; known {
		if s, ok = v.words[same]; ok {
			return s, true
		}
		if s = statuses.words[same]; s.mail && v.words != nil {
			return s, true
		}
	}
	if s = statuses.words[key]; s.mail && v.words != nil {
		return s, true
	}
	switch {
	case v.yes != nil && yesWords[key], v.yes != nil && yesSigns[cell]:
		return *v.yes, true
	case v.no != nil && (noWords[key] || noSigns[cell]):
		return *v.no, true
	case v.dated != nil && noDate(cell):
		return nothing, true
	case v.dated != nil && isDate(cell):
		return *v.dated, true
	case v.free != nil:
		return v.free(cell)
	}
	return said{}, false
}

// flag is the vocabulary of a column of yes and no in which yes says something; a date says that it happened then.
func flag(yes *said) *vocabulary {
	return &vocabulary{yes: yes, no: &nothing, dated: yes}
}

// consent is the same in which no says something.
func consent(no *said) *vocabulary {
	return &vocabulary{yes: &nothing, no: no, dated: &nothing, words: status("subscribed=ok optedin=ok granted=ok")}
}

// date is the vocabulary of a column that holds a date once something has happened.
func date(happened *said) *vocabulary { return &vocabulary{dated: happened, no: &nothing} }

func stated(table string) *vocabulary { return &vocabulary{words: status(table)} }
