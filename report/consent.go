package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// stated are the sentences on what the lists themselves say of their contacts. They come first in every format.
func (t *teller) stated() (says []string) {
	c := t.result.Summary.Consent
	if c == nil {
		return nil
	}
	removed, kept := t.phrases(c, false), t.phrases(c, true)
	if len(kept) > 0 {
		says = append(says, "kept although the list says otherwise: "+strings.Join(kept, "; "))
	}
	if len(removed) > 0 {
		says = append(says, strings.Join(removed, "; "))
	}
	if len(removed)+len(kept) == 0 && len(c.Read) > 0 {
		says = append(says, "no row opted out, complained or bounced, according to "+plainly(len(c.Read), "column",
			"columns")+" "+columns(c.Read))
	}
	if len(c.Systems) > 0 && len(says) > 0 {
		or := " or "
		if len(t.result.Summary.Lists) > 0 {
			or = " and "
		}
		says[0] = "export of " + strings.Join(c.Systems[:min(len(c.Systems), shown)], or) + ": " + says[0]
	}
	if c.Pulled {
		says = append(says, fmt.Sprintf("%s of %s would be removed for that, which is implausibly many: they are "+
			"in %s until --status-column confirms it",
			number(c.Rows), plural(t.result.Summary.Counts.Rows, "row", "rows"), output(&t.result.Summary.Layout,
				"review")))
	}
	for i := range says {
		says[i] = t.own(says[i])
	}
	return says
}

func plainly(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// phrases are what is said, by reason, of rows that are kept or not.
func (t *teller) phrases(c *batch.Consent, kept bool) (all []string) {
	for _, r := range validate.AllReasons() {
		rows, from := int64(0), []string{}
		for _, s := range c.Columns {
			if s.Reason == r && s.Kept == kept {
				rows += s.Rows
				if name := statedBy(&s); !slices.Contains(from, name) {
					from = append(from, name)
				}
			}
		}
		if rows > 0 {
			if more := len(from) - shown; more > 0 {
				from = append(from[:shown], fmt.Sprintf("and %d more", more))
			}
			all = append(all, plural(rows, "row", "rows")+" "+statedWords(r, rows, c.Columns)+" ("+strings.Join(from,
				", ")+")")
		}
	}
	return all
}

// statedBy is the column or file that says something.
func statedBy(s *batch.Stating) string {
	if s.Column == "" {
		return "file " + Plain(s.File)
	}
	return "column " + `"` + Plain(s.Column) + `"`
}

// statedWords say in a few words what a column stated.
func statedWords(r validate.Reason, rows int64, by []batch.Stating) string {
	switch r {
	case validate.OptedOut:
		return "opted out"
	case validate.Complained:
		return "complained"
	case validate.Suppressed:
		return be(rows) + " no longer mailed by the sending service"
	case validate.PastBounce:
		return "bounced hard before"
	case validate.Unconfirmed:
		return "never confirmed"
	case validate.Doubted:
		return be(rows) + " invalid or not to be mailed according to " + verifierNames(by)
	}
	return r.Sentence()
}

func be(rows int64) string {
	if rows == 1 {
		return "is"
	}
	return "are"
}

// verifierNames are the verifiers whose word sends rows to review, and when they looked.
func verifierNames(by []batch.Stating) string {
	var names []string
	for i := range by {
		name := by[i].Verifier
		if by[i].Checked != "" {
			name += " on " + by[i].Checked
		}
		if by[i].Reason == validate.Doubted && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch len(names) {
	case 0:
		return "another verifier"
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
