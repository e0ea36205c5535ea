package batch

import (
	"slices"
	"strconv"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/reply"
)

// replies holds what mail hosts said about rows. A nil one holds nothing.
type replies struct {
	words *words
	rows  []uint32 // in order
	by    []replied
}

// replied is what was said about one row.
type replied struct {
	status validate.AnswerStatus
	reason validate.Reason
	detail word
	host   word
	codes  word // the columns smtp_code, enhanced_code, smtp_text
	at     int64

	audited bool // refused, and yet to be sent to
}

func newReplies(l *lookedUp, open []candidate) *replies {
	a := &replies{words: l.words, rows: make([]uint32, len(open)), by: make([]replied, len(open))}
	for i := range open {
		a.rows[i] = open[i].row
	}
	return a
}

// put takes in an answer about the row of that number. What is taken back keeps its words.
func (a *replies) put(i uint32, said validate.Answer) {
	was := a.by[i]
	now := replied{status: said.Status, reason: said.Reason(), detail: a.words.add(said.Detail),
		host: a.words.add(said.Host), codes: a.words.add(codes(said.Text)), at: said.At.Unix()}
	if said.Status == validate.Withdrawn && said.Text == "" {
		now.host, now.codes = was.host, was.codes
	}
	a.by[i] = now
}

// said reports whether the row of that number needs no question. An acceptance that nobody knows the worth of does.
func (a *replies) said(i uint32) bool {
	return (a.by[i].status == validate.Said && a.by[i].reason != validate.Unproven) ||
		a.by[i].status == validate.Unaskable
}

// of is what was said about a row, or nil.
func (a *replies) of(row uint32) *replied {
	if a == nil {
		return nil
	}
	i, ok := slices.BinarySearch(a.rows, row)
	if !ok || a.by[i].status == validate.NoQuestion {
		return nil
	}
	return &a.by[i]
}

// codes are the three columns that tell a reply.
func codes(text string) string {
	if text == "" {
		return ",,"
	}
	r := reply.Parse(text)
	var b []byte
	if r.Code != 0 {
		b = strconv.AppendInt(b, int64(r.Code), 10)
	}
	b = append(append(append(b, ','), r.Enhanced.String()...), ',')
	return string(AppendCell(b, r.Text()))
}

// tail appends the last columns of a row that a mail host spoke about: operator, mx, smtp_code,
// enhanced_code, smtp_text, checked_at.
func (s *splitter) replied(b []byte, r *replied, domain uint32) []byte {
	b = AppendCell(b, s.known.words.text[s.known.facts[domain-1].operator])
	b = AppendCell(append(b, ','), s.known.words.text[r.host])
	b = append(append(append(b, ','), s.known.words.text[r.codes]...), ',')
	at := time.Unix(r.at, 0).UTC()
	if at.IsZero() { // nobody was asked
		return b
	}
	return at.AppendFormat(b, time.RFC3339)
}
