package contacts

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"
)

// charset is the encoding of a list. The zero value is UTF-8.
//
// Encodings that hold ASCII as it is are scanned as they stand, and only chosen cells are decoded. The wide ones are
// spooled as UTF-8.
type charset struct {
	name    string
	page    encoding.Encoding // nil: UTF-8, or wide
	wide    *wide
	lead    *[256]bool // bytes that begin a pair whose second byte may look like ASCII
	guessed bool
}

var wides = map[string]*wide{
	"UTF-16LE": {2, binary.LittleEndian}, "UTF-16BE": {2, binary.BigEndian},
	"UTF-32LE": {4, binary.LittleEndian}, "UTF-32BE": {4, binary.BigEndian},
}

// boms in the order in which they must be tried.
var boms = []struct{ bom, name string }{
	{"\xEF\xBB\xBF", "UTF-8"},
	{"\xFF\xFE\x00\x00", "UTF-32LE"}, {"\x00\x00\xFE\xFF", "UTF-32BE"},
	{"\xFF\xFE", "UTF-16LE"}, {"\xFE\xFF", "UTF-16BE"},
}

// findCharset finds the encoding of a list that begins with head, and its byte order mark. A name that was asked for
// beats everything; a mark of another encoding is then text like any other.
func findCharset(head []byte, asked string) (charset, []byte, error) {
	if asked != "" {
		c, err := namedCharset(asked)
		return c, c.bom(head), err
	}
	for _, b := range boms {
		if bytes.HasPrefix(head, []byte(b.bom)) {
			return charset{name: b.name, wide: wides[b.name]}, head[:len(b.bom)], nil
		}
	}
	if name := widthOf(head); name != "" {
		return charset{name: name, wide: wides[name], guessed: true}, nil, nil
	}
	if mostlyUTF8(head) {
		return charset{name: "UTF-8"}, nil, nil
	}
	c, err := namedCharset(guessPage(head))
	c.guessed = true
	return c, nil, err
}

// bom returns the mark of this very encoding at the front of head.
func (c *charset) bom(head []byte) []byte {
	for _, b := range boms {
		if b.name == c.name && bytes.HasPrefix(head, []byte(b.bom)) {
			return head[:len(b.bom)]
		}
	}
	return nil
}

// namedCharset knows the names of the WHATWG's Encoding Standard, UTF-32 and what chardet says.
func namedCharset(name string) (charset, error) {
	upper := strings.ToUpper(name)
	if w := wides[upper]; w != nil {
		return charset{name: upper, wide: w}, nil
	}
	page, err := htmlindex.Get(name)
	if err != nil {
		return charset{}, unreadable(fmt.Sprintf("unknown encoding %q", name),
			"use a name such as UTF-8, UTF-16LE, Windows-1252 or Shift_JIS", nil)
	}
	canonical, _ := htmlindex.Name(page)
	if canonical == "utf-8" {
		return charset{name: "UTF-8"}, nil
	}
	if w := wides[strings.ToUpper(canonical)]; w != nil {
		return charset{name: strings.ToUpper(canonical), wide: w}, nil
	}
	if !keepsASCII(page) {
		return charset{}, unreadable(fmt.Sprintf("the encoding %s is not supported", canonical),
			"convert the list: iconv -f "+canonical+" -t UTF-8", nil)
	}
	return charset{name: pageName(canonical), page: page, lead: leads[canonical]}, nil
}

// pageName spells a code page as people know it.
func pageName(canonical string) string {
	if n, ok := strings.CutPrefix(canonical, "windows-"); ok {
		return "Windows-" + n
	}
	if canonical == "shift_jis" {
		return "Shift_JIS"
	}
	return strings.ToUpper(canonical)
}

// keepsASCII reports whether each ASCII character is its own byte in the encoding.
func keepsASCII(page encoding.Encoding) bool {
	var ascii [utf8.RuneSelf]byte
	for i := range ascii {
		ascii[i] = byte(i)
	}
	out, err := page.NewDecoder().Bytes(ascii[:])
	return err == nil && bytes.Equal(out, ascii[:])
}

// leads are the first bytes of pairs, of the encodings whose second bytes reach down to 0x40.
var leads = map[string]*[256]bool{
	"shift_jis": leadRange([2]int{0x81, 0x9F}, [2]int{0xE0, 0xFC}),
	"gbk":       leadRange([2]int{0x81, 0xFE}),
	"gb18030":   leadRange([2]int{0x81, 0xFE}),
	"big5":      leadRange([2]int{0x81, 0xFE}),
	"euc-kr":    leadRange([2]int{0x81, 0xFE}),
}

func leadRange(ranges ...[2]int) *[256]bool {
	var set [256]bool
	for _, r := range ranges {
		for b := r[0]; b <= r[1]; b++ {
			set[b] = true
		}
	}
	return &set
}

// decoder turns cells of a code page into UTF-8; nil leaves them as they are. It serves one goroutine.
type decoder struct{ transform.Transformer }

func (c *charset) decoder() *decoder {
	if c.page == nil {
		return nil
	}
	return &decoder{c.page.NewDecoder()}
}

// cell returns what a field says as UTF-8, in scratch unless it stands so in the list.
func (d *decoder) cell(field, scratch []byte) (text, used []byte) {
	text, scratch = unquote(field, scratch)
	if d == nil {
		return text, scratch
	}
	return d.text(text, scratch)
}

// text returns cell as UTF-8, in scratch if it has to be decoded.
func (d *decoder) text(cell, scratch []byte) (text, used []byte) {
	if isASCII(cell) {
		return cell, scratch
	}
	from := len(scratch)
	scratch = append(scratch, make([]byte, 3*len(cell)+utf8.UTFMax)...)
	d.Reset()
	n, _, _ := d.Transform(scratch[from:], cell, true) // decoders replace what they can't read
	return scratch[from : from+n], scratch[:from+n]
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendText appends s, which is UTF-8, in the list's encoding; what it lacks becomes a question mark. For a wide list
// that is UTF-8 still, for the spool's sake.
func (c *charset) appendText(dst []byte, s string) []byte {
	if c.page == nil {
		return append(dst, s...)
	}
	for _, r := range s {
		if r < utf8.RuneSelf {
			dst = append(dst, byte(r))
			continue
		}
		out, err := c.page.NewEncoder().Bytes([]byte(string(r)))
		if err != nil {
			out = []byte{'?'}
		}
		dst = append(dst, out...)
	}
	return dst
}
