package compat

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
)

func neverBounceRoutes(a *api) []route {
	n := &neverBounce{a}
	var all []route
	for _, version := range []string{"/v4", "/v4.1", "/v4.2"} {
		for path, h := range map[string]asked{
			"/single/check": n.check, "/account/info": n.account, "/jobs/search": n.search, "/jobs/create": n.create,
			"/jobs/parse": n.parse, "/jobs/start": n.start, "/jobs/status": n.status, "/jobs/results": n.results,
			"/jobs/download": n.download, "/jobs/delete": n.remove, "/poe/confirm": n.confirm,
		} {
			for _, method := range []string{"GET ", "POST "} { // its own client posts everything
				all = append(all, route{method + version + path, n.timed(h), neverBounceFailure})
			}
		}
	}
	return all
}

// neverBounce answers as NeverBounce's API v4 does.
type neverBounce struct{ api *api }

// asked is a handler of NeverBounce's, which finds its parameters and the key in one place.
type asked func(*http.Request, fields) (any, error)

// timed reads the parameters, and says how many milliseconds the answer took.
func (n *neverBounce) timed(h asked) handler {
	return func(r *http.Request) (any, error) {
		began := time.Now()
		f, err := n.api.fields(r)
		if err != nil {
			return nil, err
		}
		answer, err := h(r, f)
		if m, ok := answer.(map[string]any); ok && err == nil {
			m["status"], m["execution_time"] = "success", time.Since(began).Milliseconds()
		}
		return answer, err
	}
}

// neverBounceFailure is a success of HTTP, as NeverBounce has it; only its status tells.
func neverBounceFailure(e *Error) (int, any) {
	status := "general_failure"
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		status = "auth_failure"
	case http.StatusTooManyRequests:
		status = "throttle_triggered"
	}
	return http.StatusOK, map[string]any{"status": status, "message": e.Why, "execution_time": 0}
}

func (n *neverBounce) confirm(_ *http.Request, f fields) (any, error) {
	if err := n.api.Engine.Admit(f.text("key"), false, 0); err != nil {
		return nil, err
	}
	return nil, &Error{Status: http.StatusNotImplemented, Why: "prebounce does not do this"}
}

// noCredits is the account of who does not pay.
var noCredits = map[string]int{"paid_credits_used": 0, "free_credits_used": 0, "paid_credits_remaining": credits,
	"free_credits_remaining": 0}

func (n *neverBounce) account(_ *http.Request, f fields) (any, error) {
	if err := n.api.Engine.Admit(f.text("key"), false, 1); err != nil {
		return nil, err
	}
	jobs, err := n.api.Engine.Jobs("neverbounce", 0)
	if err != nil {
		return nil, err
	}
	counts := map[State]int{}
	for _, j := range jobs {
		counts[j.State]++
	}
	return map[string]any{"billing_type": "default", "credits": credits, "credits_info": noCredits,
		"job_counts": map[string]int{"completed": counts[Done], "processing": counts[Running],
			"queued": counts[Queued], "under_review": 0}}, nil
}

func (n *neverBounce) check(r *http.Request, f fields) (any, error) {
	if err := n.api.Engine.Admit(f.text("key"), false, 1); err != nil {
		return nil, err
	}
	found, err := n.api.look(r.Context(), f.text("email"), neverBounceWait(f.text("timeout")))
	if err != nil {
		return nil, err
	}
	a := found.neverBounce(f.on("address_info", false))
	if f.on("credits_info", false) {
		a["credits_info"] = noCredits
	}
	return a, nil
}

// neverBounceWait reads seconds, as its documentation has it, or milliseconds, as its client has it.
func neverBounceWait(text string) time.Duration {
	if n, err := strconv.ParseFloat(text, 64); err == nil && n > longestWait.Seconds() {
		return within(text, time.Millisecond, 0)
	}
	return within(text, time.Second, 10*time.Second)
}

// neverBounce is a finding in NeverBounce's words.
func (f *Finding) neverBounce(parts bool) map[string]any {
	a := map[string]any{"result": f.words().neverBounce, "flags": f.flags(), "suggested_correction": f.Suggestion}
	if !parts {
		return a
	}
	local, domain := f.parts()
	account, alias, _ := strings.Cut(local, "+")
	h := hostOf(domain)
	a["address_info"] = map[string]string{"original": f.Input, "normalized": f.email(), "addr": account,
		"alias": alias, "host": domain, "fqdn": h.fqdn, "domain": h.domain, "subdomain": h.subdomain, "tld": h.tld}
	return a
}

// flags are what NeverBounce's words are for what is known.
func (f *Finding) flags() []string {
	local, _ := f.parts()
	takes, known := f.accepts()
	on := []string{}
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"has_dns", takes}, {"has_dns_mx", takes}, {"bad_dns", known && !takes},
		{"temporary_dns_error", f.is(validate.DNSFailed)},
		{"bad_syntax", f.words().kickboxReason == "invalid_email"}, {"free_email_host", f.Free},
		{"role_account", f.Role}, {"disposable_email", f.Disposable}, {"spelling_mistake", f.Suggestion != ""},
		{"accepts_all", f.is(validate.CatchAll)}, {"contains_alias", strings.Contains(local, "+")},
		{"smtp_connectable", f.Said}, {"connect_fails", f.is(validate.NoAnswer)},
	} {
		if flag.set {
			on = append(on, flag.name)
		}
	}
	return on
}
