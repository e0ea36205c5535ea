package report

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Card writes what is known of one address on a few lines.
func Card(w io.Writer, a Address) error {
	var b strings.Builder
	name := cmp.Or(a.Address, a.Input)
	if strings.TrimSpace(name) == "" {
		name = strconv.Quote(name)
	}
	fmt.Fprintf(&b, "%s\n  %s: %s\n", Plain(name), a.Status, a.Reason.Sentence())
	line := func(what, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-10s  %s\n", what, Plain(text))
		}
	}
	line("detail", a.Detail)
	for _, r := range a.Reasons[min(1, len(a.Reasons)):] {
		line("also", r.Sentence())
	}
	if a.Facts != nil {
		line("domain", a.Facts.words())
		line("mail hosts", a.Facts.hosts())
	}
	if a.Reply != nil {
		line("reply", strings.TrimSpace(a.Reply.Host+" "+a.Reply.Text))
	}
	line("suggestion", addressForPeople(a.Suggestion))
	if a.DuplicateOf != 0 {
		line("same as", fmt.Sprintf("input %d", a.DuplicateOf))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// words are the facts about the domain worth a line.
func (f *Facts) words() string {
	var out []string
	if f.Operator != nil {
		out = append(out, "run by "+*f.Operator)
	}
	if f.Free {
		out = append(out, "anybody can have a mailbox there")
	}
	if f.Alias {
		out = append(out, "an alias service: the mail reaches a person")
	}
	return strings.Join(out, "; ")
}

func (f *Facts) hosts() string {
	if f.MX == nil {
		return "not known"
	}
	return strings.Join(*f.MX, ", ")
}
