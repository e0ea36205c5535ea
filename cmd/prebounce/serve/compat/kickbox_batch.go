package compat

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// batch takes a CSV with addresses.
func (k *kickbox) batch(r *http.Request) (any, error) {
	if err := k.api.Engine.Admit(kickboxKey(r), true, 1); err != nil {
		return nil, err
	}
	if r.Header.Get("X-Kickbox-Callback") != "" {
		return nil, errCallback
	}
	j, err := k.api.createAndStart("kickbox", func(list io.Writer) (List, error) {
		_, err := io.Copy(list, r.Body)
		return List{Name: r.Header.Get("X-Kickbox-Filename")}, err
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": NumberOf(j.ID), "success": true, "message": nil}, nil
}

// errCallback refuses to call where a client says.
var errCallback = wrong("callbacks to addresses in a request are not made: ask for the status, or leave it out")

var kickboxStates = map[State]string{Open: "starting", Queued: "starting", Running: "processing", Done: "completed",
	Failed: "failed"}

func (k *kickbox) status(r *http.Request) (any, error) {
	if err := k.api.Engine.Admit(kickboxKey(r), true, 1); err != nil {
		return nil, err
	}
	j, err := k.api.job("kickbox", numberIn(r))
	if err != nil {
		return nil, err
	}
	t, err := k.api.tally(r.Context(), j)
	if err != nil {
		return nil, err
	}
	a := map[string]any{"id": NumberOf(j.ID), "name": j.Name, "created_at": timeOf(j.Made, time.RFC3339),
		"status": kickboxStates[j.State], "error": textOrNull(j.Why), "success": true, "message": nil}
	counts := map[string]any{}
	for result := range sendex {
		counts[result] = t.of(func(w words) string { return w.kickbox }, result)
	}
	if j.State == Done {
		counts["sendex"] = t.sendex()
		a["stats"], a["duration"], a["download_url"] = counts, j.Ended.Sub(j.Began).Seconds(), downloadURL(r)
		return a, nil
	}
	done := j.Rows * j.Percent / 100
	counts["total"], counts["unprocessed"] = j.Rows, j.Rows-done
	a["progress"] = counts
	return a, nil
}

// sendex is the mean of all rows.
func (t *tally) sendex() (mean float64) {
	for w, n := range t.by {
		mean += sendex[w.kickbox] * float64(n) / float64(t.rows)
	}
	return mean
}

// downloadURL is where the results are. It takes the key, as everything does.
func downloadURL(r *http.Request) string {
	u := url.URL{Scheme: "http", Host: r.Host, Path: "/v2/verify-batch/" + r.PathValue("id") + "/results.csv"}
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		u.Scheme = "https"
	}
	return u.String()
}

// numberIn is the number in the path of a request; 0 if it is none.
func numberIn(r *http.Request) int {
	n, _ := strconv.Atoi(r.PathValue("id"))
	return n
}

// timeOf is a moment in a layout; null before it has come.
func timeOf(t time.Time, layout string) *string {
	if t.IsZero() {
		return nil
	}
	return textOrNull(t.UTC().Format(layout))
}

func (k *kickbox) download(r *http.Request) (any, error) {
	if err := k.api.Engine.Admit(kickboxKey(r), true, 1); err != nil {
		return nil, err
	}
	j, err := k.api.done("kickbox", numberIn(r))
	if err != nil {
		return nil, err
	}
	columns := []string{"Result", "Reason", "Role", "Free", "Disposable", "Accept-All", "Did you mean", "Sendex",
		"Email", "User", "Domain"}
	return k.api.table(j, "text/csv; charset=utf-8", columns, func(row *Row) []string {
		a := kickboxOf(&row.Finding)
		return []string{a.Result, a.Reason, strconv.FormatBool(a.Role), strconv.FormatBool(a.Free),
			strconv.FormatBool(a.Disposable), strconv.FormatBool(a.AcceptAll), row.Suggestion,
			strconv.FormatFloat(a.Sendex, 'g', -1, 64), a.Email, a.User, a.Domain}
	}), nil
}
