package checker

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// mostBody bounds what is read of a request, in octets.
const mostBody = 4 << 10

var _ http.Handler = (*Checker)(nil)

// ServeHTTP answers a POST of {"address": "..."} as JSON, or of a form with the field address, with a
// [Result] as JSON. An address has no place in a URL, as servers log those, so nothing else is taken. Who may
// ask, and how often, is for the program to decide.
func (c *Checker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed, "use POST")
		return
	}
	address, err := posted(w, r)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	found, err := c.Check(r.Context(), address)
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "the address could not be checked now; try again")
		return
	}
	_ = json.NewEncoder(w).Encode(found) // who hung up needs no answer
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": why})
}

var errNoAddress = errors.New(`invalid request: want {"address": "ann@example.com"} as application/json, or a form with the field address`)

// posted is the address that a request holds.
func posted(w http.ResponseWriter, r *http.Request) (string, error) {
	if r.Body == nil {
		return "", errNoAddress
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if err != nil {
		return "", errors.New("invalid request: want at most 4096 octets")
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		var question struct {
			Address *string `json:"address"`
		}
		if json.Unmarshal(body, &question) == nil && question.Address != nil {
			return *question.Address, nil
		}
	case "application/x-www-form-urlencoded":
		if form, err := url.ParseQuery(string(body)); err == nil && form.Has("address") {
			return form.Get("address"), nil
		}
	}
	return "", errNoAddress
}
