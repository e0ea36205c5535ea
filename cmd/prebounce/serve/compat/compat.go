// Package compat answers clients of four verification services in the words of those services, so that a program
// needs another address and no change: Kickbox v2, NeverBounce v4, Reacher v0 and v1, ZeroBounce v2.
//
// It knows their routes, parameters and vocabularies; the work is an [Engine]'s. A table has a row per reason. What
// prebounce does not know is "unknown" in each vocabulary. A bulk job is a run of the engine, so it outlives the
// program. Nothing is ever fetched from, or sent to, an address that a client names.
package compat

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report"
)

// Engine does the work. An error that says more than "it failed" is an [Error].
type Engine interface {
	// Admit lets whoever shows a key do so many checks, or work with lists if lists is set.
	Admit(key string, lists bool, checks int) error
	// Check looks at one address. It returns ctx's error if nothing is known by then.
	Check(ctx context.Context, address string) ([]report.Address, error)
	// Create makes a job of the list that fill writes. It does not start it.
	Create(service string, fill func(list io.Writer) (List, error)) (*Job, error)
	Start(id string) error
	// Jobs are those of a service, the latest first; with a number, that one alone.
	Jobs(service string, number int) ([]*Job, error)
	// Rows hands over the rows of a job that is done.
	Rows(ctx context.Context, id string, use func(header []string, rows iter.Seq2[Row, error]) error) error
	Delete(id string) error
}

// List says how to read a list.
type List struct {
	Name   string
	Column string // of the addresses, its name or its number from 1; empty: found out
	Once   bool   // results leave out rows that repeat an earlier one
}

// Job is a bulk job.
type Job struct {
	ID       string
	Name     string
	State    State
	Why      string // it failed
	Made     time.Time
	Began    time.Time // zero: not yet
	Ended    time.Time // zero: not yet
	Rows     int
	Once     bool // as its List said
	Percent  int
	Estimate *float64 // share of rows that would bounce, as the list is; nil: not known
}

// State is where a job stands.
type State int

// The states of a job.
const (
	Open State = iota // it was not started yet
	Queued
	Running
	Done
	Failed
)

// Row is a row of a job's list.
type Row struct {
	Cells     []string
	Duplicate bool // an earlier row has the same address; the finding is that row's
	Finding
}

// Error is what a client is told.
type Error struct {
	Status int // of HTTP
	Why    string
	Wait   time.Duration // until asking again makes sense; zero: not known
}

func (e *Error) Error() string { return e.Why }

func wrong(why string) error { return &Error{Status: http.StatusBadRequest, Why: why} }

var errNoJob = &Error{Status: http.StatusNotFound, Why: "there is no such job"}

var errNotDone = &Error{Status: http.StatusConflict, Why: "this job is not done yet: ask for its status",
	Wait: 2 * time.Second}

// errorOf is an error as an Error. What nobody meant for a client is not told.
func errorOf(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Status: http.StatusInternalServerError, Why: "this failed: prebounce's own messages say why"}
}

// services are what there is, by the names that people know: their routes, and the hosts that their clients call where
// nobody says otherwise.
var services = map[string]struct {
	routes func(*api) []route
	hosts  []string
}{
	"kickbox":     {kickboxRoutes, []string{"api.kickbox.com"}},
	"neverbounce": {neverBounceRoutes, []string{"api.neverbounce.com"}},
	"reacher":     {reacherRoutes, []string{"api.reacher.email"}},
	"zerobounce": {zeroBounceRoutes, []string{"api.zerobounce.net", "api-us.zerobounce.net", "api-eu.zerobounce.net",
		"bulkapi.zerobounce.net"}},
}

// Hosts are the names that clients of some services call a server by.
func Hosts(names []string) (hosts []string) {
	for _, name := range names {
		hosts = append(hosts, services[name].hosts...)
	}
	return hosts
}

// Services are the names of the services, sorted.
func Services() []string {
	var names []string
	for name := range services {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// route is a route of a service. fail puts an error into its words.
type route struct {
	pattern string
	handle  handler
	fail    func(*Error) (status int, body any)
}

// handler answers with what becomes JSON, or with a [file].
type handler func(*http.Request) (any, error)

// api is what the services share.
type api struct {
	Engine
	large   chan struct{} // a place for each large body that comes before its key
	tallies tallies
}

// New makes the routes of some services: below the root, where all of their clients look for them, and below
// /compat/NAME for those who would rather keep the services apart.
func New(e Engine, names []string) *http.ServeMux {
	a := &api{Engine: e, large: make(chan struct{}, mostLarge)}
	m := http.NewServeMux()
	for _, name := range names {
		for _, r := range services[name].routes(a) {
			method, path, _ := strings.Cut(r.pattern, "/")
			m.Handle(r.pattern, r)
			m.Handle(method+"/compat/"+name+"/"+path, r)
		}
	}
	return m
}
