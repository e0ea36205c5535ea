package risk

import "slices"

// Profile holds the limits of a sending service. Rates are fractions between 0 and 1; zero means that the service has
// no such limit.
type Profile struct {
	Name   string  `json:"name"`
	Title  string  `json:"title"` // what people call it
	Warn   float64 `json:"warn,omitzero"`
	Act    float64 `json:"act,omitzero"`
	Target float64 `json:"target"`              // the limit that the verdict is about
	Does   string  `json:"does"`                // what happens at the target: it "reviews accounts" at 5%
	Counts string  `json:"counts"`              // "hard" or "hard+soft"
	Volume int64   `json:"min_volume,omitzero"` // the service judges no rate below this number of messages
	Window string  `json:"window,omitempty"`    // the period or volume that the rate covers
	Kind   Grounds `json:"kind"`
	Source string  `json:"source,omitempty"`
	Date   string  `json:"date,omitempty"` // when the source was read, as 2006-01-02
}

const read = "2026-11-01"

// UsualProfile is the name of the profile that is used when the user names none.
const UsualProfile = "generic"

// profiles are the services that prebounce knows.
var profiles = []Profile{
	{"ses", "Amazon SES", 0.05, 0.10, 0.05, "reviews accounts", "hard", 0, "a representative volume", Documented,
		"docs.aws.amazon.com, SES sending review FAQ", read},
	{"sendgrid", "Twilio SendGrid", 0.05, 0, 0.05, "sets its recommended limit", "hard", 0, "attempts", Documented,
		"docs.sendgrid.com, bounce and block classifications (a recommendation)", read},
	{"mailgun", "Mailgun", 0.05, 0.05, 0.05, "is reported to disable domains", "hard", 0, "sending domain", Reported,
		"help.prismacampaigns.com; Mailgun documents that it has a limit, but not its value", read},
	{"postmark", "Postmark", 0.05, 0.10, 0.05, "is reported to warn", "hard", 0, "server", Reported,
		"emailverifiers.com", read},
	{"mailchimp", "Mailchimp", 0.02, 0.05, 0.02, "is reported to review sends", "hard", 0, "send", Reported,
		"synthisia.com, bounceproof.co; Mailchimp documents that its limits change", read},
	{"klaviyo", "Klaviyo", 0.008, 0.015, 0.015, "calls a rate critical", "hard+soft", 0, "the last three campaigns",
		Documented, "help.klaviyo.com 115000201131 (guidance)", read},
	{"hubspot", "HubSpot", 0.05, 0.05, 0.05, "suspends sending", "hard", 0, "month; judged on a small first part",
		Documented, "knowledge.hubspot.com, why is my email suspended", read},
	{"brevo", "Brevo", 0.02, 0.02, 0.02, "suspends campaigns", "hard", 0,
		"24 hours, or a random part of new contacts", Documented, "help.brevo.com 209408165", read},
	{"generic", "a typical service", 0.02, 0.05, 0.02, "starts reviewing accounts", "hard", 0, "send", Assumed,
		"the lower of the published limits", read},
	{"strict", "a strict service", 0.01, 0.02, 0.01, "starts reviewing accounts", "hard", 0, "send", Assumed,
		"senders with a good reputation average 1 % unknown users (Validity, 2017)", read},
}

// Profiles returns the built-in profiles.
func Profiles() []Profile { return slices.Clone(profiles) }

// ProfileNamed returns the built-in profile of that name.
func ProfileNamed(name string) (Profile, bool) {
	i := slices.IndexFunc(profiles, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return Profile{}, false
	}
	return profiles[i], true
}
