package contacts

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// A JSON document is an array of contacts, or an object around one. It is read in two passes: the first finds
// out where the contacts are, the second spools them as JSON Lines. Memory holds one contact at a time.

const (
	deepestDocument = 64   // arrays and objects in each other
	mostPlaces      = 1000 // that may hold contacts
)

// place is where contacts may be: the values of an array or of an object, by the keys on the way there.
type place struct {
	path  string
	depth int
	keyed bool // the values of an object: each has a key
	texts bool // they are texts, not objects
	whole bool // each document is a contact of its own
	with  int  // how many of them hold an address
}

// spot is an array or object on the way of a walk.
type spot struct {
	path   string
	array  bool
	within bool // it is, or stands in, such a value
	holds  bool // it holds an address
}

// document walks a JSON document.
type document struct {
	in     *bytesLeft
	dec    *json.Decoder
	limit  int
	places map[string]*place
	take   *place // nil: look for places; else hand out its values
	use    func(key string, value json.RawMessage) error
}

var errTooDeep = errors.New("its values are nested too deeply")

// bytesLeft lets a decoder have no more octets than one value may have.
type bytesLeft struct {
	r    io.Reader
	left int
}

var errLongValue = errors.New("one of its values is too long")

func (b *bytesLeft) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongValue
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func (l *List) document(take *place, use func(string, json.RawMessage) error) *document {
	return newDocument(io.NewSectionReader(l.in, l.start, l.in.size-l.start), l.dialect.limit, take, use)
}

func newDocument(r io.Reader, limit int, take *place, use func(string, json.RawMessage) error) *document {
	in := &bytesLeft{r: r}
	return &document{in: in, dec: json.NewDecoder(in), limit: limit, places: map[string]*place{}, take: take, use: use}
}

// walk goes through the whole document, or through several that follow each other.
func (d *document) walk() error {
	for {
		d.in.left = d.limit
		if !d.dec.More() {
			if _, err := d.dec.Token(); err != io.EOF {
				return err
			}
			return nil
		}
		if err := d.value(&spot{}, "", 0); err == io.EOF {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return err
		}
	}
}

// value walks one value that stands in parent under a key.
func (d *document) value(parent *spot, key string, depth int) error {
	if depth > deepestDocument {
		return errTooDeep
	}
	d.in.left = d.limit
	if d.take != nil && (depth == 0) == d.take.whole && parent.path == d.take.path && !parent.within &&
		(d.take.whole || parent.array != d.take.keyed) {
		var raw json.RawMessage
		if err := d.dec.Decode(&raw); err != nil {
			return err
		}
		return d.use(key, raw)
	}
	token, err := d.dec.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case json.Delim:
		return d.inside(parent, spot{path: parent.path, array: t == '['}, key, depth)
	case string:
		if isAddress([]byte(firstFound(t))) {
			parent.holds = true
			if parent.array && !parent.within && depth > 0 {
				d.count(parent.path, depth, false, true)
			}
		}
	}
	return nil
}

func firstFound(text string) string {
	for _, f := range Addresses(nil, []byte(text[:min(len(text), reach)])) {
		return string(f.Text)
	}
	return ""
}

// inside walks the values of an array or object.
func (d *document) inside(parent *spot, s spot, key string, depth int) error {
	if key != "" {
		s.path += "." + key
	}
	object := !s.array
	element := object && depth > 0 && (parent.array || !parent.within)
	// rows without names are no contacts
	s.within = parent.within || (element && d.take == nil) || (parent.array && s.array && d.take == nil)
	if parent.array && !s.array {
		s.path += "[]"
	}
	for d.dec.More() {
		name := ""
		if object {
			token, err := d.dec.Token()
			if err != nil {
				return err
			}
			name, _ = token.(string)
		}
		if err := d.value(&s, name, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.dec.Token(); err != nil {
		return err
	}
	switch {
	case s.holds && element:
		d.count(parent.path, depth, !parent.array, false)
	case s.holds && object && depth == 0:
		d.count("", 0, false, false)
	case s.holds:
		parent.holds = true
	}
	return nil
}

// count notes a value with an address in a place.
func (d *document) count(path string, depth int, keyed, texts bool) {
	id := fmt.Sprint(path, keyed, texts, depth == 0)
	p := d.places[id]
	if p == nil {
		if len(d.places) == mostPlaces {
			return
		}
		p = &place{path: path, depth: depth, keyed: keyed, texts: texts, whole: depth == 0}
		d.places[id] = p
	}
	p.with++
}

// best is the place with most addresses: of two the outer one, and the document as a whole last.
func (d *document) best() (best *place) {
	for _, p := range d.places {
		if best == nil || p.before(best) {
			best = p
		}
	}
	return best
}

func (p *place) before(other *place) bool {
	return cmp.Or(cmp.Compare(other.with, p.with), btoi(p.whole)-btoi(other.whole), cmp.Compare(p.depth, other.depth),
		cmp.Compare(p.path, other.path)) < 0
}

// wrapped reports whether the first line of JSON Lines is not a contact, but an object around an array of them.
func (l *List) wrapped(head []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), lf)
	d := newDocument(bytes.NewReader(line), l.dialect.limit, nil, nil)
	if d.walk() != nil {
		return false
	}
	arrays := 0
	for _, p := range d.places {
		if p.whole || p.keyed || p.texts {
			return false
		}
		arrays++
	}
	return arrays > 0
}

