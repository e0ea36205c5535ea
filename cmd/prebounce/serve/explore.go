package serve

import (
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// indexes are the latest that somebody looked through.
type indexes struct {
	mu  sync.Mutex
	all []*pageIndex
}

const mostIndexes = 8

// of finds the index of a file and a filter, or makes one.
func (x *indexes) of(path string, f filter) (*pageIndex, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, i := range x.all {
		if i.path == path && i.filter == f {
			return i, nil
		}
	}
	i, err := newPageIndex(path, f)
	if err != nil {
		return nil, err
	}
	x.all = lastOf(append(slices.Clone(x.all), i), mostIndexes)
	return i, nil
}

// exploring is what the page shows of rows.
type exploring struct {
	Filter    filter
	Rows      []exploredRow
	Page      int
	Next      string // the query of the next page; empty: there is none
	Previous  string
	Looked    int // percent of the rows
	Found     int64
	Whole     bool
	Accepted  int // corrections
	Reasons   []batch.ReasonCount
	Operators []batch.DomainCount
	Lists     []batch.ListSummary
}

// exploredRow is a row with its reason in words.
type exploredRow struct {
	batch.Result
	Because  string
	Accepted bool // its correction
}

// rows shows rows of a run that is done, fifty at a time.
func (s *Server) rows(w http.ResponseWriter, r *http.Request) {
	run, err := s.done(r.PathValue("id"))
	if err != nil {
		s.fail(w, errGone)
		return
	}
	q := r.URL.Query()
	e := exploring{Filter: filterOf(q)}
	e.Page, _ = strconv.Atoi(q.Get("page")) // what is not a number is the first page
	e.Page = max(e.Page, 0)
	if err := s.explore(r, run, &e); err != nil {
		s.fail(w, err)
		return
	}
	s.show(w, http.StatusOK, "rows", view{Title: "Rows of " + run.Name(), Nav: "runs", Run: run, Body: e})
}

func filterOf(q url.Values) filter {
	one := func(name string) string { return q.Get(name)[:min(len(q.Get(name)), longestText)] }
	return filter{List: one("list"), Reason: one("reason"), Status: one("status"), Operator: one("operator"),
		Domain: one("domain"),
		File:   one("file"), Text: one("text"), Typos: one("typos") != ""}
}

func (s *Server) explore(r *http.Request, run *Run, e *exploring) error {
	x, err := s.indexes.of(filepath.Join(run.out(), "results.csv"), e.Filter)
	if err != nil {
		return err
	}
	rows, more, err := x.page(r.Context(), e.Page)
	if err != nil {
		return err
	}
	accepted := map[string]bool{}
	if e.Filter.Typos {
		accepted = run.accepted()
		e.Accepted = max(0, len(accepted)-1) // without the header
	}
	for _, row := range rows {
		e.Rows = append(e.Rows, exploredRow{row, sentence(row.Reason),
			accepted[rowKey(strconv.Itoa(row.Row), row.File)]})
	}
	e.Looked, e.Found, e.Whole = x.percent(), x.rows, x.whole
	if e.Page > 0 {
		e.Previous = e.Filter.query(e.Page - 1)
	}
	if more && len(rows) == pageRows {
		e.Next = e.Filter.query(e.Page + 1)
	} else if more {
		e.Next = e.Filter.query(e.Page) // it looks further
	}
	result, err := s.results.of(run)
	if err == nil {
		e.Reasons, e.Operators, e.Lists = result.Reasons, result.Operators, result.Lists
	}
	return err
}

// query is the address of a page.
func (f *filter) query(page int) string {
	q := url.Values{"page": {strconv.Itoa(page)}}
	for name, value := range map[string]string{"list": f.List, "reason": f.Reason, "status": f.Status,
		"operator": f.Operator, "domain": f.Domain,
		"file": f.File, "text": f.Text} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Typos {
		q.Set("typos", "1")
	}
	return q.Encode()
}

// sentence is what a reason means, for people.
func sentence(name string) string {
	if r, err := validate.ParseReason(name); err == nil {
		return r.Sentence()
	}
	return name
}
