package compat

import (
	"net/http"
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
type kickbox struct{ api *api }

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
	if err := k.api.Engine.Admit(kickboxKey(r), false, 1); err != nil {
		return nil, err
	}
	q := r.URL.Query()
	f, err := k.api.look(r.Context(), q.Get("email"), within(q.Get("timeout"), time.Millisecond, 6*time.Second))
	if err != nil {
		return nil, err
	}
	return kickboxOf(&f), nil
}

// credits are what clients look at before they check; here nothing is paid.
const credits = 1_000_000_000

func (k *kickbox) balance(r *http.Request) (any, error) {
	return map[string]any{"balance": credits, "success": true, "message": nil}, k.api.Engine.Admit(kickboxKey(r), false, 0)
}
