package suppression

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// form is how a service wants addresses written.
type form interface {
	// header begins each file.
	header() []byte
	// group is how many addresses stand on one line.
	group() int
	// line writes a group of addresses, or what is left of one. now is the time of what nobody dated.
	line(rows []batch.Result, now time.Time) []byte
}

// columns is a CSV. If the first has no name, there is no header.
type columns []column

type column struct {
	name string
	cell func(r *batch.Result, now time.Time) string
}

func (c columns) header() []byte {
	if c[0].name == "" {
		return nil
	}
	return c.record(func(c column) string { return c.name })
}

func (c columns) group() int { return 1 }

func (c columns) line(rows []batch.Result, now time.Time) []byte {
	return c.record(func(c column) string { return c.cell(&rows[0], now) })
}

func (c columns) record(cell func(column) string) []byte {
	var cells []string
	for _, column := range c {
		cells = append(cells, cell(column))
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(cells) // a buffer takes all
	w.Flush()
	return b.Bytes()
}

func address(r *batch.Result, _ time.Time) string { return r.Address }

func always(text string) func(*batch.Result, time.Time) string {
	return func(*batch.Result, time.Time) string { return text }
}

// code is the reply code of the mail host. Where none was asked it is that of every permanent failure.
func code(r *batch.Result, _ time.Time) string { return cmp.Or(r.SMTPCode, "550") }

// day is when that was found, to the day.
func day(r *batch.Result, now time.Time) string {
	return at(r, now).Format(time.DateOnly)
}

// said is what the mail host said, or why else the address is dead.
func said(r *batch.Result, _ time.Time) string {
	reason, err := validate.ParseReason(r.Reason)
	if err != nil || r.SMTPText != "" {
		return cmp.Or(r.SMTPText, r.Detail, r.Reason)
	}
	return reason.Sentence()
}

// when is when that was found, RFC 5322 §3.3.
func when(r *batch.Result, now time.Time) string {
	return at(r, now).Format(time.RFC1123Z)
}

func at(r *batch.Result, now time.Time) time.Time {
	if at, err := time.Parse(time.RFC3339, r.CheckedAt); err == nil {
		now = at
	}
	return now.UTC()
}

// requests is JSON lines, each the body of one request, with as many addresses as body takes.
type requests struct {
	perLine int
	body    func(rows []batch.Result) any
}

func (requests) header() []byte { return nil }

func (q requests) group() int { return q.perLine }

func (q requests) line(rows []batch.Result, _ time.Time) []byte {
	line, _ := json.Marshal(q.body(rows)) // texts can always be written
	return append(line, '\n')
}

// forms are one form below another: what a service files under two names.
type forms []columns

func (f forms) header() []byte { return f[0].header() }

func (f forms) group() int { return 1 }

func (f forms) line(rows []batch.Result, now time.Time) (lines []byte) {
	for _, c := range f {
		lines = append(lines, c.line(rows, now)...)
	}
	return lines
}
