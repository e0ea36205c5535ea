package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // so that texts in other charsets can be read
)

// part is a leaf of the MIME tree.
type part struct {
	kind     string // its media type
	filename string // of an attachment
	attached bool
	size     int    // decoded
	text     string // decoded, of a text part that is not attached; at most mostPartText octets of it
}

// Bounds of a message's structure.
const (
	mostParts    = 500
	mostDepth    = 20
	mostPartText = 1 << 20
)

// readParts reads the MIME structure (RFC 2045, RFC 2046) of what follows the header.
func (l *letter) readParts(body io.Reader) {
	if l.broken != nil {
		l.wrong(l.broken)
		return
	}
	entity, err := gomessage.New(gomessage.Header{Header: l.header}, body)
	l.wrong(err)
	entity.Walk(func(at []int, e *gomessage.Entity, err error) error {
		l.wrong(err)
		if e == nil || len(l.parts) >= mostParts || len(at) > mostDepth || len(l.odd) > mostRecords {
			return errTooMuch
		}
		if kind, _, _ := e.Header.ContentType(); !strings.HasPrefix(kind, "multipart/") {
			l.leaf(e, kind)
		}
		return nil
	})
}

var errTooMuch = errors.New("too much")

func (l *letter) wrong(err error) {
	if err != nil && len(l.odd) <= mostRecords {
		l.odd = append(l.odd, cut(err.Error()))
	}
}

func (l *letter) leaf(e *gomessage.Entity, kind string) {
	disposition, params, _ := e.Header.ContentDisposition()
	_, typeParams, _ := e.Header.ContentType()
	p := part{kind: kind, filename: params["filename"], attached: disposition == "attachment"}
	if p.filename == "" {
		p.filename = typeParams["name"]
	}
	start, err := io.ReadAll(io.LimitReader(e.Body, mostPartText))
	l.wrong(err)
	if strings.HasPrefix(kind, "text/") && !p.attached {
		p.text = string(start)
	}
	rest, err := io.Copy(io.Discard, e.Body)
	l.wrong(err)
	p.size = len(start) + int(rest)
	l.parts = append(l.parts, p)
}

// dangerous are the endings of names that most hosts refuse.
var dangerous = []string{
	".exe", ".scr", ".bat", ".cmd", ".com", ".pif", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".msi", ".jar", ".ps1",
	".hta", ".lnk", ".iso", ".img",
}

// structure looks at the MIME tree.
func structure(_ context.Context, x *exam, _ subject) Finding {
	var faults []fault
	for _, odd := range x.letter.odd {
		faults = append(faults, fault{Warn, "a part can't be read: " + odd})
	}
	html, plain := false, false
	var tree []string
	for _, p := range x.letter.parts {
		html = html || (p.kind == "text/html" && !p.attached)
		plain = plain || (p.kind == "text/plain" && !p.attached)
		if slices.Contains(dangerous, strings.ToLower(path.Ext(p.filename))) {
			faults = append(faults, fault{Warn, fmt.Sprintf("most mail servers refuse this attachment: %q",
				cut(p.filename))})
		}
		if len(tree) < mostRecords {
			tree = append(
				tree, strings.TrimSpace(fmt.Sprintf("%s, %d octets %s", cut(p.kind), p.size, cut(p.filename))),
			)
		}
	}
	if html && !plain {
		faults = append(faults, fault{Warn, "it has HTML and no plain text beside it (multipart/alternative)"})
	}
	f := summary(
		Finding{About: "MIME", Says: "its parts can be read"}, faults,
		"fix the software that writes the message, or leave the attachment out",
	)
	f.Evidence = append(f.Evidence, tree...)
	return f
}

// limits are sizes beyond which hosts refuse a message.
const (
	commonLimit = 10240000 // Postfix, if nobody changes message_size_limit
	largeLimit  = 25 << 20 // Gmail, Yahoo and Outlook.com for most of their users; general knowledge, 2026-11-22
)

func size(_ context.Context, x *exam, _ subject) Finding {
	n := len(x.letter.Text)
	f := Finding{
		About: "size", Says: fmt.Sprintf("it has %d octets", n),
		Evidence: []string{fmt.Sprintf("%d octets, base64 and all", n)},
	}
	if n > commonLimit {
		f.Result, f.Says = Warn, fmt.Sprintf(
			"it has %d octets: many hosts take no more than %d, big ones %d", n, commonLimit, largeLimit,
		)
		f.Next = "link to files instead of attaching them"
	}
	return f
}

// shorteners hide where a link leads, so that filters distrust them. General knowledge, 2026-11-22.
var shorteners = []string{
	"bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "tiny.cc", "rb.gy",
	"t.ly", "bl.ink", "shorturl.at", "v.gd", "lnkd.in", "s.id", "soo.gd", "short.io",
}

// Limits beyond which filters are known to object. No provider publishes its own, so these are our choice.
const (
	manyOctets = 5 << 20    // attached
	clipped    = 102 * 1024 // of HTML: Gmail shows no more
	fewLetters = 8          // of a subject that may be in capitals
)

// content gives hints, never a score.
func content(_ context.Context, x *exam, _ subject) Finding {
	l := x.letter
	faults := append(l.linkFaults(), x.contentHints()...)
	decoded, err := new(mime.WordDecoder).DecodeHeader(l.header.Get("Subject"))
	if err == nil && shouts(decoded) {
		faults = append(faults, fault{Warn, fmt.Sprintf("the subject is all in capitals: %q", cut(decoded))})
	}
	for _, p := range l.parts {
		if p.attached && p.size > manyOctets {
			faults = append(
				faults, fault{Warn, fmt.Sprintf("an attachment has %d octets: %q", p.size, cut(p.filename))},
			)
		}
		if p.kind == "text/html" && p.size > clipped {
			faults = append(
				faults, fault{Warn, fmt.Sprintf("the HTML has %d octets: Gmail shows the first %d", p.size, clipped)},
			)
		}
	}
	f := Finding{About: "content", Says: "it contains nothing that filters are known to dislike"}
	return summary(f, faults, "this is only a hint: change it if you can")
}

func (l *letter) linkFaults() (all []fault) {
	var seen []string
	for _, p := range l.parts {
		for host := range linkedHosts(p.text) {
			if slices.Contains(shorteners, host) && !slices.Contains(seen, host) {
				seen = append(seen, host)
				all = append(all, fault{Warn, "a link goes through a shortener: " + host})
			}
		}
	}
	return all
}

// mostLinks bounds how many links of a part are looked at.
const mostLinks = 1000

// linkedHosts are the hosts of the web addresses in a text, in lower case and without "www.".
func linkedHosts(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for range mostLinks {
			before, rest, found := strings.Cut(text, "://")
			if !found {
				return
			}
			text = rest
			scheme := strings.ToLower(before[max(0, len(before)-len("https")):])
			end := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && r != '-' && !isAlphanumeric(r) })
			if end < 0 {
				end = len(rest)
			}
			web := strings.HasSuffix(scheme, "http") || scheme == "https"
			if web && end > 0 && !yield(strings.TrimPrefix(strings.ToLower(rest[:end]), "www.")) {
				return
			}
		}
	}
}

func isAlphanumeric(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// shouts reports whether a subject of several letters has no small one.
func shouts(subject string) bool {
	capitals := 0
	for _, r := range subject {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			capitals++
		}
	}
	return capitals >= fewLetters
}
