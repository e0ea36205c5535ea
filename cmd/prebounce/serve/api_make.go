package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"
)

var errNoFile = fmt.Errorf("%w, or has no such file (yet)", errGone)

// errOtherRun says that a key stands for something else already.
var errOtherRun = &tooMuch{"this Idempotency-Key made a run with other choices", http.StatusUnprocessableEntity}

// apiMake makes a run of an upload and starts it. The query has the choices, by the names of clean's flags;
// start=false leaves it open. The body is a form with files called list, or else a list, and the query's name
// is what it is called; or the query's paths name lists of this computer.
func (s *Server) apiMake(w http.ResponseWriter, r *http.Request) {
	c, err := choicesIn(r.URL.Query())
	if err != nil {
		failAPI(w, err)
		return
	}
	key, err := keyOf(r)
	if err != nil {
		failAPI(w, err)
		return
	}
	run, made, err := s.runs.makeOnce(r, key, c)
	if err == nil && (made || run.State() == Open) && r.URL.Query().Get("start") != "false" {
		err = s.runs.start(run.ID, false)
	}
	if err == nil {
		run, err = s.runs.get(run.ID)
	}
	if err != nil {
		s.log.Info("run refused", "error", err)
		failAPI(w, err)
		return
	}
	w.Header().Set("Location", pathOf(run))
	tell(w, map[bool]int{true: http.StatusCreated, false: http.StatusOK}[made], s.view(run))
}

// choicesIn reads the query of a request for a run. A name that means nothing is refused, for it was meant to.
func choicesIn(q url.Values) (Choices, error) {
	for name, values := range q {
		known := slices.Contains([]string{"name", "path", "start"}, name) || slices.ContainsFunc(choosable,
			func(c choice) bool { return c.flag == name })
		switched := slices.ContainsFunc(choosable, func(c choice) bool { return c.flag == name && c.on })
		switch {
		case !known:
			return nil, fmt.Errorf("invalid parameter %q: want a choice such as last-sent, or name, path or start", name)
		case (switched || name == "start") && !slices.Contains([]string{"true", "false"}, values[0]):
			return nil, fmt.Errorf("invalid %s: want true or false", name)
		case switched && values[0] == "false":
			delete(q, name)
		}
	}
	return parseChoices(q)
}

// keyOf is what a request calls itself, so that whoever sends it again gets the same run; empty if it has no name.
func keyOf(r *http.Request) (string, error) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return "", nil
	}
	if len(key) > 255 {
		return "", errors.New("invalid Idempotency-Key: want up to 255 characters")
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:]), nil
}

// makeOnce makes a run, unless one was made by that key before; made reports which. Two uploads with the same
// key at once are refused.
func (r *runs) makeOnce(req *http.Request, key string, c Choices) (run *Run, made bool, err error) {
	if key != "" {
		if !r.claim(key) {
			return nil, false, errBusy
		}
		defer r.unclaim(key)
		if run, err = r.keyed(key); run != nil || err != nil {
			if err == nil && !sameChoices(run.Choices, c) {
				err = errOtherRun
			}
			return run, false, err
		}
	}
	run, err = r.take(req, key, c)
	return run, true, err
}

func sameChoices(a, b Choices) bool { return slices.Equal(a.args(false), b.args(false)) }

// take makes a run of what a request brings.
func (r *runs) take(req *http.Request, key string, c Choices) (*Run, error) {
	if err := r.fits(req.ContentLength); err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	return r.make(func(run *Run) error {
		run.Choices, run.Key = c, key
		if paths := req.URL.Query()["path"]; len(paths) > 0 {
			return r.takePaths(run, paths)
		}
		if kind != "multipart/form-data" {
			return tooLong(r.add(run, req.URL.Query().Get("name"), req.Body))
		}
		form, err := req.MultipartReader()
		if err != nil {
			return err
		}
		return r.receive(form, run)
	})
}

// keyed finds the run that was made by a key; nil if there is none.
func (r *runs) keyed(key string) (*Run, error) {
	all, err := r.list(time.Now())
	for _, run := range all {
		if run.Key == key {
			return run, nil
		}
	}
	return nil, err
}

// claim reports whether nobody else makes a run by this key at present.
func (r *runs) claim(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.making[key] {
		return false
	}
	r.making[key] = true
	return true
}

func (r *runs) unclaim(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.making, key)
}
