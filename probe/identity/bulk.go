package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Requirement is something that a mailbox provider asks of senders, mostly of bulk senders.
type Requirement struct {
	Provider string
	Asks     string   // a noun phrase: "Google asks for ..."
	Checks   []string // that tell whether it is met; where there are none it can't be seen from outside
	Strict   []string // those of which a warning is not enough
	Promoted bool     // it is asked of marketing mail alone
	Since    string   // when it came into force, as far as the source says
	Source   string   // the provider's page, and when the copy was made that was read
}

const (
	google = "support.google.com/a/answer/81126 and /14229414, copy of 2026-07; bulk means about 5,000 messages a " +
		"day to personal Gmail accounts"
	yahoo     = "senders.yahooinc.com/best-practices, copy of 2026-06; for AOL, too"
	microsoft = "techcommunity.microsoft.com 4399730 and sendersupport.olc.protection.outlook.com, copies to " +
		"2026-07; from 5,000 messages a day"
	apple   = "support.apple.com/102322, page of 2025-02, copy of 2026-03"
	laPoste = "postmaster.laposte.net, copy of 2026; alignment: emailkarma.net"
)

var (
	spfChecks       = []string{"spf", "spf_record", "message_spf"}
	spfStrict       = []string{"spf", "message_spf"}
	dkimChecks      = []string{"dkim", "message_dkim"}
	dkimStrict      = []string{"message_dkim"}
	policyChecks    = []string{"dmarc"}
	alignmentChecks = []string{"dmarc_alignment", "message_dmarc"}
	alignedPolicy   = slices.Concat(policyChecks, alignmentChecks)
	reverseChecks   = []string{"ptr", "fcrdns"}
)

// requirements is the table of what providers ask senders for.
var requirements = []Requirement{
	{"Google", "SPF for the sending domain", spfChecks, spfStrict, false, "2024-02-01", google},
	{
		"Google", "DKIM for the sending domain, with a key of at least 1024 bits", dkimChecks, dkimStrict, false,
		"2024-02-01", google,
	},
	{"Google", "a DMARC policy, at least p=none", policyChecks, nil, false, "2024-02-01", google},
	{
		"Google", "an author domain (From) that is aligned with SPF or DKIM", alignmentChecks, nil, false,
		"2024-02-01, refused since 2025-11", google,
	},
	{"Google", "forward-confirmed reverse DNS", reverseChecks, nil, false, "2024-02-01, refused since 2025-11", google},
	{
		"Google", "one-click unsubscription in marketing mail (RFC 8058)", []string{"unsubscribe"}, nil, true,
		"2024-06-01", google,
	},
	{
		"Google", "messages in the form of RFC 5322", []string{"header"}, nil, false,
		"2024-02-01, refused since 2025-11", google,
	},
	{
		"Google", "a volume that begins low and grows slowly (warm-up), without bursts", nil, nil, false, "2024-02-01",
		google,
	},
	{"Google", "TLS on the way to Google", nil, nil, false, "2023-12", google},
	{
		"Google", "fewer than 0.3% of messages reported as spam (Postmaster Tools), better below 0.1%", nil, nil, false,
		"2024-02-01", google,
	},
	{
		"Yahoo", "SPF and DKIM", slices.Concat(spfChecks, dkimChecks), slices.Concat(spfStrict, dkimStrict), false,
		"2024-02", yahoo,
	},
	{"Yahoo", "a DMARC policy, at least p=none, that passes", alignedPolicy, nil, false, "2024-02", yahoo},
	{
		"Yahoo", "forward-confirmed reverse DNS with a name that is not generic",
		[]string{"ptr", "fcrdns", "ptr_generic"}, []string{"ptr_generic"}, false, "2024-02", yahoo,
	},
	{
		"Yahoo", "one-click unsubscription in marketing mail (RFC 8058), honoured within two days",
		[]string{"unsubscribe"}, nil, true, "2024-06", yahoo,
	},
	{"Yahoo", "fewer than 0.3% of delivered messages reported as spam", nil, nil, false, "2024-02", yahoo},
	{"Microsoft", "SPF that passes for the sending domain", spfChecks, spfStrict, false, "2025-05-05", microsoft},
	{"Microsoft", "DKIM that passes", dkimChecks, dkimStrict, false, "2025-05-05", microsoft},
	{
		"Microsoft", "a DMARC policy, at least p=none, aligned with SPF or DKIM", alignedPolicy, nil, false,
		"2025-05-05", microsoft,
	},
	{
		"Microsoft", "a sender that takes mail, so that replies and bounces arrive",
		[]string{"sender", "sender_mail", "sender_accepted"}, nil, false, "2025-05-05", microsoft,
	},
	{"Microsoft", "a visible way to unsubscribe", nil, nil, false, "2025-05-05", microsoft},
	{
		"Apple", "SPF and DKIM", slices.Concat(spfChecks, dkimChecks), slices.Concat(spfStrict, dkimStrict), false,
		"2025-02", apple,
	},
	{"Apple", "a DMARC record", policyChecks, nil, false, "2025-02", apple},
	{"Apple", "reverse DNS", []string{"ptr"}, nil, false, "2025-02", apple},
	{"Apple", "messages in the form of RFC 5322", []string{"header"}, nil, false, "2025-02", apple},
	{"Apple", "a way to unsubscribe, and recipients who opted in", nil, nil, false, "2025-02", apple},
	{
		"La Poste", "SPF that passes: an address that it forbids, or an invalid record, is refused", spfChecks,
		spfStrict, false, "2025-09-09", laPoste,
	},
	{
		"La Poste", "a DMARC policy, at least p=none, aligned with SPF or DKIM", alignedPolicy, nil, false,
		"2025-09-09", laPoste,
	},
	{"La Poste", "reverse DNS", []string{"ptr"}, nil, false, "2025-09-09", laPoste},
}

// Requirements returns the dated table of what mailbox providers ask bulk senders for.
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
	f := Finding{
		About: r.Provider, Says: fmt.Sprintf("%s asks for %s: met", r.Provider, r.Asks),
		Evidence: []string{"since " + r.Since + "; source: " + r.Source},
	}
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
		f.Next = "fix what these checks found: " + strings.Join(causes, ", ")
	case Unchecked:
		f.Next = "see these checks: " + strings.Join(causes, ", ")
		return f.unchecked("%s asks for %s: could not be checked (%s)", r.Provider, r.Asks, strings.Join(causes, ", "))
	}
	return f
}
