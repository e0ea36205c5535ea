package xlsx

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// scanner takes XML apart: elements, their attributes and text, without name spaces. It knows what workbooks
// are made of and refuses the rest, document types above all. Encoding is UTF-8.
type scanner struct {
	r     *bufio.Reader
	depth int
	tag   []byte // what stands between < and >
	label string // the element's name without its prefix
	text  []byte
	end   bool // the element is empty: its end comes next
}

type token uint8

const (
	startTag token = iota
	endTag
	text
)

const longestToken = 4 << 20 // a cell of 32,767 characters has 200,000 octets at most

var (
	errMarkup = errors.New("its XML is not well-formed")
	errLong   = errors.New("its XML has a part that is too long")
	errDepth  = errors.New("its XML is nested too deeply")
	errType   = errors.New("its XML declares a document type, which no workbook does")
)

const deepest = 64

func newScanner(r io.Reader) *scanner { return &scanner{r: bufio.NewReaderSize(r, 1<<16)} }

// next returns the following token, or io.EOF where the document ends whole. Text and names are good until
// the call after.
func (s *scanner) next() (token, error) {
	if s.end {
		s.end = false
		return s.closed()
	}
	for {
		c, err := s.r.ReadByte()
		switch {
		case err == io.EOF && s.depth > 0:
			return 0, io.ErrUnexpectedEOF
		case err != nil:
			return 0, err
		case c != '<':
			s.r.UnreadByte()
			return text, s.readText()
		}
		t, skip, err := s.markup()
		if !skip || err != nil {
			return t, err
		}
	}
}

// readText reads up to the following tag.
func (s *scanner) readText() (err error) {
	if s.text, err = s.until(s.text[:0], '<'); err != nil && err != io.EOF {
		return err
	}
	if err == nil {
		s.text = s.text[:len(s.text)-1]
		s.r.UnreadByte()
	}
	if bytes.IndexByte(s.text, '&') >= 0 {
		s.text = unescape(s.text)
	}
	return nil
}

// until appends what comes up to and with c.
func (s *scanner) until(dst []byte, c byte) ([]byte, error) {
	for {
		b, err := s.r.ReadSlice(c)
		if len(dst)+len(b) > longestToken {
			return dst, errLong
		}
		dst = append(dst, b...)
		if err != bufio.ErrBufferFull {
			return dst, err
		}
	}
}

// markup reads what begins with <. Comments and instructions are to be skipped.
func (s *scanner) markup() (t token, skip bool, err error) {
	if s.tag, err = s.until(s.tag[:0], '>'); err != nil {
		return 0, false, cut(err)
	}
	switch s.tag[0] {
	case '?':
		return 0, true, s.goOn("?>")
	case '!':
		return s.declared()
	case '/':
		s.label = nameOf(s.tag[1:])
		t, err = s.closed()
		return t, false, err
	}
	for open := quoting(0, s.tag); open != 0; { // a > inside an attribute
		had := len(s.tag)
		if s.tag, err = s.until(s.tag, '>'); err != nil {
			return 0, false, cut(err)
		}
		open = quoting(open, s.tag[had:])
	}
	s.tag = s.tag[:len(s.tag)-1]
	if n := len(s.tag) - 1; n >= 0 && s.tag[n] == '/' {
		s.tag, s.end = s.tag[:n], true
	}
	s.label = nameOf(s.tag)
	if s.depth++; s.depth > deepest {
		return 0, false, errDepth
	}
	if len(s.tag) == 0 {
		return 0, false, errMarkup
	}
	return startTag, false, nil
}

// declared reads a comment, which is skipped, or a section of text.
func (s *scanner) declared() (t token, skip bool, err error) {
	const section = "![CDATA["
	switch {
	case bytes.HasPrefix(s.tag, []byte("!--")):
		return 0, true, s.goOn("-->")
	case bytes.HasPrefix(s.tag, []byte(section)):
		err = s.goOn("]]>")
		s.text = append(s.text[:0], bytes.TrimSuffix(s.tag[len(section):], []byte("]]>"))...)
		return text, false, err
	}
	return 0, false, errType
}

// goOn reads on until the tag ends as it must.
func (s *scanner) goOn(end string) (err error) {
	for !bytes.HasSuffix(s.tag, []byte(end)) {
		if s.tag, err = s.until(s.tag, '>'); err != nil {
			return cut(err)
		}
	}
	return nil
}

func (s *scanner) closed() (token, error) {
	if s.depth--; s.depth < 0 {
		return 0, errMarkup
	}
	return endTag, nil
}

// cut is the error of a document that ends within a tag.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// quoting returns the quote that is open behind b, if open was before it.
func quoting(open byte, b []byte) byte {
	for _, c := range b {
		switch {
		case open == 0 && (c == '"' || c == '\''):
			open = c
		case c == open:
			open = 0
		}
	}
	return open
}

// name is the name of the element that begins or ends, without its prefix.
func (s *scanner) name() string { return s.label }

// nameOf is the name at the front of a tag.
func nameOf(tag []byte) string {
	for i, c := range tag {
		if c <= ' ' || c == '>' || c == '/' {
			tag = tag[:i]
			break
		}
	}
	return local(tag)
}

// local is a name without its prefix. Names that every row has are not allocated again.
func local(name []byte) string {
	name = name[bytes.IndexByte(name, ':')+1:]
	switch string(name) {
	case "c":
		return "c"
	case "v":
		return "v"
	case "t":
		return "t"
	case "is":
		return "is"
	case "row":
		return "row"
	case "si":
		return "si"
	}
	return string(name)
}

// attribute returns the value of an attribute, whatever its prefix, or nil.
func (s *scanner) attribute(want string) []byte {
	rest := s.tag
	for {
		i := bytes.IndexByte(rest, '=')
		if i < 0 {
			return nil
		}
		name := bytes.TrimSpace(rest[:i])
		name = name[bytes.LastIndexAny(name, " \t\r\n:")+1:]
		rest = bytes.TrimLeft(rest[i+1:], " \t\r\n")
		if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
			return nil
		}
		end := bytes.IndexByte(rest[1:], rest[0]) + 1
		if end == 0 {
			return nil
		}
		if string(name) == want {
			return unescape(bytes.Clone(rest[1:end]))
		}
		rest = rest[end+1:]
	}
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// unescape replaces references; those it doesn't know stay as they are. It writes to b.
func unescape(b []byte) []byte {
	out := b[:0]
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return append(out, b...)
		}
		out, b = append(out, b[:i]...), b[i:]
		end := bytes.IndexByte(b[:min(len(b), 12)], ';')
		r, ok := rune(0), false
		if end > 0 {
			r, ok = reference(b[1:end])
		}
		if !ok {
			out, b = append(out, '&'), b[1:]
			continue
		}
		out, b = utf8.AppendRune(out, r), b[end+1:]
	}
}

// reference is the character that a reference stands for. None is longer than the reference, in UTF-8.
func reference(name []byte) (rune, bool) {
	if len(name) > 1 && name[0] == '#' {
		digits, base := string(name[1:]), 10
		if digits[0] == 'x' {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 21)
		return rune(n), err == nil && n > 0 && n <= utf8.MaxRune
	}
	c, ok := entities[string(name)]
	if !ok {
		return 0, false
	}
	return rune(c[0]), true
}
