package compat

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

func (x *reacher) bulk(r *http.Request) (any, error) {
	if err := x.api.Engine.Admit(reacherKey(r), true, 1); err != nil {
		return nil, err
	}
	var q struct {
		Input   []string        `json:"input"`
		Webhook json.RawMessage `json:"webhook"`
	}
	body, done, err := x.api.body(r, mostBody)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := decode(body, &q); err != nil {
		return nil, err
	}
	switch {
	case len(q.Input) == 0:
		return nil, wrong(`want {"input": ["ann@example.com", ...]}`)
	case len(q.Webhook) > 0 && string(q.Webhook) != "null":
		return nil, errCallback
	}
	j, err := x.api.createAndStart("reacher", func(list io.Writer) (List, error) { return writeAddresses(list, q.Input) })
	if err != nil {
		return nil, err
	}
	return map[string]any{"job_id": NumberOf(j.ID)}, nil
}

// ofPath finds the job of a request.
func (x *reacher) ofPath(r *http.Request) (*Job, error) {
	if err := x.api.Engine.Admit(reacherKey(r), true, 1); err != nil {
		return nil, err
	}
	return x.api.job("reacher", numberIn(r))
}

func (x *reacher) status(r *http.Request) (any, error) {
	j, err := x.ofPath(r)
	if err != nil {
		return nil, err
	}
	t, err := x.api.tally(r.Context(), j)
	if err != nil {
		return nil, err
	}
	summary := map[string]int{}
	for _, word := range []string{"safe", "risky", "invalid", "unknown"} {
		summary["total_"+word] = t.of(func(w words) string { return w.reacher }, word)
	}
	status, processed := "Running", j.Rows*j.Percent/100
	switch j.State {
	case Done:
		status, processed = "Completed", j.Rows
	case Failed:
		status = "Failed"
	}
	return map[string]any{"job_id": NumberOf(j.ID), "created_at": timeOf(j.Made, time.RFC3339),
		"finished_at": timeOf(j.Ended, time.RFC3339), "total_records": j.Rows, "total_processed": processed,
		"summary": summary, "job_status": status, "error": textOrNull(j.Why)}, nil
}

// reacherPage is how many results come at once.
const reacherPage = 50

func (x *reacher) results(r *http.Request) (any, error) {
	j, err := x.ofPath(r)
	if err == nil && j.State != Done {
		err = errNotDone
	}
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	if strings.EqualFold(q.Get("format"), "csv") {
		return x.api.table(j, "text/csv; charset=utf-8", []string{"is_reachable", "message"}, func(row *Row) []string {
			return []string{row.words().reacher, row.Sentence}
		}), nil
	}
	offset, _ := strconv.Atoi(q.Get("offset")) // what is no number is 0
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit < 1 {
		limit = reacherPage
	}
	all := []reacherAnswer{}
	_, err = x.api.page(r.Context(), j, max(0, offset), min(limit, 1000), func(_ []string, row *Row) {
		a := reacherOf(&row.Finding)
		a.Input = row.Cells[0]
		all = append(all, a)
	})
	return map[string]any{"results": all}, err
}