// isDocument reports whether a head is that of JSON that is not JSON Lines.
func isDocument(head []byte) bool {
	i := blanks(head, 0)
	if i == len(head) || (head[i] != '{' && head[i] != '[') {
		return false
	}
	j := blanks(head, i+1)
	return j < len(head) && (head[j] == '"' || head[j] == '{' || (head[i] == '[' && head[j] == '['))
}

// readDocument spools the contacts of a document as JSON Lines.
func (l *List) readDocument(ctx context.Context, o *Options) error {
	if l.charset.page != nil {
		return unreadable("it is JSON in "+l.charset.name+", not in UTF-8", "convert it: iconv -f "+l.charset.name+
			" -t UTF-8", nil)
	}
	look := l.document(nil, nil)
	err := look.walk()
	if errors.Is(err, errLongValue) {
		if head, at := l.linesBehind(); head != nil {
			return l.readJSONLines(ctx, head, at+int64(len(head)) == l.in.size, o)
		}
	}
	if err != nil {
		return unreadable("it is invalid JSON", "check it with: jq . FILE", err)
	}
	at := look.best()
	if at == nil {
		return unreadable("it is JSON without an array or object of contacts with addresses",
			"convert it to JSON Lines, one object per line: jq -c '.[]' FILE > contacts.jsonl", nil)
	}
	in, err := l.spoolLines(ctx, at, o)
	if err != nil {
		return err
	}
	document := l.in
	l.in, l.start = in, 0
	if err := document.close(); err != nil {
		return err
	}
	l.note("read as a JSON document, with the contacts at %s; the outputs are JSON Lines (one object per line) and "+
		"hold only the contacts", at)
	head, err := l.head()
	if err != nil {
		return err
	}
	return l.readJSONLines(ctx, head, int64(len(head)) == l.in.size, o)
}

// String is the place as people write it.
func (p *place) String() string {
	if p.path == "" {
		return "the top level"
	}
	return fmt.Sprintf("%q", p.path[1:])
}

// spoolLines writes the values at a place to a spool, one a line.
func (l *List) spoolLines(ctx context.Context, at *place, o *Options) (*input, error) {
	r, w := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		out := &lineWriter{w: w, at: at}
		err := l.document(at, out.value).walk()
		if err == nil {
			err = out.flush()
		}
		w.CloseWithError(err)
	}()
	in, err := o.spool(ctx, r)
	r.Close()
	<-done
	return in, err
}

// lineWriter writes values as lines.
type lineWriter struct {
	w   io.Writer
	at  *place
	buf bytes.Buffer
}

func (w *lineWriter) flush() error {
	_, err := w.w.Write(w.buf.Bytes())
	w.buf.Reset()
	return err
}

// value writes one: a text as an object with the field email, the value of an object with its key as the field key.
func (w *lineWriter) value(key string, raw json.RawMessage) error {
	from := w.buf.Len()
	if err := json.Compact(&w.buf, raw); err != nil {
		return err
	}
	line := w.buf.Bytes()[from:]
	switch {
	case len(line) > 0 && line[0] == '"':
		text := append([]byte(`{"email":`), line...)
		w.buf.Truncate(from)
		w.buf.Write(append(text, '}'))
	case w.at.keyed && len(line) > 1 && line[0] == '{':
		rest := bytes.Clone(line[1:])
		w.buf.Truncate(from)
		w.buf.Write(append(appendJSON([]byte(`{"key":`), []byte(key)), map[bool]string{true: "",
			false: ","}[rest[0] == '}']...))
		w.buf.Write(rest)
	}
	w.buf.WriteByte('\n')
	if w.buf.Len() < bunch {
		return nil
	}
	return w.flush()
}
