package compat

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

func zeroBounceRoutes(a *api) []route {
	z := &zeroBounce{a}
	all := []route{
		{"GET /v2/validate", z.validate, zeroBounceFailure}, {"GET /v2/getcredits", z.credits, zeroBounceFailure},
		{"POST /v2/validatebatch", z.batch, zeroBounceFailure},
		{"POST /v2/sendfile", z.sendFile, zeroBounceFailure}, {"GET /v2/filestatus", z.fileStatus, zeroBounceFailure},
		{"GET /v2/getfile", z.getFile, zeroBounceFileFailure}, {"GET /v2/deletefile", z.deleteFile, zeroBounceFailure},
	}
	for _, missing := range []string{"GET /v2/getapiusage", "GET /v2/activity", "GET /v2/guessformat", "/v2/scoring/"} {
		all = append(all, route{missing, z.missing, zeroBounceFailure})
	}
	return all
}

// zeroBounce answers as ZeroBounce's API v2 does.
type zeroBounce struct{ api *api }

func zeroBounceFailure(e *Error) (int, any) {
	status := e.Status
	if status == http.StatusUnauthorized {
		status = http.StatusForbidden
	}
	return status, map[string]any{"success": false, "error": e.Why, "message": e.Why}
}

// zeroBounceFileFailure is what its clients tell from a file by a text.
func zeroBounceFileFailure(e *Error) (int, any) {
	status, _ := zeroBounceFailure(e)
	return status, map[string]any{"success": "False", "error": e.Why, "message": e.Why}
}

func (z *zeroBounce) missing(r *http.Request) (any, error) {
	if err := z.api.Engine.Admit(zeroBounceKey(r), false, 0); err != nil {
		return nil, err
	}
	return nil, &Error{Status: http.StatusNotImplemented, Why: "prebounce does not do this"}
}

func zeroBounceKey(r *http.Request) string { return r.URL.Query().Get("api_key") }

// zeroBounceAnswer is the answer to a validation. What prebounce does not look for is null.
type zeroBounceAnswer struct {
	Address       string  `json:"address"`
	Status        string  `json:"status"`
	SubStatus     string  `json:"sub_status"`
	FreeEmail     bool    `json:"free_email"`
	DidYouMean    *string `json:"did_you_mean"`
	Account       *string `json:"account"`
	Domain        *string `json:"domain"`
	DomainAgeDays *string `json:"domain_age_days"`
	ActiveInDays  *string `json:"active_in_days"`
	SMTPProvider  *string `json:"smtp_provider"`
	MXRecord      *string `json:"mx_record"`
	MXFound       *string `json:"mx_found"` // "true" or "false"; null: not known
	FirstName     *string `json:"firstname"`
	LastName      *string `json:"lastname"`
	Gender        *string `json:"gender"`
	Country       *string `json:"country"`
	Region        *string `json:"region"`
	City          *string `json:"city"`
	ZIPCode       *string `json:"zipcode"`
	ProcessedAt   string  `json:"processed_at"`
}

func zeroBounceOf(f *Finding) zeroBounceAnswer {
	w := f.words()
	local, domain := f.parts()
	a := zeroBounceAnswer{Address: f.email(), Status: w.zeroBounce, SubStatus: w.subStatus, FreeEmail: f.Free,
		DidYouMean: textOrNull(f.Suggestion), Account: textOrNull(local), Domain: textOrNull(domain),
		ProcessedAt: time.Now().UTC().Format("2006-01-02 15:04:05.000")}
	if takes, known := f.accepts(); known {
		a.MXFound = textOrNull(strconv.FormatBool(takes))
	}
	if len(f.MX) > 0 {
		a.MXRecord = &f.MX[0]
	}
	return a
}

func (z *zeroBounce) credits(r *http.Request) (any, error) {
	return map[string]any{"Credits": strconv.Itoa(credits)}, z.api.Engine.Admit(zeroBounceKey(r), false, 0)
}

func (z *zeroBounce) validate(r *http.Request) (any, error) {
	if err := z.api.Engine.Admit(zeroBounceKey(r), false, 1); err != nil {
		return nil, err
	}
	q := r.URL.Query()
	f, err := z.api.look(r.Context(), q.Get("email"), within(q.Get("timeout"), time.Second, 10*time.Second))
	if err != nil {
		return nil, err
	}
	return zeroBounceOf(&f), nil
}

// mostBatch is how many addresses are checked at once.
const mostBatch = 200

// zeroBounceError says why one of several has no answer.
type zeroBounceError struct {
	Error   string `json:"error"`
	Address string `json:"email_address"`
}

// batch checks some addresses at once, in their order.
func (z *zeroBounce) batch(r *http.Request) (any, error) {
	var q struct {
		Key   string `json:"api_key"`
		Batch []struct {
			Address string `json:"email_address"`
		} `json:"email_batch"`
	}
	body, done, err := z.api.body(r, mostBody)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := decode(body, &q); err != nil {
		return nil, err
	}
	if err := z.api.Engine.Admit(q.Key, false, len(q.Batch)); err != nil {
		return nil, err
	}
	if len(q.Batch) > mostBatch {
		return nil, &Error{Status: http.StatusRequestEntityTooLarge,
			Why: "too many addresses: want up to " + strconv.Itoa(mostBatch) + ", or a file"}
	}
	addresses := make([]string, len(q.Batch))
	for i := range q.Batch {
		addresses[i] = q.Batch[i].Address
	}
	answers, failed := z.lookAll(r.Context(), addresses)
	return map[string]any{"email_batch": answers, "errors": failed}, nil
}

// lookAll checks addresses side by side, in the time of a single one.
func (z *zeroBounce) lookAll(ctx context.Context, addresses []string) ([]zeroBounceAnswer, []zeroBounceError) {
	found, errs := make([]Finding, len(addresses)), make([]error, len(addresses))
	var all sync.WaitGroup
	for i, address := range addresses {
		all.Go(func() { found[i], errs[i] = z.api.look(ctx, address, longestWait) })
	}
	all.Wait()
	answers, failed := []zeroBounceAnswer{}, []zeroBounceError{}
	for i := range found {
		if errs[i] != nil {
			failed = append(failed, zeroBounceError{errorOf(errs[i]).Why, addresses[i]})
			continue
		}
		answers = append(answers, zeroBounceOf(&found[i]))
	}
	return answers, failed
}
