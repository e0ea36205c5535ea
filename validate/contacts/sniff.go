package contacts

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding/htmlindex"
)

// widthOf recognises UTF-16 and UTF-32 without a byte order mark by where the NUL bytes of ASCII characters stand.
func widthOf(head []byte) string {
	if bytes.IndexByte(head, 0) < 0 {
		return ""
	}
	var nul [4]int
	for i, c := range head {
		if c == 0 {
			nul[i&3]++
		}
	}
	quarter := len(head) / 4
	few := func(i int) bool { return nul[i] <= quarter/20 }
	many := func(is ...int) bool {
		for _, i := range is {
			if nul[i] < quarter/10 || nul[i] == 0 {
				return false
			}
		}
		return true
	}
	switch {
	case many(1, 2, 3) && few(0):
		return "UTF-32LE"
	case many(0, 1, 2) && few(3):
		return "UTF-32BE"
	case many(1, 3) && few(0) && few(2):
		return "UTF-16LE"
	case many(0, 2) && few(1) && few(3):
		return "UTF-16BE"
	}
	return ""
}

// mostlyUTF8 reports whether text is UTF-8, be it with a few damaged characters.
func mostlyUTF8(head []byte) bool {
	if utf8.Valid(head) {
		return true
	}
	good, bad := 0, 0
	for i := 0; i < len(head); {
		if head[i] < utf8.RuneSelf {
			i++
			continue
		}
		if !utf8.FullRune(head[i:]) {
			break // cut by the end of the sample
		}
		r, n := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	return bad*10 <= good
}

// guessPage names the code page of text that is not UTF-8: by the pairs of East Asian encodings, then by the letters of
// languages, then by a detector. The rest is taken for Western.
func guessPage(head []byte) string {
	for _, p := range pairPages {
		if p.fits(head) {
			return p.name
		}
	}
	if name := guessByLetters(head); name != "" {
		return name
	}
	if r := chardet.Detect(head); r.Confidence > 0.5 && usable(r.Encoding) {
		return r.Encoding
	}
	return western
}

const western = "windows-1252"

func usable(name string) bool {
	page, err := htmlindex.Get(name)
	return err == nil && keepsASCII(page)
}

// pairPage is an encoding with characters of two bytes. Every byte above ASCII has to belong to one, and in real text
// most of the pairs stand in the rows of the common characters.
type pairPage struct {
	name   string
	single [2]byte // bytes above ASCII that stand alone
	low    byte    // the least second byte
	common [2]byte // first bytes of the common characters
	share  int     // how many in a hundred are common
}

var pairPages = []pairPage{
	{name: "shift_jis", single: [2]byte{0xA1, 0xDF}, low: 0x40, common: [2]byte{0x81, 0x97}, share: 80},
	{name: "euc-kr", low: 0xA1, common: [2]byte{0xB0, 0xC8}, share: 95},
	{name: "euc-jp", low: 0xA1, common: [2]byte{0xA1, 0xA5}, share: 30},
	{name: "gbk", low: 0x40, common: [2]byte{0xB0, 0xD7}, share: 70},
	{name: "big5", low: 0x40, common: [2]byte{0xA1, 0xC6}, share: 85},
}

func (p *pairPage) fits(head []byte) bool {
	pairs, common, high, wrong := 0, 0, 0, 0
	for i := 0; i < len(head); i++ {
		lead := head[i]
		switch {
		case lead < 0x80 || (p.single[0] != 0 && lead >= p.single[0] && lead <= p.single[1]):
			continue
		case i+1 == len(head):
			continue
		}
		trail := head[i+1]
		if lead == 0x80 || lead == 0xFF || trail < p.low || trail == 0x7F || trail == 0xFF {
			wrong++
			continue
		}
		i++
		pairs++
		high += btoi(trail >= 0x80)
		common += btoi(lead >= p.common[0] && lead <= p.common[1])
	}
	// Letters with accents are mostly followed by ASCII; second bytes are not.
	return pairs >= 4 && wrong*50 <= pairs && common*100 >= p.share*pairs && high*4 >= pairs
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// guessByLetters finds the language whose letters cover the text above ASCII best, or nothing.
func guessByLetters(head []byte) string {
	var counts [256]int
	total, together := 0, 0
	for i, c := range head {
		if c < utf8.RuneSelf {
			continue
		}
		counts[c]++
		total++
		if i > 0 && head[i-1] >= utf8.RuneSelf {
			together++
		}
	}
	best, name := 0.8*float64(total), ""
	for _, l := range languages {
		if l.script != (2*together > total) {
			continue
		}
		if s := l.cover(&counts); s > best {
			best, name = s, l.page
		}
	}
	return name
}

// cover weighs the bytes that are this language's letters: small ones are what words are made of.
func (l *language) cover(counts *[256]int) (sum float64) {
	page, _ := htmlindex.Get(l.page)
	decode := page.NewDecoder()
	for b := utf8.RuneSelf; b < len(counts); b++ {
		if counts[b] == 0 {
			continue
		}
		text, _ := decode.Bytes([]byte{byte(b)})
		r, _ := utf8.DecodeRune(text)
		switch {
		case strings.ContainsRune(l.letters, r) || strings.ContainsRune(marks, r):
			sum += float64(counts[b])
		case strings.ContainsRune(l.letters, unicode.ToLower(r)):
			sum += 0.9 * float64(counts[b])
		}
	}
	return sum * l.weight
}

// trimSample cuts a sample at its last line end, so that no character is cut in two.
func trimSample(head []byte) []byte {
	if i := bytes.LastIndexAny(head, "\r\n"); i > 0 {
		return head[:i+1]
	}
	return head
}
