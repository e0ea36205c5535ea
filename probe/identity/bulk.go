package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Requirement is what a mailbox provider asks of who sends in bulk (Google and Microsoft: from 5000 messages a day).
type Requirement struct {
	Provider string
	Asks     string   // a sentence without full stop
	Checks   []string // that tell whether it is met; where there are none it can't be seen from outside
	Strict   []string // those of which a warning is not enough
	Promoted bool     // it is asked of marketing mail alone
	Source   string
}

const (
	google    = "support.google.com/a/answer/81126, Email sender guidelines; in force since 2024-02-01; general knowledge, 2026-11-22"
	yahoo     = "senders.yahooinc.com/best-practices, Sender Best Practices; in force since 2024-02; general knowledge, 2026-11-22"
	microsoft = "techcommunity.microsoft.com, Outlook's requirements for high-volume senders; in force since 2025-05-05; general knowledge, 2026-11-22"
)

// requirements is the table of what providers ask bulk senders for.
var requirements = []Requirement{
	{"Google", "SPF for the sending domain", []string{"spf", "spf_record", "message_spf"}, []string{"spf", "message_spf"}, false, google},
	{"Google", "DKIM for the sending domain, with a key of at least 1024 bits", []string{"dkim", "message_dkim"}, []string{"message_dkim"}, false, google},
	{"Google", "a DMARC policy, at least p=none", []string{"dmarc"}, nil, false, google},
	{"Google", "an author's domain (From) that is aligned with SPF or DKIM", []string{"dmarc_alignment", "message_dmarc"}, nil, false, google},
	{"Google", "forward-confirmed reverse DNS", []string{"ptr", "fcrdns"}, nil, false, google},
	{"Google", "one-click unsubscription in marketing mail (RFC 8058)", []string{"unsubscribe"}, nil, true, google},
	{"Google", "messages in the form of RFC 5322", []string{"header"}, nil, false, google},
	{"Google", "TLS on the way to Google", nil, nil, false, google},
	{"Google", "less than 0.3% of messages reported as spam (Postmaster Tools)", nil, nil, false, google},
	{"Yahoo", "SPF and DKIM", []string{"spf", "spf_record", "dkim", "message_spf", "message_dkim"}, []string{"spf", "message_spf", "message_dkim"}, false, yahoo},
	{"Yahoo", "a DMARC policy, at least p=none, that passes", []string{"dmarc", "dmarc_alignment", "message_dmarc"}, nil, false, yahoo},
	{"Yahoo", "forward-confirmed reverse DNS", []string{"ptr", "fcrdns"}, nil, false, yahoo},
	{"Yahoo", "one-click unsubscription in marketing mail (RFC 8058), honoured within two days", []string{"unsubscribe"}, nil, true, yahoo},
	{"Yahoo", "less than 0.3% of messages reported as spam", nil, nil, false, yahoo},
	{"Microsoft", "SPF that passes for the sending domain", []string{"spf", "spf_record", "message_spf"}, []string{"spf", "message_spf"}, false, microsoft},
	{"Microsoft", "DKIM that passes", []string{"dkim", "message_dkim"}, []string{"message_dkim"}, false, microsoft},
	{"Microsoft", "a DMARC policy, at least p=none, aligned with SPF or DKIM", []string{"dmarc", "dmarc_alignment", "message_dmarc"}, nil, false, microsoft},
	{"Microsoft", "a sender that takes mail, so that replies and bounces arrive", []string{"sender", "sender_mail", "sender_accepted"}, nil, false, microsoft},
	{"Microsoft", "a way to unsubscribe that can be seen", nil, nil, false, microsoft},
}

// Requirements is the dated table of what Google, Yahoo and Microsoft ask bulk senders for.
func Requirements() []Requirement { return slices.Clone(requirements) }

// bulkChecks come after all others, as they tell what these found.
var bulkChecks = []row{
	{"bulk", "what mailbox providers ask bulk senders for is met", nil, nil, eachRequirement, meets},
}

// eachRequirement are those of which this examination found something.
func eachRequirement(x *exam) (all []subject) {
	for i := range requirements {
		if r := &requirements[i]; len(x.about(r)) > 0 {
			all = append(all, subject{requirement: r})
		}
	}
	return all
}

// about are the findings that tell whether a requirement is met.
func (x *exam) about(r *Requirement) (all []Finding) {
	for _, f := range x.done {
		if slices.Contains(r.Checks, f.Check) {
			all = append(all, f)
		}
	}
	return all
}

func meets(_ context.Context, x *exam, s subject) Finding {
	r := s.requirement
	f := Finding{About: r.Provider, Says: fmt.Sprintf("%s asks for %s: met", r.Provider, r.Asks), Evidence: []string{"source: " + r.Source}}
	var causes []string
	for _, cause := range x.about(r) {
		result := cause.Result
		switch {
		case result != Warn || r.Promoted:
		case slices.Contains(r.Strict, cause.Check):
			result = Fail
		default:
			result = OK
		}
		if result != OK {
			causes = append(causes, cause.Check)
		}
		f.Result = max(f.Result, result)
	}
	causes = slices.Compact(causes)
	f.Because = causes
	switch f.Result {
	case Warn, Fail:
		f.Says = fmt.Sprintf("%s asks for %s: not met (%s)", r.Provider, r.Asks, strings.Join(causes, ", "))
		f.Next = "mend what is said of " + strings.Join(causes, " and ")
	case Unchecked:
		f.Next = "see what is said of " + strings.Join(causes, " and ")
		return f.unchecked("%s asks for %s: could not be checked (%s)", r.Provider, r.Asks, strings.Join(causes, ", "))
	}
	return f
}
