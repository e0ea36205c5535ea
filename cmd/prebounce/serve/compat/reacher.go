package compat

import (
	"io"
	"net/http"

	"github.com/prebounce/prebounce/validate"
)

func reacherRoutes(a *api) []route {
	x := &reacher{a}
	var all []route
	for _, version := range []string{"/v0", "/v1"} {
		all = append(all, route{"POST " + version + "/check_email", x.check, reacherFailure},
			route{"POST " + version + "/bulk", x.bulk, reacherFailure},
			route{"GET " + version + "/bulk/{id}", x.status, reacherFailure},
			route{"GET " + version + "/bulk/{id}/results", x.results, reacherFailure})
	}
	return all
}

// reacher answers as Reacher's API does.
type reacher struct{ api *api }

func reacherFailure(e *Error) (int, any) { return e.Status, map[string]any{"error": e.Why} }

// reacherKey is what the header Authorization shows, with or without a scheme, or that of a server of one's own.
func reacherKey(r *http.Request) string {
	if key := r.Header.Get("X-Reacher-Secret"); key != "" {
		return key
	}
	return headerKey(r)
}

// reacherAnswer is the answer to a check. A part that is not known is an error, as with Reacher.
type reacherAnswer struct {
	Input     string        `json:"input"`
	Reachable string        `json:"is_reachable"`
	Misc      reacherMisc   `json:"misc"`
	MX        any           `json:"mx"`   // reacherMX or reacherError
	SMTP      any           `json:"smtp"` // reacherSMTP or reacherError
	Syntax    reacherSyntax `json:"syntax"`
}

type reacherMisc struct {
	Disposable bool    `json:"is_disposable"`
	Role       bool    `json:"is_role_account"`
	B2C        bool    `json:"is_b2c"`
	Gravatar   *string `json:"gravatar_url"`
	Pwned      *bool   `json:"haveibeenpwned"`
}

type reacherMX struct {
	Accepts bool     `json:"accepts_mail"`
	Records []string `json:"records"`
}

type reacherSMTP struct {
	Connects    bool `json:"can_connect_smtp"`
	Full        bool `json:"has_full_inbox"`
	CatchAll    bool `json:"is_catch_all"`
	Deliverable bool `json:"is_deliverable"`
	Disabled    bool `json:"is_disabled"`
}

type reacherSyntax struct {
	Address    *string `json:"address"`
	Domain     string  `json:"domain"`
	Valid      bool    `json:"is_valid_syntax"`
	Username   string  `json:"username"`
	Normalized *string `json:"normalized_email"`
	Suggestion *string `json:"suggestion"`
}

type reacherError struct {
	Type    string `json:"type"`
	Message string `json:"message"`
}

func reacherOf(f *Finding) reacherAnswer {
	local, domain := f.parts()
	a := reacherAnswer{Input: f.Input, Reachable: f.words().reacher,
		Misc: reacherMisc{Disposable: f.Disposable, Role: f.Role, B2C: f.Free},
		Syntax: reacherSyntax{textOrNull(f.Address), domain, f.Address != "", local, textOrNull(f.Address),
			textOrNull(f.Suggestion)},
		MX: reacherError{"Unknown", f.Sentence}, SMTP: reacherError{"NotAsked", f.Sentence}}
	if takes, known := f.accepts(); known {
		a.MX = reacherMX{takes, append([]string{}, f.MX...)}
	}
	if f.Said {
		a.SMTP = reacherSMTP{true, f.is(validate.MailboxFull), f.is(validate.CatchAll),
			f.is(validate.Accepted, validate.CatchAll, validate.Unproven), f.is(validate.MailboxDisabled)}
	}
	return a
}

func (x *reacher) check(r *http.Request) (any, error) {
	if err := x.api.Engine.Admit(reacherKey(r), false, 1); err != nil {
		return nil, err
	}
	var q struct {
		To string `json:"to_email"`
	}
	if err := decode(io.LimitReader(r.Body, smallBody), &q); err != nil {
		return nil, err
	}
	f, err := x.api.look(r.Context(), q.To, longestWait)
	if err != nil {
		return nil, err
	}
	f.Input = q.To
	return reacherOf(&f), nil
}
