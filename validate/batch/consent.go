package batch

import (
	"fmt"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/exports"
)

// Consent is what the lists themselves say about their contacts: who opted out, complained, bounced or never
// confirmed.
type Consent struct {
	Systems []string  `json:"systems,omitempty"` // the systems that exported the lists
	Read    []string  `json:"read,omitempty"`    // columns that were understood and keep nobody from being mailed
	Columns []Stating `json:"columns,omitempty"` // what keeps contacts from being mailed
	// rows that opted out, complained, bounced or are suppressed, except through a named column
	Rows    int64    `json:"rows"`
	Pulled  bool     `json:"pulled"`            // implausibly many, so these rows went to review
	Confirm []string `json:"confirm,omitempty"` // arguments of --status-column that confirm them
}

// Stating counts the rows that one column, or the name of a file, keeps from being mailed for one reason. It leaves
// out rows without an address.
type Stating struct {
	Column string `json:"column,omitempty"` // empty if the file name states it
	// file of the column if there are several lists, or the file whose name states it
	File   string `json:"file,omitempty"`
	System string `json:"system,omitempty"`
	// Verifier is whose word the column holds, if another verifier left it.
	Verifier string          `json:"verifier,omitempty"`
	Checked  string          `json:"checked,omitempty"` // the day of the check, if the file name states it
	Reason   validate.Reason `json:"reason"`
	Rows     int64           `json:"rows"`
	Kept     bool            `json:"kept,omitempty"` // the user chose to mail them anyway
	// how well the meaning of the column is known: documented, seen or reported
	Mark   string `json:"known"`
	Source string `json:"source"` // the source for that meaning
}

// consent sums up what the lists say; nil: nothing.
func (s *statements) consent() *Consent {
	if s == nil {
		return nil
	}
	c := &Consent{Rows: s.barred, Pulled: s.pulled}
	for _, system := range s.systems {
		c.Systems = append(c.Systems, system.Title)
	}
	for i := range s.sources {
		source := &s.sources[i]
		if said := c.add(s, source); !said && source.decides && !source.verifier() && len(c.Read) < mostNamed {
			c.Read = append(c.Read, source.name)
		}
		if s.pulled && source.bars() {
			c.Confirm = append(c.Confirm, source.argument())
		}
	}
	if len(c.Systems)+len(c.Columns)+len(c.Read) == 0 {
		return nil
	}
	return c
}

// add takes in what a source says, and reports whether it says anything.
func (c *Consent) add(s *statements, source *statedSource) (said bool) {
	for r, rows := range source.said {
		if rows == 0 || !source.decides {
			continue
		}
		said = true
		one := source.stating(s, validate.Reason(r), rows)
		one.Kept = s.run.Status.Off || s.run.Policy.List(one.Reason) == validate.Clean
		c.Columns = append(c.Columns, one)
	}
	return said
}

func (c *statedSource) stating(s *statements, reason validate.Reason, rows int64) Stating {
	out := Stating{Reason: reason, Rows: rows, Mark: c.mark.String(), Source: c.from}
	if c.column != nil {
		out.Column = c.name
	}
	if c.column == nil || s.run.several() {
		out.File = s.run.sources()[c.list].Name
	}
	if c.system != nil {
		out.System = c.system.Name
	}
	if c.verifier() {
		out.Verifier = c.column.Verifier.Title
		if checked := &s.lists[c.list].checked; checked.ByName && checked.Column < 0 {
			out.Checked = checked.Day.Format(time.DateOnly)
		}
	}
	return out
}

// verifier reports whether another verifier left the column.
func (c *statedSource) verifier() bool { return c.column != nil && c.column.Verifier != nil }

// argument is what --status-column takes for the source.
func (c *statedSource) argument() string {
	switch {
	case c.column == nil:
		return FileName
	case c.column.Name == "":
		return fmt.Sprint(c.column.Index + 1)
	}
	return c.column.Name
}

// remarks are notes on what was not understood.
func (s *statements) remarks() (notes []string) {
	if s == nil {
		return nil
	}
	for i := range s.sources {
		c := &s.sources[i]
		missed := c.fit.Filled - c.fit.Understood
		switch {
		case c.column != nil && c.column.Asked() && !c.decides:
			if c.fit.Mail > 0 {
				notes = append(notes, s.about(c, fmt.Sprintf(
					"%s may state who wants no mail (%s), but this is unverified; it is ignored unless "+
						"--status-column names it",
					c.title(), rowCount(c.fit.Mail))))
			}
		case c.column == nil || missed == 0:
		case c.decides:
			notes = append(notes, s.about(c, fmt.Sprintf("%s: %s: %s", c.title(), undecided(missed),
				quoted(c.unknown))))
		case c.fit.Mail > 0 || c.column.ByName():
			notes = append(notes, s.about(c,
				fmt.Sprintf("%s is ignored: %d of its %d values are unknown (%s); name it with --status-column if "+
					"it states who may be mailed",
					c.title(), missed, c.fit.Filled, quoted(c.unknown))))
		}
	}
	return notes
}

func rowCount(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

func undecided(n int64) string {
	if n == 1 {
		return "1 value is unknown and ignored"
	}
	return fmt.Sprintf("%d values are unknown and ignored", n)
}

// about says which list a note is on, if there are several.
func (s *statements) about(c *statedSource, note string) string {
	if !s.run.several() {
		return note
	}
	return s.run.sources()[c.list].Name + ": " + note
}

// told is the detail of a row that something is said of: by itself, or by the row of that number.
func (s *splitter) told(j *splitJob, v *statedRow, row uint32) string {
	c := &s.known.survey.said.sources[v.source]
	var b strings.Builder
	if v.by != row {
		b.WriteString(s.rowName(j, "row ", v.by))
		b.WriteString(", ")
	}
	text := ""
	if v.value > 0 && int(v.value) <= len(c.texts) {
		text = c.texts[v.value-1]
	}
	if c.verifier() && text != "" {
		b.WriteString(text)
		return b.String()
	}
	b.WriteString(c.title())
	switch {
	case c.column == nil:
		b.WriteString(": " + c.name)
	case text != "":
		b.WriteString(": " + text)
	}
	if v.reason&neverAsked != 0 {
		b.WriteString(" (" + NeverAsked + ")")
	}
	return b.String()
}

// NeverAsked is the detail of a row whose "no" may mean that the person was never asked. Such a row is not mailed, but
// it is not exported as an opt-out either.
const NeverAsked = "may mean never asked"

// atMostReview reports whether a reason that is said of a row leads to review at most: nobody could check what the
// column means, or it says so of more contacts than anyone should believe.
func (s *splitter) atMostReview(v *rowView, reason validate.Reason) bool {
	return v.said != nil && reason == v.said.of() && (v.said.capped() || (s.known.survey.said.pulled &&
		exports.Barring.Has(reason)))
}

// without judges a row by everything but what is said of it, if that leads to review at most. It returns what is said
// of it, unless something else removes the row.
func (s *splitter) without(v *rowView, all validate.Reasons) validate.Reason {
	reason := v.said.of()
	other := s.run.Policy.Judge(all &^ (reason.Set() | validate.Of(validate.Duplicate)))
	if s.lists[other] == validate.Removed {
		return other
	}
	return reason
}
