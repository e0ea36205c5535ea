package contacts

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"slices"
	"strings"

	"github.com/emersion/go-vcard"
)

// Cards (RFC 6350, and its forebears 2.1 and 3.0) become a table: a row for each, a column for each property.
// A second address has a column of its own.

const (
	longestCard     = 1 << 20 // octets of one card that are read
	longestProperty = 1 << 16 // and of one line of it
	mostFields      = 300     // columns
	cardBegins      = "BEGIN:VCARD"
)

// isCards reports whether a head is that of cards.
func isCards(head []byte) bool {
	f := foreign{magic: cardBegins, text: true}
	return f.fits(head)
}

// bulky are properties that hold files.
var bulky = []string{"PHOTO", "LOGO", "SOUND", "KEY"}

// cardTitles are the columns of properties that people know under another name.
var cardTitles = map[string]string{"FN": "Name", "N": "Name parts", "EMAIL": "E-mail", "TEL": "Phone",
	"ORG": "Company", "TITLE": "Job title",
	"ADR": "Postal address", "URL": "Website", "NOTE": "Note", "CATEGORIES": "Categories", "REV": "Revised",
	"BDAY": "Birthday"}

// cardReader reads one card after the other.
type cardReader struct {
	lines *bufio.Reader
	ahead []byte // the line that begins the next card, if it was read already
	cut   int    // cards that are too long, of which the rest was left out
	stray int    // lines that belong to no card
}

// line is the next physical line, without its end; of a long one its beginning.
func (r *cardReader) line() ([]byte, error) {
	var line []byte
	for {
		part, more, err := r.lines.ReadLine()
		line = append(line, part[:min(len(part), longestProperty-len(line))]...)
		if err != nil || !more {
			return line, err
		}
	}
}

// next is the next card, or io.EOF.
func (r *cardReader) next() (vcard.Card, error) {
	text, err := r.text()
	if err != nil {
		return nil, err
	}
	card, err := vcard.NewDecoder(bytes.NewReader(text)).Decode()
	if err != nil && card == nil {
		return nil, fmt.Errorf("cannot read a card: %w", err)
	}
	return card, nil
}

// text is the next card as the decoder takes it: unfolded, without what holds files, its parameters named.
func (r *cardReader) text() ([]byte, error) {
	if err := r.begin(); err != nil {
		return nil, err
	}
	text, whole := []byte(cardBegins+"\n"), []byte(nil)
	flush := func() {
		if len(text)+len(whole) > longestCard {
			r.cut += btoi(len(whole) > 0)
		} else {
			text = append(text, property(whole)...)
		}
		whole = whole[:0]
	}
	for {
		line, err := r.line()
		upper := bytes.ToUpper(bytes.TrimSpace(line[:min(len(line), 2*len(cardBegins))]))
		switch {
		case err == io.EOF || bytes.Equal(upper, []byte("END:VCARD")) || bytes.Equal(upper, []byte(cardBegins)):
			if err == nil && upper[0] == 'B' {
				r.ahead = []byte(cardBegins)
			}
			flush()
			return append(text, "END:VCARD\n"...), nil
		case err != nil:
			return nil, err
		case len(line) > 0 && (line[0] == ' ' || line[0] == '\t'):
			whole = append(whole, line[1:min(len(line), max(1, longestProperty-len(whole)))]...)
		case softBreak(whole):
			whole = append(whole[:len(whole)-1], line[:min(len(line), max(0, longestProperty-len(whole)))]...)
		default:
			flush()
			whole = append(whole, line...)
		}
	}
}

// begin passes over what stands before the next card.
func (r *cardReader) begin() error {
	for r.ahead == nil {
		line, err := r.line()
		if err != nil {
			return err
		}
		line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff")))
		if bytes.EqualFold(line, []byte(cardBegins)) {
			break
		}
		r.stray += btoi(len(line) > 0)
	}
	r.ahead = nil
	return nil
}

// softBreak reports whether a quoted-printable line goes on in the next one.
func softBreak(line []byte) bool {
	return len(line) > 0 && line[len(line)-1] == '=' && bytes.Contains(bytes.ToUpper(line[:min(len(line), 200)]),
		[]byte("QUOTED-PRINTABLE"))
}

