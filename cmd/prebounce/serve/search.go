package serve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// searchTerm is one word of a search, as Mailpit has them: field:text, "some words", and ! before what must
// not be there.
type searchTerm struct {
	field, text string
	not         bool
}

// searchFields are what a term looks at.
var searchFields = map[string]func(*mailpitSummary, *sandbox.Stored) string{
	"":        func(_ *mailpitSummary, m *sandbox.Stored) string { return m.Subject() + " " + string(m.Text) },
	"subject": func(v *mailpitSummary, _ *sandbox.Stored) string { return v.Subject },
	"from":    func(v *mailpitSummary, m *sandbox.Stored) string { return namesOf(v.From) + " " + m.From },
	"to":      func(v *mailpitSummary, _ *sandbox.Stored) string { return namesOf(v.To...) },
	"cc":      func(v *mailpitSummary, _ *sandbox.Stored) string { return namesOf(v.Cc...) },
	"bcc":     func(v *mailpitSummary, _ *sandbox.Stored) string { return namesOf(v.Bcc...) },
	"addressed": func(v *mailpitSummary, m *sandbox.Stored) string {
		return namesOf(slices.Concat([]mailpitAddress{v.From}, v.To, v.Cc, v.Bcc, v.ReplyTo)...)
	},
	"reply-to":   func(v *mailpitSummary, _ *sandbox.Stored) string { return namesOf(v.ReplyTo...) },
	"message-id": func(v *mailpitSummary, _ *sandbox.Stored) string { return v.MessageID },
}

func namesOf(all ...mailpitAddress) string {
	var b strings.Builder
	for _, a := range all {
		b.WriteString(a.Name + " <" + a.Address + "> ")
	}
	return b.String()
}

// in reports whether a mail has the term.
func (t searchTerm) in(v *mailpitSummary, m *sandbox.Stored) bool {
	return containsFold([]byte(searchFields[t.field](v, m)), t.text)
}

// searchTerms reads a search. A field that we don't have is refused, for its answer would be of another question.
func searchTerms(query string) (all []searchTerm, err error) {
	for _, word := range searchWords(query) {
		var t searchTerm
		word, t.not = strings.CutPrefix(word, "!")
		if !t.not {
			word, t.not = strings.CutPrefix(word, "-")
		}
		if field, text, ok := strings.Cut(word, ":"); ok && !strings.ContainsAny(field, `"@`) {
			if t.field = strings.ToLower(field); searchFields[t.field] == nil {
				return nil, fmt.Errorf("invalid search %q: want from, to, cc, bcc, addressed, reply-to, subject or "+
					"message-id", field)
			}
			word = text
		}
		t.text = strings.Trim(word, `"`)
		all = append(all, t)
	}
	return all, nil
}

// searchWords parts a search at blanks outside quotes.
func searchWords(query string) []string {
	quoted := false
	return strings.FieldsFunc(query, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
}
