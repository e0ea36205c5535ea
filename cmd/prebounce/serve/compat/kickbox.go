package compat

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
)

func kickboxRoutes(a *api) []route {
	k := &kickbox{a}
	all := []route{
		{pattern: "GET /v2/verify", handle: k.verify}, {pattern: "PUT /v2/verify-batch", handle: k.batch},
		{pattern: "GET /v2/verify-batch/{id}", handle: k.status},
		{pattern: "GET /v2/verify-batch/{id}/results.csv", handle: k.download},
		{pattern: "GET /v2/balance", handle: k.balance},
	}
	for i := range all {
		all[i].fail = kickboxFailure
	}
	return all
}

// kickbox answers as Kickbox's API v2 does.
type kickbox struct{ *api }

func kickboxFailure(e *Error) (int, any) {
	if e.Status == http.StatusUnauthorized {
		e = &Error{Status: http.StatusForbidden, Why: e.Why}
	}
	return e.Status, map[string]any{"success": false, "message": e.Why}
}

// kickboxKey is what the header "Authorization: token KEY" or the query shows.
func kickboxKey(r *http.Request) string {
	if key := r.URL.Query().Get("apikey"); key != "" {
		return key
	}
	return headerKey(r)
}

// headerKey is what the header Authorization shows, without its scheme if it has one.
func headerKey(r *http.Request) string {
	fields := strings.Fields(r.Header.Get("Authorization"))
	if len(fields) == 0 {
		return ""
	}
	return fields[len(fields)-1]
}

// kickboxAnswer is the answer to a verification.
type kickboxAnswer struct {
	Result     string  `json:"result"`
	Reason     string  `json:"reason"`
	Role       bool    `json:"role"`
	Free       bool    `json:"free"`
	Disposable bool    `json:"disposable"`
	AcceptAll  bool    `json:"accept_all"`
	DidYouMean *string `json:"did_you_mean"`
	Sendex     float64 `json:"sendex"` // that of the result, as we have no score of our own
	Email      string  `json:"email"`
	User       string  `json:"user"`
	Domain     string  `json:"domain"`
	Success    bool    `json:"success"`
	Message    *string `json:"message"`
}

// sendex is a number for those who look for one; the result says all there is to it.
var sendex = map[string]float64{"deliverable": 1, "risky": 0.5, "unknown": 0.5, "undeliverable": 0}

func kickboxOf(f *Finding) kickboxAnswer {
	w := f.words()
	a := kickboxAnswer{Result: w.kickbox, Reason: w.kickboxReason, Role: f.Role, Free: f.Free,
		Disposable: f.Disposable, AcceptAll: f.is(validate.CatchAll), DidYouMean: textOrNull(f.Suggestion),
		Sendex: sendex[w.kickbox], Email: f.email(), Success: true}
	a.User, a.Domain = f.parts()
	return a
}

// email is the address, or what was in its place.
func (f *Finding) email() string {
	if f.Address == "" {
		return f.Input
	}
	return f.Address
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (k *kickbox) verify(r *http.Request) (any, error) {
	if err := k.Admit(kickboxKey(r), false, 1); err != nil {
		return nil, err
	}
	q := r.URL.Query()
	f, err := k.look(r.Context(), q.Get("email"), within(q.Get("timeout"), time.Millisecond, 6*time.Second))
	if err != nil {
		return nil, err
	}
	return kickboxOf(&f), nil
}

// credits are what clients look at before they check; here nothing is paid.
const credits = 1_000_000_000

func (k *kickbox) balance(r *http.Request) (any, error) {
	return map[string]any{"balance": credits, "success": true, "message": nil}, k.Admit(kickboxKey(r), false, 0)
}

// batch takes a CSV with addresses.
func (k *kickbox) batch(r *http.Request) (any, error) {
	if err := k.Admit(kickboxKey(r), true, 1); err != nil {
		return nil, err
	}
	if r.Header.Get("X-Kickbox-Callback") != "" {
		return nil, errCallback
	}
	j, err := k.createAndStart("kickbox", func(list io.Writer) (List, error) {
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
	if err := k.Admit(kickboxKey(r), true, 1); err != nil {
		return nil, err
	}
	j, err := k.job("kickbox", numberIn(r))
	if err != nil {
		return nil, err
	}
	t, err := k.tally(r.Context(), j)
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
	if err := k.Admit(kickboxKey(r), true, 1); err != nil {
		return nil, err
	}
	j, err := k.done("kickbox", numberIn(r))
	if err != nil {
		return nil, err
	}
	columns := []string{"Result", "Reason", "Role", "Free", "Disposable", "Accept-All", "Did you mean", "Sendex",
		"Email", "User", "Domain"}
	return k.table(j, "text/csv; charset=utf-8", columns, func(row *Row) []string {
		a := kickboxOf(&row.Finding)
		return []string{a.Result, a.Reason, strconv.FormatBool(a.Role), strconv.FormatBool(a.Free),
			strconv.FormatBool(a.Disposable), strconv.FormatBool(a.AcceptAll), row.Suggestion,
			strconv.FormatFloat(a.Sendex, 'g', -1, 64), a.Email, a.User, a.Domain}
	}), nil
}
