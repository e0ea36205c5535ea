package compat

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"
)

// ServeHTTP answers a request, or says in the service's words why not.
func (t route) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := t.handle(r)
	if f, ok := answer.(*file); ok && err == nil {
		if err = f.send(w, r); err == nil || f.begun {
			return
		}
	}
	if err == nil {
		tell(w, http.StatusOK, answer)
		return
	}
	e := errorOf(err)
	if e.Wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.Wait.Seconds()))))
	}
	status, body := t.fail(e)
	tell(w, status, body)
}

func tell(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "this answer can't be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // whoever has gone needs no answer
}

// file is an answer that is written as it is made.
type file struct {
	kind, name string
	write      func(context.Context, io.Writer) error
	begun      bool // some of it is written
}

// send breaks the connection off if the file fails half-way, so that nobody takes a part for the whole.
func (f *file) send(w http.ResponseWriter, r *http.Request) error {
	out := &opening{w: w, file: f}
	err := f.write(r.Context(), out)
	if err != nil && f.begun {
		panic(http.ErrAbortHandler)
	}
	if err == nil && !f.begun {
		_, err = out.Write(nil)
	}
	return err
}

// opening writes the header before the first octets.
type opening struct {
	w    http.ResponseWriter
	file *file
}

func (o *opening) Write(b []byte) (int, error) {
	if !o.file.begun {
		o.file.begun = true
		o.w.Header().Set("Content-Type", o.file.kind)
		o.w.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(o.file.name))
		o.w.WriteHeader(http.StatusOK)
	}
	return o.w.Write(b)
}

// look checks one address. What is not known in time is a finding that says so.
func (a *api) look(ctx context.Context, address string, wait time.Duration) (Finding, error) {
	if address == "" {
		return Finding{}, wrong("an address is missing")
	}
	if len(address) > longestAddress {
		return Finding{}, wrong("an address is too long")
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	found, err := a.Check(ctx, address)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Finding{Input: address}.explained(""), nil
	case err != nil:
		return Finding{}, err
	case len(found) == 0:
		return Finding{}, wrong("there is no address in it")
	}
	return Found(found[0]), nil
}

// longestAddress bounds an address in octets, longestWait a check.
const (
	longestAddress = 2000
	longestWait    = 60 * time.Second
)

// within is a time that a client asks for in a unit; what is none or too long is brought into bounds.
func within(text string, unit, usual time.Duration) time.Duration {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n > 0) {
		return usual
	}
	return time.Duration(min(n*float64(unit), float64(longestWait)))
}
