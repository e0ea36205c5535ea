package xlsx

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// layouts are how dates are told, by what a number format shows.
var layouts = [...]string{dateOnly: "2006-01-02", dateTime: "2006-01-02T15:04:05.999", timeOnly: "15:04:05.999"}

// shows says what a number format makes of a number.
type shows uint8

const (
	plain shows = iota
	dateOnly
	dateTime
	timeOnly
)

const (
	lastSerial = 2958466 // the day after 9999-12-31
	leapBug    = 60      // day 60 is a 29 February 1900 that never was: days before it count from one day later
)

// epoch is day 0 of workbooks, and that of the ones that began on a Macintosh.
var (
	epoch     = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	epoch1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
)

// appendDate appends the date that a serial number stands for; not ok if it stands for none.
func appendDate(dst, serial []byte, as shows, since1904 bool) (_ []byte, ok bool) {
	n, err := strconv.ParseFloat(string(serial), 64)
	if err != nil || n < 0 || n >= lastSerial || n != n {
		return dst, false
	}
	start := epoch
	switch {
	case since1904:
		start = epoch1904
	case n < leapBug:
		start = epoch.AddDate(0, 0, 1)
	}
	day, part := math.Modf(n)
	t := start.AddDate(0, 0, int(day)).Add(time.Duration(math.Round(part*24*60*60*1000)) * time.Millisecond)
	if as == dateOnly && part != 0 {
		as = dateTime
	}
	if as == timeOnly && n >= 1 { // hours beyond a day: a duration
		return dst, false
	}
	if t.Year() > 9999 {
		return dst, false
	}
	return t.AppendFormat(dst, layouts[as]), true
}

// serialOf is the serial number of a date as Cell.Text tells it.
func serialOf(text string) (n float64, as shows, ok bool) {
	for as := dateOnly; as <= timeOnly; as++ {
		t, err := time.Parse(layouts[as], text)
		if err != nil {
			continue
		}
		if as == timeOnly {
			t = time.Date(1899, 12, 30, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
		}
		n := float64(t.Unix()-epoch.Unix())/(24*60*60) + float64(t.Nanosecond())/(24*60*60*1e9)
		if as != timeOnly && n < leapBug+1 {
			n--
		}
		return n, as, n >= 0
	}
	return 0, 0, false
}

// builtIn says what the number formats without a code show (ISO/IEC 29500-1 §18.8.30).
func builtIn(id int) shows {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return dateOnly
	case id == 22:
		return dateTime
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return timeOnly
	}
	return plain
}

// showsOf says what a number format's code shows: y and d stand for dates, h and s for times, m for both.
func showsOf(code []byte) shows {
	code, _, _ = bytes.Cut(literal(code), []byte(";")) // the part for positive numbers
	code = bytes.ToLower(code)
	if bytes.Contains(code, []byte("general")) {
		return plain
	}
	date, clock := bytes.ContainsAny(code, "yd"), bytes.ContainsAny(code, "hs")
	switch {
	case date && clock:
		return dateTime
	case date, !clock && bytes.IndexByte(code, 'm') >= 0:
		return dateOnly
	case clock:
		return timeOnly
	}
	return plain
}

// literal takes out of a code what is shown as it stands: quoted text, escaped characters, brackets but those
// of elapsed time.
func literal(code []byte) (rest []byte) {
	for i := 0; i < len(code); i++ {
		skip := 0
		switch code[i] {
		case '"':
			skip = bytes.IndexByte(code[i+1:], '"') + 1
		case '[':
			if skip = bytes.IndexByte(code[i:], ']'); skip > 0 && bytes.ContainsAny(code[i+1:i+2], "hHmMsS") {
				rest = append(rest, code[i+1])
			}
		case '\\', '_', '*':
			skip = 1
		default:
			rest = append(rest, code[i])
		}
		i += max(skip, 0)
	}
	return rest
}