// property is a line with each parameter named, as cards of version 2.1 don't: EMAIL;INTERNET becomes
// EMAIL;TYPE=INTERNET. What holds a file is left out.
func property(line []byte) []byte {
	head, value, ok := bytes.Cut(line, []byte(":"))
	if !ok {
		return nil
	}
	parts := strings.Split(string(head), ";")
	name := parts[0][strings.LastIndexByte(parts[0], '.')+1:]
	if slices.Contains(bulky, strings.ToUpper(name)) {
		return nil
	}
	out := []byte(name)
	for _, p := range parts[1:] {
		switch upper := strings.ToUpper(p); {
		case strings.HasPrefix(upper, "ENCODING="), strings.HasPrefix(upper, "CHARSET="):
			out = append(append(out, ';'), upper...)
		case upper == "QUOTED-PRINTABLE":
			out = append(out, ";ENCODING=QUOTED-PRINTABLE"...)
		}
	}
	return append(append(append(out, ':'), value...), '\n')
}

// fields calls see for each property of a card that goes to the table, with its column, in a fixed order.
func cardFields(card vcard.Card, see func(column, value string)) {
	keys := make([]string, 0, len(card))
	for key := range card {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return strings.Compare(cardOrder(a), cardOrder(b)) })
	for _, key := range keys {
		if key == vcard.FieldVersion || key == "PRODID" {
			continue
		}
		title := key
		if known := cardTitles[key]; known != "" {
			title = known
		}
		for i, f := range card[key] {
			name := title
			if i > 0 {
				name = fmt.Sprintf("%s %d", title, i+1)
			}
			see(name, cardValue(f))
		}
	}
}

// cardOrder puts name and addresses first.
func cardOrder(key string) string {
	for i, first := range []string{"FN", "N", "EMAIL", "TEL", "ORG"} {
		if key == first {
			return string(rune('0' + i))
		}
	}
	return key
}

func cardValue(f *vcard.Field) string {
	value := f.Value
	if strings.EqualFold(f.Params.Get("ENCODING"), "QUOTED-PRINTABLE") {
		if b, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(value))); err == nil {
			value = string(b)
		}
	}
	return strings.ToValidUTF8(strings.TrimSpace(value), "\ufffd")
}

// readCards makes a table of the cards, in two passes: the first finds the columns.
func (l *List) readCards(ctx context.Context, o *Options) error {
	var columns []string
	known := map[string]int{}
	look := l.cards()
	for {
		card, err := look.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || ctx.Err() != nil {
			return errors.Join(ctx.Err(), unreadableCard(err))
		}
		cardFields(card, func(name, _ string) {
			if _, old := known[name]; !old && len(columns) < mostFields {
				known[name] = len(columns)
				columns = append(columns, name)
			}
		})
	}
	in, err := o.spool(ctx, &cardTable{cards: l.cards(), columns: columns, known: known})
	if err != nil {
		return err
	}
	if err := l.in.close(); err != nil {
		return err
	}
	l.in, l.start, l.charset = in, 0, charset{name: "UTF-8"}
	l.layout.Encoding, l.layout.BOM, l.layout.LineEnd, l.layout.Delimiter = "UTF-8", nil, "\n", ','
	l.dialect = dialect{delim: ',', limit: l.dialect.limit, sound: true}
	l.note("read as vCards; the outputs are CSV with one row per card, without pictures")
	if look.cut+look.stray > 0 {
		l.note("%d lines outside any card and %d overlong lines were skipped", look.stray, look.cut)
	}
	head, err := l.head()
	if err != nil {
		return err
	}
	return l.readColumns(head, int64(len(head)) == l.in.size, o)
}

func unreadableCard(err error) error {
	if err == nil {
		return nil
	}
	return unreadable("it is a damaged vCard file", "export the contacts again, or as CSV", err)
}

func (l *List) cards() *cardReader {
	var r io.Reader = io.NewSectionReader(l.in, l.start, l.in.size-l.start)
	if l.charset.page != nil {
		r = l.charset.page.NewDecoder().Reader(r)
	}
	return &cardReader{lines: bufio.NewReaderSize(r, 1<<16)}
}

// cardTable reads cards as rows of CSV.
type cardTable struct {
	cards   *cardReader
	columns []string
	known   map[string]int
	buf     []byte
	at      int
	headed  bool
}

func (t *cardTable) Read(b []byte) (int, error) {
	for t.at == len(t.buf) {
		t.buf, t.at = t.buf[:0], 0
		cells := t.columns
		if t.headed {
			card, err := t.cards.next()
			if err != nil {
				return 0, err
			}
			cells = make([]string, len(t.columns))
			cardFields(card, func(name, value string) {
				if i, ok := t.known[name]; ok {
					cells[i] = value
				}
			})
		}
		t.headed = true
		for i, c := range cells {
			if i > 0 {
				t.buf = append(t.buf, ',')
			}
			t.buf = appendField(t.buf, []byte(c))
		}
		t.buf = append(t.buf, '\n')
	}
	n := copy(b, t.buf[t.at:])
	t.at += n
	return n, nil
}
