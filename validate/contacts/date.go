package contacts

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Dates is how a column writes ambiguous numeric dates, such as 5/1/2024.
type Dates uint8

const (
	MonthFirst Dates = iota // 1 May
	DayFirst                // 5 January
)

var datesNames = [...]string{"the month first", "the day first"}

func (d Dates) String() string {
	if int(d) >= len(datesNames) {
		return fmt.Sprintf("dates(%d)", uint8(d))
	}
	return datesNames[d]
}

// Day parses a date as exports write it and returns the number of days since 1 January 1970. It accepts ISO 8601 and
// other forms that begin with the year, numbers in the order of d (or in the other order if only that is possible),
// month names in many languages, spreadsheet serial numbers, and Unix time in seconds, milliseconds or microseconds.
// It ignores a time of day. It rejects years before 1990: no list is that old, and databases write such dates for
// missing values. It does not allocate.
func (d Dates) Day(cell []byte) (day int32, ok bool) {
	if day, ok = isoDay(cell); ok {
		return day, true
	}
	w, ok := readDate(cell)
	if !ok {
		return 0, false
	}
	return w.in(d)
}

const firstYear, lastYear = 1990, 2099

// monthStarts are the first days of all months from January 1990 to January 2100.
var monthStarts = func() (starts [12*(lastYear-firstYear+1) + 1]int32) {
	for i := range starts {
		starts[i] = int32(time.Date(firstYear, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
	}
	return starts
}()

// civil is the day of a date, if there is such.
func civil(year, month, day int) (int32, bool) {
	if year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1 {
		return 0, false
	}
	i := (year-firstYear)*12 + month - 1
	d := monthStarts[i] + int32(day) - 1
	return d, d < monthStarts[i+1]
}

// isoDay reads what begins as 2024-05-01 does: by far the most do. It looks at eight bytes in one: with their
// pattern taken away only digits are left, which stay below sixteen when six is added.
func isoDay(b []byte) (day int32, ok bool) {
	const pattern, dashes, sixes, high = 0x2D30302D30303030, 0xFF0000FF00000000, 0x0006060006060606, 0xF0F0F0F0F0F0F0F0
	if len(b) < 10 || (len(b) > 10 && isDigit(b[10])) {
		return 0, false
	}
	w := binary.LittleEndian.Uint64(b) ^ pattern
	tens, ones := b[8]-'0', b[9]-'0'
	if w&dashes != 0 || ((w+sixes)|w)&high != 0 || tens > 9 || ones > 9 {
		return 0, false
	}
	digit := func(i int) int { return int(w >> (8 * i) & 0xF) }
	return civil(digit(0)*1000+digit(1)*100+digit(2)*10+digit(3), digit(5)*10+digit(6), int(tens)*10+int(ones))
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// writtenDate is a date as it stands in a cell.
type writtenDate struct {
	year, month, day int
	open             bool  // month and day may be the other way round
	days             int32 // for a number that counts by itself, which has no year
}

// only reports whether the date can be read in one order only, and in which.
func (w *writtenDate) only() (d Dates, known bool) {
	switch {
	case !w.open:
		return 0, false
	case w.month > 12 && w.day <= 12:
		return DayFirst, true
	case w.day > 12 && w.month <= 12:
		return MonthFirst, true
	}
	return 0, false
}

func (w *writtenDate) in(d Dates) (int32, bool) {
	if w.year == 0 {
		return w.days, w.days >= monthStarts[0] && w.days < monthStarts[len(monthStarts)-1]
	}
	month, day := w.month, w.day
	if only, known := w.only(); known {
		d = only
	}
	if w.open && d == DayFirst {
		month, day = day, month
	}
	return civil(w.year, month, day)
}

// readDate takes a cell apart.
func readDate(cell []byte) (w writtenDate, ok bool) {
	cell = bytes.Trim(cell, " \t'\"")
	if len(cell) < 5 || len(cell) > 80 {
		return w, false
	}
	if len(cell) > 8 && cell[8] == 'T' { // 20240501T101112Z
		cell = cell[:8]
	}
	if whole, isNumber := wholeNumber(cell); isNumber {
		return countedDate(whole)
	}
	var parts dateParts
	return parts.read(cell)
}

// wholeNumber is the part of a number before its fraction, if the cell is one.
func wholeNumber(cell []byte) (whole []byte, ok bool) {
	end := len(cell)
	for i, c := range cell {
		switch {
		case isDigit(c):
		case (c == '.' || c == ',') && i >= 5 && end == len(cell):
			end = i
		default:
			return nil, false
		}
	}
	return cell[:end], true
}

// countedDate reads a number by how many digits it has.
func countedDate(b []byte) (w writtenDate, ok bool) {
	switch n := number[int64](b); len(b) {
	case 5: // days since the end of 1899, as spreadsheets count
		w.days = int32(n - 25569)
	case 8, 12, 14: // 20240501, perhaps with a time
		w.year, w.month, w.day = number[int](b[:4]), number[int](b[4:6]), number[int](b[6:8])
		return w, w.year > 0
	case 10:
		w.days = int32(n / (24 * 60 * 60))
	case 13:
		w.days = int32(n / (24 * 60 * 60 * 1000))
	case 16:
		w.days = int32(n / (24 * 60 * 60 * 1000 * 1000))
	default:
		return w, false
	}
	return w, true
}

func number[N int | int64](digits []byte) (n N) {
	for _, c := range digits {
		n = n*10 + N(c-'0')
	}
	return n
}

// dateParts are the first numbers of a cell and the month that a word names.
type dateParts struct {
	numbers [3]int
	digits  [3]int
	have    int
	month   int
	at      int // how many numbers stand before the month
}

// read goes through the cell until a date is whole.
func (p *dateParts) read(cell []byte) (w writtenDate, ok bool) {
	for i := 0; i < len(cell) && p.have+min(p.month, 1) < 3; {
		start := i
		switch c := cell[i]; {
		case isDigit(c):
			for i < len(cell) && isDigit(cell[i]) {
				i++
			}
			if i < len(cell) && cell[i] == ':' {
				i = timeEnd(cell, i)
				continue
			}
			p.numbers[p.have], p.digits[p.have] = number[int](cell[start:min(i, start+4)]), i-start
			p.have++
		case isLetter(c):
			for i < len(cell) && isLetter(cell[i]) {
				i++
			}
			if m := monthNamed(cell[start:i]); m > 0 { // "mar. 5 nov.": the last one, as weekdays come first
				p.month, p.at = m, p.have
			}
		default:
			i++
		}
	}
	return p.date()
}

// timeEnd is where a time of day ends that is before the date, as in "Wed May  1 10:11:12 2024".
func timeEnd(cell []byte, i int) int {
	for i < len(cell) && (isDigit(cell[i]) || cell[i] == ':') {
		i++
	}
	return i
}

// isLetter takes all that is beyond ASCII for letters too.
func isLetter(c byte) bool { return (c|0x20 >= 'a' && c|0x20 <= 'z') || c >= 0x80 }

// date puts the parts in order.
func (p *dateParts) date() (w writtenDate, ok bool) {
	n, year := p.numbers, 2
	if p.digits[0] == 4 {
		year = 0
	}
	switch {
	case p.month == 0 && p.have == 3 && year == 0:
		w = writtenDate{year: n[0], month: n[1], day: n[2]}
	case p.month == 0 && p.have == 3:
		w = writtenDate{month: n[0], day: n[1], open: true}
	case p.month > 0 && p.have == 2 && year == 0:
		w = writtenDate{year: n[0], month: p.month, day: n[1]}
	case p.month > 0 && p.have == 2:
		w, year = writtenDate{month: p.month, day: n[0]}, 1
	default:
		return w, false
	}
	w.year = n[year]
	if p.digits[year] == 2 {
		w.year += 2000
	}
	for i, digits := range p.digits[:p.have] {
		if i != year && digits > 2 {
			return w, false
		}
	}
	return w, p.digits[year] == 2 || p.digits[year] == 4
}

// monthNamed is the month that a word names, or 0.
func monthNamed(word []byte) int {
	var lower [24]byte
	if len(word) > len(lower) {
		return 0
	}
	for i, c := range word {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	return months[string(lower[:len(word)])]
}

// months are the names of months, long and short, in the languages of contact lists. A line is a month.
var months = func() map[string]int {
	names := map[string]int{}
	for i, line := range strings.Split(strings.TrimSpace(monthWords), "\n") {
		for _, w := range strings.Fields(line) {
			names[w] = i + 1
		}
	}
	return names
}()

const monthWords = `
january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari styczeń stycznia sty ledna leden ocak oca январь января янв ianuarie január tammikuuta tammikuu січень січня
february feb februar februari février févr fév febrero febbraio fevereiro fev luty lutego lut února únor şubat şub февраль февраля фев februarie február febr helmikuuta helmikuu лютий лютого
march mar märz mär maerz mars marzo março maart mrt marts marzec marca března březen mart март марта мар martie március márc maaliskuuta maaliskuu березень березня
april apr avril avr abril abr aprile kwiecień kwietnia kwi dubna duben nisan nis апрель апреля апр aprilie április ápr huhtikuuta huhtikuu квітень квітня
may mai mayo maggio mag maio mei maj květen května mayıs май мая május máj toukokuuta toukokuu травень травня
june jun juni juin junio giugno giu junho czerwiec czerwca cze červen června haziran haz июнь июня июн iunie június jún kesäkuuta kesäkuu червень червня
july jul juli juillet juil julio luglio lug julho lipiec lipca lip červenec července temmuz tem июль июля июл iulie július júl heinäkuuta heinäkuu липень липня
august aug août aout agosto ago augustus augusti sierpień sierpnia sie srpen srpna ağustos ağu август августа авг augusztus elokuuta elokuu серпень серпня
september sep sept septembre septiembre settembre set setembro wrzesień września wrz září eylül eyl сентябрь сентября сен сент septembrie szeptember szept syyskuuta syyskuu вересень вересня
october oct oktober okt octobre octubre ottobre ott outubro out październik października paź říjen října ekim eki октябрь октября окт octombrie október lokakuuta lokakuu жовтень жовтня
november nov novembre noviembre novembro listopad listopada lis listopadu kasım kas ноябрь ноября ноя нояб noiembrie marraskuuta marraskuu листопад листопада
december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des grudzień grudnia gru prosinec prosince aralık ara декабрь декабря дек decembrie joulukuuta joulukuu грудень грудня
`
