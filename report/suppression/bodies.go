package suppression

import "github.com/prebounce/prebounce/validate/batch"

// This file has the bodies of requests, in the names that each API has.

type postmarkEntry struct{ EmailAddress string }

func postmarkBody(rows []batch.Result) any {
	return struct{ Suppressions []postmarkEntry }{each(rows,
		func(r *batch.Result) postmarkEntry { return postmarkEntry{r.Address} })}
}

// sesEntry is a line of an import job with DataFormat=JSON.
type sesEntry struct {
	Address string `json:"emailAddress"`
	Reason  string `json:"reason"`
}

func sesBody(reason string) func([]batch.Result) any {
	return func(rows []batch.Result) any { return sesEntry{rows[0].Address, reason} }
}

type sesContact struct {
	Address string `json:"emailAddress"`
	All     bool   `json:"unsubscribeAll"`
}

func sesContactBody(rows []batch.Result) any { return sesContact{rows[0].Address, true} }

type sendgridBody struct {
	Recipients []string `json:"recipient_emails"`
}

func sendgridRecipients(rows []batch.Result) any {
	return sendgridBody{each(rows, func(r *batch.Result) string { return r.Address })}
}

// klaviyo bodies follow JSON:API: https://jsonapi.org.
type klaviyoBody struct {
	Data klaviyoJob `json:"data"`
}

type klaviyoJob struct {
	Type       string            `json:"type"`
	Attributes klaviyoAttributes `json:"attributes"`
}

type klaviyoAttributes struct {
	Profiles klaviyoProfiles `json:"profiles"`
}

type klaviyoProfiles struct {
	Data []klaviyoProfile `json:"data"`
}

type klaviyoProfile struct {
	Type       string        `json:"type"`
	Attributes klaviyoPerson `json:"attributes"`
}

type klaviyoPerson struct {
	Email         string                `json:"email"`
	Subscriptions *klaviyoSubscriptions `json:"subscriptions,omitempty"`
}

type klaviyoSubscriptions struct {
	Email klaviyoChannel `json:"email"`
}

type klaviyoChannel struct {
	Marketing klaviyoConsent `json:"marketing"`
}

type klaviyoConsent struct {
	Consent string `json:"consent"`
}

func klaviyoSuppress(rows []batch.Result) any {
	return klaviyoJobOf("profile-suppression-bulk-create-job", rows, nil)
}

func klaviyoUnsubscribe(rows []batch.Result) any {
	gone := klaviyoSubscriptions{klaviyoChannel{klaviyoConsent{"UNSUBSCRIBED"}}}
	return klaviyoJobOf("profile-subscription-bulk-delete-job", rows, &gone)
}

func klaviyoJobOf(job string, rows []batch.Result, consent *klaviyoSubscriptions) any {
	profiles := each(rows, func(r *batch.Result) klaviyoProfile {
		return klaviyoProfile{"profile", klaviyoPerson{r.Address, consent}}
	})
	return klaviyoBody{klaviyoJob{job, klaviyoAttributes{klaviyoProfiles{profiles}}}}
}

func each[T any](rows []batch.Result, entry func(*batch.Result) T) (out []T) {
	for i := range rows {
		out = append(out, entry(&rows[i]))
	}
	return out
}
