package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate/bounces"
)

// heardEvent is one record: of a row, or of a hash that is none of the list.
type heardEvent struct {
	hash   uint64
	row    int32 // -1: nobody on the list
	day    int32 // days since 1970; noDay: it has none
	format uint8 // number of its format
	fate   bounces.Fate
}

const noDay = -1 << 31

// Hear adds one record. Fit decides later whether it belongs to this send.
func (c *Campaign) Hear(e bounces.Event) {
	c.fitted = false
	h, ok := c.hash(e.Address)
	if !ok {
		return
	}
	x := heardEvent{hash: h, row: c.row(e.Address), day: noDay, format: c.formatOf(e.Format), fate: e.Fate}
	if !e.At.IsZero() {
		x.day = int32(e.At.Unix() / secondsPerDay)
	}
	c.events = append(c.events, x)
}

const secondsPerDay = 24 * 60 * 60

func (c *Campaign) formatOf(name string) uint8 {
	i := slices.Index(c.formats, name)
	if i < 0 {
		i = len(c.formats)
		c.formats = append(c.formats, name)
	}
	return uint8(min(i, 255))
}

// How the days of records are told apart. Deferred messages bounce after five days (RFC 5321 §4.5.4.1), and
// exports are late.
const (
	quietDays   = 7  // without a record, between the records of two sends
	mostSpan    = 45 // days over which the records of one send may lie
	beforeDate  = 3  // days before the date that was named on which its records may begin: time zones, a first part
	afterDate   = 30
	leastInside = 0.5 // share of the dated records that must be of the send
)

// burst is a stretch of days with records.
type burst struct {
	from, to int32
	records  int64
}

func (b *burst) words() string {
	return fmt.Sprintf("%s to %s (%s)", dayOf(b.from), dayOf(b.to), plural(b.records, "record", "records"))
}

func dayOf(day int32) string { return timeOf(day).Format(time.DateOnly) }

func timeOf(day int32) time.Time { return time.Unix(int64(day)*secondsPerDay, 0).UTC() }

// bursts are the stretches of days with records about people on the list, or about anybody if there are none.
func (c *Campaign) bursts() (out []burst) {
	var days []int32
	for _, listed := range [...]bool{true, false} {
		for _, e := range c.events {
			if e.day != noDay && (e.row >= 0 || !listed) {
				days = append(days, e.day)
			}
		}
		if len(days) > 0 {
			break
		}
	}
	slices.Sort(days)
	for _, d := range days {
		if last := len(out) - 1; last >= 0 && d-out[last].to <= quietDays {
			out[last].to, out[last].records = d, out[last].records+1
			continue
		}
		out = append(out, burst{d, d, 1})
	}
	return out
}

// A DateError reports that the day of the send is unknown or does not match the records.
type DateError struct {
	Why    string
	Offers []string // days that may be meant
}

func (e *DateError) Error() string { return e.Why }

// Fit finds out which records are of the send. Without a day it takes the first day of the records, if they
// are of one send, or, if they have no dates, the day for which the run of Earlier made its forecast.
func (c *Campaign) Fit() error {
	all := c.bursts()
	if c.Sent.IsZero() {
		if err := c.findDay(all, c.asOf()); err != nil {
			return err
		}
	}
	inside := c.take(all)
	if c.Zero {
		return nil
	}
	return c.enough(all, inside)
}

func (c *Campaign) findDay(all []burst, fallback time.Time) error {
	switch {
	case len(all) == 0 && fallback.IsZero():
		return &DateError{Why: "the records have no dates, so nothing says when it was sent"}
	case len(all) == 0 || (c.Zero && !fallback.IsZero()):
		c.Sent = fallback.UTC().Truncate(24 * time.Hour)
	default:
		if b, ok := mainOf(all); ok {
			c.Sent = timeOf(b.from)
			return nil
		}
		e := &DateError{Why: fmt.Sprintf("the records are of %s, not of one send", plural(int64(len(all)),
			"stretch of days", "stretches of days"))}
		for _, b := range all {
			e.Why += "; " + b.words()
			e.Offers = append(e.Offers, dayOf(b.from))
			if len(e.Offers) == shown {
				break
			}
		}
		return e
	}
	return nil
}

// strays is the share of the records that may be of other sends without making it doubtful which one is meant.
const strays = 0.2

// mainOf is the stretch that nearly all records lie in, if they may be of one send.
func mainOf(all []burst) (most burst, ok bool) {
	sum := int64(0)
	for _, b := range all {
		sum += b.records
		if b.records > most.records {
			most = b
		}
	}
	return most, float64(most.records) >= (1-strays)*float64(sum) && most.to-most.from <= mostSpan
}

// window is the days whose records are of the send: those of the stretch that it began.
func (c *Campaign) window(all []burst) (from, to int32) {
	sent := int32(c.Sent.Unix() / secondsPerDay)
	from, to = sent-1, sent+afterDate
	for _, b := range all {
		if begins := b.from >= sent-beforeDate && b.from <= sent+afterDate; begins && b.to-b.from <= mostSpan {
			from, to = min(from, b.from), max(b.to, sent)
			break
		}
	}
	return from, to
}

// take takes in the records of the send, and counts those that have a date.
func (c *Campaign) take(all []burst) (inside int64) {
	from, to := c.window(all)
	clear(c.fates)
	c.others, c.Heard, c.Apart, c.listed, c.fitted = map[uint64]struct{}{}, map[string]int64{}, 0, 0, true
	for _, e := range c.events {
		if e.day != noDay && (e.day < from || e.day > to) {
			c.Apart++
			continue
		}
		if e.day != noDay {
			inside++
			c.Last = timeOf(max(int32(c.Last.Unix()/secondsPerDay), e.day))
		}
		c.Heard[c.formats[e.format]]++
		if e.row >= 0 {
			c.listed++
			c.fates[e.row] = max(c.fates[e.row], uint8(e.fate)+1)
		} else if e.fate.Hard() && len(c.others) <= len(c.place) {
			c.others[e.hash] = struct{}{}
		}
	}
	return inside
}

// fit takes in the records if that was not done yet.
func (c *Campaign) fit() *Campaign {
	if !c.fitted && len(c.events) > 0 {
		c.take(c.bursts())
	}
	return c
}

// An EvidenceError reports that the exports do not show the outcome of the send.
type EvidenceError struct {
	Why  string
	Date bool // another date may help
}

func (e *EvidenceError) Error() string { return e.Why }

// enough refuses to learn that nothing bounced from exports that say nothing of the send.
func (c *Campaign) enough(all []burst, inside int64) error {
	var others []string
	for _, b := range all[:min(len(all), shown)] {
		others = append(others, b.words())
	}
	switch {
	case len(c.events) == 0:
		return &EvidenceError{Why: "no record could be read of the exports" + c.seen()}
	case float64(inside) < leastInside*float64(inside+c.Apart):
		return &EvidenceError{Date: true, Why: fmt.Sprintf("%s of %s are of other days than the send of %s: %s",
			number(c.Apart),
			plural(inside+c.Apart, "dated record", "dated records"), c.Sent.Format(time.DateOnly),
			strings.Join(others, "; "))}
	case c.listed == 0 && len(c.others) == 0:
		return &EvidenceError{Why: "the exports say nothing of anybody on the list that was sent" + c.seen()}
	}
	return nil
}

// seen repeats what was read of each export.
func (c *Campaign) seen() string {
	if len(c.Notes) == 0 {
		return ""
	}
	return " (" + strings.Join(c.Notes, "; ") + ")"
}
