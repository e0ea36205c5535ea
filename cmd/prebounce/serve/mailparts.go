package serve

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	gomessage "github.com/emersion/go-message"
)

// mimePart is a leaf of a mail's MIME tree, decoded.
type mimePart struct {
	id         string // its number among the leaves, from 1
	kind, name string
	contentID  string
	body       []byte
}

// Bounds of the leaves that are read; a mail that has more ends there.
const (
	mostLeaves  = 500
	deepestPart = 20
)

var errParts = errors.New("too many parts")

// partsOf reads the leaves of a mail. What can't be read is left out.
func partsOf(mail []byte) (all []mimePart) {
	entity, _ := gomessage.Read(bytes.NewReader(mail)) // an unknown charset is no reason to read nothing
	if entity == nil {
		return nil
	}
	_ = entity.Walk(func(at []int, e *gomessage.Entity, _ error) error {
		if e == nil || len(all) >= mostLeaves || len(at) > deepestPart {
			return errParts
		}
		kind, params, _ := e.Header.ContentType()
		if strings.HasPrefix(kind, "multipart/") {
			return nil
		}
		_, disposition, _ := e.Header.ContentDisposition()
		p := mimePart{id: strconv.Itoa(len(all) + 1), kind: kind, name: disposition["filename"],
			contentID: strings.Trim(e.Header.Get("Content-Id"), "<> ")}
		if p.name == "" {
			p.name = params["name"]
		}
		p.body, _ = io.ReadAll(e.Body) // what is broken off is shown as far as it goes
		all = append(all, p)
		return nil
	})
	return all
}

// attached reports whether the part is a file and not the text.
func (p *mimePart) attached() bool { return p.name != "" || !strings.HasPrefix(p.kind, "text/") }

// inline reports whether the HTML of the mail shows the part.
func (p *mimePart) inline() bool { return p.contentID != "" }

// textOf is the text of a mail, of a kind such as text/html.
func textOf(parts []mimePart, kind string) string {
	var b strings.Builder
	for i := range parts {
		if parts[i].kind == kind && !parts[i].attached() {
			b.Write(parts[i].body)
		}
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

const longestSnippet = 250

// snippetOf is the beginning of a mail's text, in one line.
func snippetOf(parts []mimePart) string {
	text := []rune(strings.Join(strings.Fields(textOf(parts, "text/plain")), " "))
	return string(text[:min(len(text), longestSnippet)])
}
