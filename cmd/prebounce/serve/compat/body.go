package compat

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Bounds of bodies. Where the key is in the body, it is read before anybody knows whose it is: then few large ones
// are read at a time, and not for long.
const (
	smallBody  = 64 << 10
	mostBody   = 32 << 20  // of JSON, which is held in memory
	mostUpload = 256 << 20 // of a form, which goes to the disk
	mostLarge  = 4
	bodyTime   = 5 * time.Minute
)

// body reads the body of a request whose key may be in it. done is to be called when it is worked off.
func (a *api) body(r *http.Request, most int64) (body io.Reader, done func(), err error) {
	if r.ContentLength >= 0 && r.ContentLength <= smallBody {
		return io.LimitReader(r.Body, smallBody), func() {}, nil
	}
	if r.ContentLength > most {
		return nil, nil, tooLarge(most)
	}
	select {
	case a.large <- struct{}{}:
		return &bounded{r.Body, most, most, time.Now().Add(bodyTime)}, func() { <-a.large }, nil
	default:
		return nil, nil, &Error{http.StatusServiceUnavailable, "too many uploads at once: try again in a moment", time.Second}
	}
}

func tooLarge(most int64) error {
	return &Error{Status: http.StatusRequestEntityTooLarge,
		Why: "the body is larger than " + strconv.FormatInt(most>>20, 10) + " MiB: upload it as a run"}
}

// bounded is a body that may have so many octets more, until then.
type bounded struct {
	from  io.Reader
	left  int64
	most  int64
	until time.Time
}

func (b *bounded) Read(p []byte) (int, error) {
	if time.Now().After(b.until) {
		return 0, &Error{Status: http.StatusRequestTimeout, Why: "the body came too slowly"}
	}
	if b.left <= 0 {
		if n, err := b.from.Read(p[:min(1, len(p))]); n == 0 {
			return 0, err
		}
		return 0, tooLarge(b.most)
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// fields are the parameters of a request: of a body of JSON, or of the query.
type fields map[string]json.RawMessage

func (a *api) fields(r *http.Request) (f fields, err error) {
	if r.Method == http.MethodGet {
		f = fields{}
		for name, values := range r.URL.Query() {
			f[name], _ = json.Marshal(values[0]) // a text always can be
		}
		return f, nil
	}
	body, done, err := a.body(r, mostBody)
	if err != nil {
		return nil, err
	}
	defer done()
	return f, decode(body, &f)
}

// decode reads one JSON value.
func decode(from io.Reader, v any) error {
	var e *Error
	d := json.NewDecoder(from)
	err := d.Decode(v)
	if err == nil && d.Decode(&json.RawMessage{}) != io.EOF {
		err = errors.New("more than one value")
	}
	if errors.As(err, &e) {
		return e
	}
	if err != nil {
		return wrong("invalid body: want JSON; " + err.Error())
	}
	return nil
}

// text is a parameter as text; empty if there is none. Numbers and truth values are taken, too.
func (f fields) text(name string) string {
	raw := bytes.TrimSpace(f[name])
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if len(raw) > 64 || string(raw) == "null" {
		return ""
	}
	return string(raw)
}

// on reports whether a parameter says yes; missing is what it says if it is not there.
func (f fields) on(name string, missing bool) bool {
	switch strings.ToLower(f.text(name)) {
	case "1", "true", "yes", "on":
		return true
	case "0", "false", "no", "off":
		return false
	}
	return missing
}

// number is a parameter within bounds.
func (f fields) number(name string, usual, most int) int {
	n, err := strconv.Atoi(f.text(name))
	if err != nil || n < 1 {
		return usual
	}
	return min(n, most)
}

// writeAddresses writes a list of addresses alone. A number in each row keeps empty ones from being blank lines.
func writeAddresses(to io.Writer, all []string) (List, error) {
	w := csv.NewWriter(to)
	_ = w.Write([]string{"email", "row"}) // Flush remembers what fails
	for i, address := range all {
		_ = w.Write([]string{address, strconv.Itoa(i + 1)})
	}
	w.Flush()
	return List{Column: "1"}, w.Error()
}
