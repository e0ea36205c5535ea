package reply

import (
	"bytes"
	"encoding/base64"
	"html"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/textproto"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// letter is a mail, or a part of one, as far as it can be read. Bounce mails are written by programs of every
// age: what a strict reader refuses is taken as it comes.
type letter struct {
	header textproto.MIMEHeader
	body   string // without its transfer encoding; lines end in "\n"
	parts  []letter
}

const (
	maxDepth = 6  // of parts within parts
	maxParts = 50 // of one part
)

// readLetter takes a mail apart.
func readLetter(text []byte) letter { return parseLetter(unixLines(text), 0) }

// unixLines ends each line in "\n", also those of old Macs.
func unixLines(text []byte) string {
	s := strings.ReplaceAll(string(text), "\r\n", "\n")
	return strings.ReplaceAll(s, "\r", "\n")
}

func parseLetter(text string, depth int) letter {
	header, body := cutHeader(text)
	l := letter{header: header}
	kind, params := l.contentType()
	switch {
	case strings.HasPrefix(kind, "multipart/") && depth < maxDepth:
		l.parts = partsOf(body, params["boundary"], depth)
	case strings.HasPrefix(kind, "message/") && kind != "message/delivery-status" &&
		kind != "message/global-delivery-status" && depth < maxDepth:
		l.parts = []letter{parseLetter(l.decoded(body), depth+1)}
	}
	if l.parts == nil {
		l.body = l.decoded(body)
	}
	return l
}

// cutHeader reads the fields of a mail or of a part. Lines that are none are passed over, as an mbox's first
// line is; a text without any field is all body.
func cutHeader(text string) (textproto.MIMEHeader, string) {
	h := textproto.MIMEHeader{}
	last, rest := "", strings.TrimLeft(text, "\n")
	for rest != "" {
		line, after, _ := strings.Cut(rest, "\n")
		if strings.TrimSpace(line) == "" {
			return h, after
		}
		name, value, ok := strings.Cut(line, ":")
		switch {
		case (line[0] == ' ' || line[0] == '\t') && last != "":
			values := h[last]
			values[len(values)-1] += " " + strings.TrimSpace(line)
		case ok && isFieldName(name):
			last = textproto.CanonicalMIMEHeaderKey(name)
			h[last] = append(h[last], strings.TrimSpace(value))
		case len(h) == 0 && !strings.HasPrefix(line, "From ") && !strings.HasPrefix(line, ">From "):
			return h, rest
		default:
			last = ""
		}
		rest = after
	}
	return h, ""
}

func isFieldName(name string) bool {
	if name == "" || len(name) > 70 {
		return false
	}
	for i := range len(name) {
		if !isAlnum(name[i]) && name[i] != '-' && name[i] != '_' {
			return false
		}
	}
	return true
}

var looseBoundary = lazily(`(?i)boundary\s*=\s*"?([^";\s]+)`)

// contentType is the kind of a part, in lower case, and its parameters; text/plain where it doesn't say.
func (l *letter) contentType() (kind string, params map[string]string) {
	field := l.header.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(field)
	if kind == "" {
		kind, _, _ = strings.Cut(field, ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	if m := looseBoundary().FindStringSubmatch(field); (err != nil || params["boundary"] == "") && m != nil {
		params = map[string]string{"boundary": m[1]}
	}
	if kind == "" {
		kind = "text/plain"
	}
	return kind, params
}

// partsOf cuts a body at the lines that part it; what stands before the first and behind the last of them is
// for readers without MIME.
func partsOf(body, boundary string, depth int) (all []letter) {
	if boundary == "" {
		return nil
	}
	mark := "--" + boundary
	start := -1
	for at := 0; at < len(body) && len(all) < maxParts; {
		end := at + strings.IndexByte(body[at:], '\n')
		if end < at {
			end = len(body)
		}
		line := strings.TrimRight(body[at:end], " \t")
		if line == mark || line == mark+"--" {
			if start >= 0 {
				all = append(all, parseLetter(body[start:at], depth+1))
			}
			start = min(end+1, len(body))
			if line != mark {
				return all
			}
		}
		at = end + 1
	}
	if start >= 0 && start < len(body) && len(all) < maxParts {
		all = append(all, parseLetter(body[start:], depth+1)) // it breaks off
	}
	return all
}

// decoded undoes the transfer encoding and the charset of a part. What breaks off is worth what came.
func (l *letter) decoded(body string) string {
	var r io.Reader = strings.NewReader(body)
	switch strings.ToLower(strings.TrimSpace(l.header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, newlinesOut{r})
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	default:
		return l.utf8(body)
	}
	text, _ := io.ReadAll(io.LimitReader(r, maxMail))
	return l.utf8(unixLines(text))
}

// newlinesOut leaves the blanks out of base64, which some programs indent.
type newlinesOut struct{ r io.Reader }

func (n newlinesOut) Read(p []byte) (int, error) {
	for {
		got, err := n.r.Read(p)
		kept := bytes.Map(func(r rune) rune {
			if r == ' ' || r == '\t' || r == '\n' {
				return -1
			}
			return r
		}, p[:got])
		if copy(p, kept); len(kept) > 0 || err != nil {
			return len(kept), err
		}
	}
}

func (l *letter) utf8(text string) string {
	_, params := l.contentType()
	name := strings.ToLower(params["charset"])
	if name == "" || name == "us-ascii" || name == "utf-8" {
		return toUTF8(text)
	}
	if e, err := htmlindex.Get(name); err == nil {
		if out, err := e.NewDecoder().String(text); err == nil {
			return out
		}
	}
	return toUTF8(text)
}

// each calls use for the letter and its parts, outermost first, until it says to stop.
func (l *letter) each(use func(*letter) bool) bool {
	if !use(l) {
		return false
	}
	for i := range l.parts {
		if !l.parts[i].each(use) {
			return false
		}
	}
	return true
}

// text is the first part that is for people: plain, else HTML without its marks. What a mail gives back is
// not among them.
func (l *letter) text() string {
	plain, page := l.words()
	if strings.TrimSpace(plain) == "" {
		return page
	}
	return plain
}

func (l *letter) words() (plain, page string) {
	for i := range l.parts {
		p := &l.parts[i]
		if kind, _ := p.contentType(); strings.HasPrefix(kind, "message/") {
			continue
		}
		text, html := p.words()
		if page == "" {
			page = html
		}
		if plain = text; strings.TrimSpace(plain) != "" {
			return plain, page
		}
	}
	switch kind, _ := l.contentType(); {
	case l.parts != nil:
	case strings.HasPrefix(kind, "text/html"):
		page = plainOf(l.body)
	// or nothing parts it
	case strings.HasPrefix(kind, "text/") && kind != "text/rfc822-headers", strings.HasPrefix(kind, "multipart/"):
		plain = l.body
	}
	return plain, page
}

var (
	unseenHTML = lazily(`(?is)<(?:script|style|head)\b.*?</(?:script|style|head)>|<!--.*?-->`)
	breakHTML  = lazily(`(?i)<(?:br|/?p|/?div|/?tr|/?li|/?h\d|/?table)\b[^>]*>`)
	markHTML   = lazily(`</?[a-zA-Z!][a-zA-Z0-9]*(?:\s[^<>]*)?/?>`)
)

// plainOf takes the marks out of HTML.
func plainOf(page string) string {
	page = unseenHTML().ReplaceAllString(page, " ")
	page = breakHTML().ReplaceAllString(page, "\n")
	return strings.ReplaceAll(html.UnescapeString(markHTML().ReplaceAllString(page, " ")), "\u00a0", " ")
}
