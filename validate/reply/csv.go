package reply

import (
	"bufio"
	"encoding/csv"
	"strings"
)

// columns is where a CSV of bounces has what; -1 for a column it doesn't have.
type columns struct {
	comma                             rune
	address, code, status, text, kind int
	alone                             bool // there is no other column than that of the addresses
}

// The names that senders' exports give to their columns, as [words] writes them.
var columnNames = map[string][]string{
	"address": {"email", "e mail", "email address", "emailaddress", "e mail address", "address", "recipient",
		"recipient email",
		"rcpt", "to", "mail", "subscriber", "emails", "adresse", "correo", "adres", "recipient address",
		"final recipient"},
	"code": {"code", "smtpcode", "smtp code", "reply code", "replycode", "bounce code", "error code"},
	"status": {"status", "enhanced code", "enhanced", "deliverystatus", "dsn", "enhanced status code", "dsn status",
		"smtp status", "status code", "dsnstatus", "dsn code"},
	"text": {"reply", "smtp reply", "smtp text", "reason", "bounce reason", "bouncereason", "error", "error message",
		"diagnostic", "diagnosticcode",
		"diagnostic code", "response", "smtp response", "details", "description", "bounce message", "message",
		"detail", "smtp error", "server response", "dsndiag", "dsn diag", "bounce text"},
	"kind": {"type", "bounce type", "bouncetype", "category", "bounce category", "bouncecategory", "event",
		"bounce classification",
		"classification", "severity"},
}

// columnsOf tells a CSV by a header that names a column of addresses, and finds the columns that count.
func columnsOf(header, rest string) (columns, bool) {
	best := columns{address: -1}
	for _, comma := range ",;\t|" {
		names, err := fieldsOf(header, comma)
		if err != nil || (len(names) < 2 && strings.TrimSpace(rest) == "") {
			continue
		}
		c := columns{comma, -1, -1, -1, -1, -1, len(names) == 1}
		for what, to := range map[string]*int{"address": &c.address, "code": &c.code, "status": &c.status,
			"text": &c.text, "kind": &c.kind} {
			*to = columnNamed(names, columnNames[what])
		}
		if c.address >= 0 && (best.address < 0 || len(names) > 1) {
			best = c
		}
	}
	return best, best.address >= 0
}

// columnNamed finds the column with the first of the names that any column has.
func columnNamed(header, names []string) int {
	for _, name := range names {
		for i, h := range header {
			if strings.TrimSpace(words(strings.TrimSpace(h))) == name {
				return i
			}
		}
	}
	return -1
}

func fieldsOf(record string, comma rune) ([]string, error) {
	r := csv.NewReader(strings.NewReader(record))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	return r.Read()
}

func readCSV(r *bufio.Reader, passed func(line int), yield func(Bounce, error) bool) {
	var c columns
	var record strings.Builder // a quoted cell may hold line ends
	header, from := true, 1
	lines(r, func(line string, n int, err error) bool {
		if err != nil {
			return yield(Bounce{}, err)
		}
		if record.Len() == 0 {
			from = n
		}
		record.WriteString(line)
		if strings.Count(record.String(), `"`)%2 == 1 && record.Len() < maxLine {
			record.WriteByte('\n')
			return true
		}
		text := record.String()
		record.Reset()
		if header {
			if strings.TrimSpace(text) != "" {
				c, _ = columnsOf(text, "more")
				header = false
			}
			return true
		}
		if b, ok := c.bounce(text); ok {
			b.Line = from
			return yield(b, nil)
		}
		if strings.TrimSpace(text) != "" {
			passed(from)
		}
		return true
	})
}

// bounce reads one record. Where the addresses are the only column, each counts as a plain list's does. A
// table of other things is none of what bounced: its rows count only if a cell reads as a reply.
func (c columns) bounce(record string) (Bounce, bool) {
	fields, err := fieldsOf(record, c.comma)
	if err != nil {
		return Bounce{}, false
	}
	cell := func(i int) string {
		if i < 0 || i >= len(fields) {
			return ""
		}
		return strings.TrimSpace(fields[i])
	}
	to := address(cell(c.address))
	if to == "" {
		return Bounce{}, false
	}
	kind := kindOf(cell(c.kind))
	if c.kind < 0 { // some exports put it there: "hard bounced"
		kind = kindOf(cell(c.status))
	}
	if c.text < 0 && c.status < 0 && c.code < 0 && (c.kind < 0 || kind == hardKind) {
		if b, ok := c.unnamedReply(to, fields); ok {
			return b, true
		}
		return listed(to), c.alone || kind == hardKind
	}
	return c.weigh(said(to, joined(cell(c.code), cell(c.status), cell(c.text)), Enhanced{}), kind), true
}

// unnamedReply finds a cell that reads as a reply, where no column has a name that says so.
func (c columns) unnamedReply(to string, fields []string) (Bounce, bool) {
	for i, text := range fields {
		if i == c.address || i == c.kind {
			continue
		}
		b := said(to, strings.TrimSpace(text), Enhanced{})
		spoken := strings.HasPrefix(b.Finding.Rule, phraseID) && b.Finding.Class != Undetermined
		if spoken || (b.Reply.Code >= 400 && b.Reply.Text() != "") {
			return b, true
		}
	}
	return Bounce{}, false
}

// weigh lets the sender's own word count where the reply leaves it open: "hard" decides for a reply that says
// nothing, and what the sender calls soft or blocked never removes.
func (c columns) weigh(b Bounce, kind int) Bounce {
	silent := b.Finding.Rule == "none" || len(b.Reply.Lines) == 0
	switch {
	case kind == softKind && b.Finding.Class.Removes():
		b.Finding = Finding{Class: Undetermined, Rule: listRule + ":soft", Operator: b.Finding.Operator,
			Server: b.Finding.Server}
	case kind == hardKind && silent:
		b.Finding = listed(b.Address).Finding
	}
	return b
}

// joined writes a reply from its parts, unless the text has them already.
func joined(code, status, text string) string {
	r := Parse(text)
	if _, err := ParseEnhanced(status); err == nil && r.Enhanced.IsZero() && r.Code == 0 {
		text = status + " " + text
	}
	if startsWithCode(code) && len(code) == 3 && r.Code == 0 {
		text = code + " " + text
	}
	return strings.TrimSpace(text)
}

const (
	noKind = iota
	hardKind
	softKind
)

// kindOf reads what senders call a bounce.
func kindOf(s string) int {
	w := words(s)
	for _, soft := range []string{" soft", " transient", " temporary", " blocked", " block ", " deferr", " spam",
		" complaint", " unsub", " full",
		" content", " policy", " reputation", " technical", " delivered", " open", " click"} {
		if strings.Contains(w, soft) {
			return softKind
		}
	}
	for _, hard := range []string{" hard", " permanent", " invalid", " bademail", " unknown", " nosuch", " cleaned"} {
		if strings.Contains(w, hard) {
			return hardKind
		}
	}
	return noKind
}
