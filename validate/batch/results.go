package batch

import (
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// Result is one row of results.csv: one address, or a row without an address. An appender writes it because the file
// is the largest; gocsv reads it back.
type Result struct {
	Row          int    `csv:"row"`     // number of the row in the list, from 1, without the header
	Address      string `csv:"address"` // the address to send to; empty: the row has none
	Status       string `csv:"status"`
	Reason       string `csv:"reason"`
	List         string `csv:"list"` // the list that the row went to
	Detail       string `csv:"detail"`
	Suggestion   string `csv:"suggestion"`
	Operator     string `csv:"operator"`
	MX           string `csv:"mx"` // the preferred mail server
	SMTPCode     string `csv:"smtp_code"`
	EnhancedCode string `csv:"enhanced_code"`
	SMTPText     string `csv:"smtp_text"`
	CheckedAt    string `csv:"checked_at"` // time of the answer from DNS or the mail server, RFC 3339
	// probability of a hard bounce; empty without a forecast, or if the row would not be sent
	PBounce string `csv:"p_bounce"`
	PBasis  string `csv:"p_basis"` // basis of p_bounce: checked, replied, probed, pooled, prior or blind
	File    string `csv:"file"`    // folder of the row's list, if the run had several lists

	Braked bool `csv:"-"` // the brake of the run held the row back: see report.Braked
}

const resultsHeader = "row,address,status,reason,list,detail,suggestion,operator,mx,smtp_code,enhanced_code,smtp_text,checked_at,p_bounce,p_basis\n"

// AppendResults appends rows in the format of results.csv, preceded by the header if header is true.
func AppendResults(b []byte, header bool, rows ...Result) []byte {
	if header {
		b = append(b, resultsHeader...)
	}
	for _, r := range rows {
		b = strconv.AppendInt(b, int64(r.Row), 10)
		for _, cell := range []string{r.Address, r.Status, r.Reason, r.List, r.Detail, r.Suggestion, r.Operator, r.MX,
			r.SMTPCode, r.EnhancedCode, r.SMTPText, r.CheckedAt, r.PBounce, r.PBasis} {
			b = AppendCell(append(b, ','), cell)
		}
		b = append(b, '\n')
	}
	return b
}

// verdictColumns holds ",status,reason,list," for each reason and list, made once.
var verdictColumns = func() (columns [3][]string) {
	for list := range columns {
		for _, r := range append([]validate.Reason{validate.NoReason}, validate.AllReasons()...) {
			columns[list] = append(columns[list], ","+r.Verdict().String()+","+r.String()+","+
				validate.List(list).String()+",")
		}
	}
	return columns
}()

// result appends one row of results.csv.
func (s *splitter) result(j *splitJob, a *judged, list validate.List, chance padded) {
	j.tally.address(a.reason)
	b := append(j.number.append(j.results), ',')
	b = AppendCell(b, a.text)
	b = append(b, verdictColumns[list][a.reason]...)
	b = AppendCell(b, withRepair(a.detail, a.repair))
	b = append(b, ',')
	b = AppendCell(b, a.suggestion)
	b = append(b, ',')
	if a.reply != nil {
		b = s.replied(b, a.reply, a.domain)
	} else {
		b = append(b, s.tail(a.domain)...)
	}
	j.results = append(append(b, chance...), j.end...)
}

// tail is the last columns of a row with this domain's address.
func (s *splitter) tail(domain uint32) string {
	if domain == 0 {
		return s.known.words.text[noTail]
	}
	return s.known.words.text[s.known.tails[domain-1]]
}

// longestFault is how many octets of text that is not an address results.csv shows; no address is longer.
const longestFault = 320

// printable makes text that is not an address fit for results.csv: UTF-8, and not too long.
func printable(text string) string {
	if len(text) > longestFault {
		text = text[:longestFault] + "..."
	}
	return strings.ToValidUTF8(text, "\ufffd")
}

func withRepair(detail string, r contacts.Repair) string {
	switch {
	case r == 0:
		return detail
	case detail == "":
		return "repaired: " + r.String()
	}
	return detail + "; repaired: " + r.String()
}

// special tells which octets a cell may not hold as it stands, anywhere or at its start.
var special = func() (t [256]uint8) {
	for c := range 0x20 {
		t[c] = inside
	}
	t[','], t['"'], t[0x7f], t[0xc2] = inside, inside, inside, beforeC1
	for _, c := range "=+-@" {
		t[c] = atStart
	}
	return t
}()

const (
	inside = 1 << iota
	atStart
	beforeC1 // the first octet of a control character beyond ASCII, U+0080 to U+009F, and of others
)

// AppendCell appends a cell of a file that prebounce writes. The cell is quoted if CSV requires it, has no control
// characters, and cannot be taken for a formula by a spreadsheet.
func AppendCell(b []byte, s string) []byte {
	if fits(s) {
		return append(b, s...)
	}
	return appendOdd(b, s)
}

// fits reports whether a text can be a cell as it stands.
func fits(s string) bool {
	if s == "" {
		return true
	}
	odd := special[s[0]]
	for i := range len(s) {
		odd |= special[s[i]] & (inside | beforeC1)
	}
	return odd == 0 || (odd == beforeC1 && !hasC1(s))
}

// hasC1 reports whether a text has a control character of U+0080 to U+009F.
func hasC1(s string) bool {
	for i := range len(s) {
		if isC1(s[i:]) {
			return true
		}
	}
	return false
}

// isC1 reports whether a text begins with a control character of U+0080 to U+009F.
func isC1(s string) bool { return len(s) > 1 && s[0] == 0xc2 && s[1] < 0xa0 }

func appendOdd(b []byte, s string) []byte { return append(appendQuoted(appendOpening(b, s), s), '"') }

// appendOpening appends the quote that opens the cell of a text, and an apostrophe before what would be a formula.
func appendOpening(b []byte, s string) []byte {
	b = append(b, '"')
	if special[s[0]] == atStart {
		b = append(b, '\'')
	}
	return b
}

// appendQuoted appends a text or a piece of one as it stands in quotes.
func appendQuoted(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isC1(s[i:]):
			b = append(b, ' ')
			i++
		case c == '"':
			b = append(b, `""`...)
		case c < ' ' || c == 0x7f:
			b = append(b, ' ')
		default:
			b = append(b, c)
		}
	}
	return b
}

const rejectedHeader = "line,why,text\n"

// reject notes a line of the list that can't be read as a row. One that is too long comes in pieces, which
// make one cell.
func (j *splitJob) reject(rec *contacts.Record) {
	if !rec.Within {
		j.tally.rejected++
		b := strconv.AppendInt(j.rejected, int64(j.block.Line()), 10)
		j.rejected = append(AppendCell(append(b, ','), rec.Why), ',')
	}
	text := view(rec.Raw)
	if !rec.Torn {
		text = strings.TrimRight(text, "\r\n")
	}
	if !rec.Within && !rec.Torn {
		j.rejected = append(AppendCell(j.rejected, text), '\n')
		return
	}
	j.rejectPiece(rec, text)
}

// rejectPiece notes a piece of a line.
func (j *splitJob) rejectPiece(rec *contacts.Record, text string) {
	if !rec.Within {
		j.rejected = appendOpening(j.rejected, text)
	}
	j.rejected = appendQuoted(j.rejected, text)
	if !rec.Torn {
		j.rejected = append(j.rejected, '"', '\n')
	}
}
