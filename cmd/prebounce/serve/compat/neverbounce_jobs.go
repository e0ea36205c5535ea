package compat

import (
	"io"
	"net/http"
	"strconv"
)

// ofField finds the job that a request names.
func (n *neverBounce) ofField(f fields) (*Job, error) {
	if err := n.api.Engine.Admit(f.text("key"), true, 1); err != nil {
		return nil, err
	}
	number, _ := strconv.Atoi(f.text("job_id")) // what is none is found nowhere
	return n.api.job("neverbounce", number)
}

// create takes a list in the body. Lists at other addresses are not fetched.
func (n *neverBounce) create(_ *http.Request, f fields) (any, error) {
	if err := n.api.Engine.Admit(f.text("key"), true, 1); err != nil {
		return nil, err
	}
	switch {
	case f.text("input_location") != "supplied":
		return nil, wrong("invalid input_location: want supplied; lists at other addresses are not fetched")
	case f.text("callback_url") != "":
		return nil, errCallback
	}
	j, err := n.api.Engine.Create("neverbounce", func(list io.Writer) (List, error) {
		l, err := writeTable(list, f["input"])
		l.Name = f.text("filename")
		return l, err
	})
	if err == nil && f.on("auto_start", false) {
		err = n.api.Engine.Start(j.ID)
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{"job_id": NumberOf(j.ID)}, nil
}

// parse has nothing to do, as a job is read when it is made, but may start it.
func (n *neverBounce) parse(_ *http.Request, f fields) (any, error) {
	j, err := n.ofField(f)
	if err == nil && f.on("auto_start", false) && j.State == Open {
		err = n.api.Engine.Start(j.ID)
	}
	return queued(j, err)
}

// start starts a job. One for a sample is started, too: its estimate comes with it.
func (n *neverBounce) start(_ *http.Request, f fields) (any, error) {
	j, err := n.ofField(f)
	if err == nil {
		err = n.api.Engine.Start(j.ID)
	}
	return queued(j, err)
}

func queued(j *Job, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return map[string]any{"queue_id": j.ID}, nil
}

var neverBounceStates = map[State]string{Open: "waiting", Queued: "queued", Running: "running", Done: "complete",
	Failed: "failed"}

func (n *neverBounce) status(r *http.Request, f fields) (any, error) {
	j, err := n.ofField(f)
	if err != nil {
		return nil, err
	}
	return n.view(r, j)
}

// view is a job as its status says.
func (n *neverBounce) view(r *http.Request, j *Job) (any, error) {
	t, err := n.api.tally(r.Context(), j)
	if err != nil {
		return nil, err
	}
	total := map[string]int{"records": j.Rows, "billable": 0, "processed": j.Rows * j.Percent / 100,
		"duplicates": t.duplicates, "bad_syntax": t.badSyntax}
	for _, result := range neverBounceResults {
		total[result.name] = t.of(func(w words) string { return w.neverBounce }, result.name)
	}
	const layout = "2006-01-02 15:04:05"
	return map[string]any{"id": NumberOf(j.ID), "job_status": neverBounceStates[j.State], "filename": j.Name,
		"created_at": timeOf(j.Made, layout), "started_at": timeOf(j.Began, layout),
		"finished_at": timeOf(j.Ended, layout), "total": total, "bounce_estimate": percentOf(j.Estimate),
		"percent_complete": j.Percent, "failure_reason": textOrNull(j.Why)}, nil
}

func percentOf(share *float64) *float64 {
	if share == nil {
		return nil
	}
	percent := 100 * *share
	return &percent
}

// neverBounceResults are its results, and the parameters that choose them.
var neverBounceResults = []struct{ name, parameter string }{{"valid", "valids"}, {"invalid", "invalids"},
	{"catchall", "catchalls"}, {"disposable", "disposables"}, {"unknown", "unknowns"}}

// mostPerPage bounds a page.
const mostPerPage = 1000

// pageIn is the page that a request wants, from 1, and how much is on one.
func pageIn(f fields) (page, size int) {
	size = f.number("items_per_page", 10, mostPerPage)
	return f.number("page", 1, 1<<30), f.number("per_page", size, mostPerPage)
}

func (n *neverBounce) search(r *http.Request, f fields) (any, error) {
	if err := n.api.Engine.Admit(f.text("key"), true, 1); err != nil {
		return nil, err
	}
	number, _ := strconv.Atoi(f.text("job_id")) // none: all
	jobs, err := n.api.Engine.Jobs("neverbounce", number)
	if err != nil {
		return nil, err
	}
	page, size := pageIn(f)
	views := []any{}
	for _, j := range jobs[min(len(jobs), (page-1)*size):min(len(jobs), page*size)] {
		v, err := n.view(r, j)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return map[string]any{"total_results": len(jobs), "total_pages": pages(len(jobs), size),
		"query": map[string]int{"page": page, "items_per_page": size}, "results": views}, nil
}

func pages(n, size int) int { return (n + size - 1) / size }

// results are a page of a job that is done.
func (n *neverBounce) results(r *http.Request, f fields) (any, error) {
	j, err := n.ofDone(f)
	if err != nil {
		return nil, err
	}
	page, size := pageIn(f)
	rows := []any{}
	total, err := n.api.page(r.Context(), j, (page-1)*size, size, func(header []string, row *Row) {
		data := map[string]string{}
		for i, cell := range row.Cells {
			if i < len(header) {
				data[header[i]] = cell
			}
		}
		rows = append(rows, map[string]any{"data": data, "verification": row.neverBounce(true)})
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"total_results": total, "total_pages": pages(total, size),
		"query":   map[string]any{"job_id": NumberOf(j.ID), "page": page, "items_per_page": size},
		"results": rows}, nil
}

func (n *neverBounce) ofDone(f fields) (*Job, error) {
	j, err := n.ofField(f)
	if err == nil && j.State != Done {
		err = errNotDone
	}
	return j, err
}

// download is a CSV of the rows with the results that are chosen: all of them, unless the request says otherwise.
func (n *neverBounce) download(_ *http.Request, f fields) (any, error) {
	j, err := n.ofDone(f)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, result := range neverBounceResults {
		wanted[result.name] = f.on(result.parameter, true)
	}
	return n.api.table(j, "application/octet-stream", []string{"email_status"}, func(row *Row) []string {
		if result := row.words().neverBounce; wanted[result] {
			return []string{result}
		}
		return nil
	}), nil
}

func (n *neverBounce) remove(_ *http.Request, f fields) (any, error) {
	j, err := n.ofField(f)
	if err == nil {
		err = n.api.Engine.Delete(j.ID)
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{}, nil
}
