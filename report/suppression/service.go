package suppression

import (
	"slices"

	"github.com/prebounce/prebounce/report/risk"
)

// Service is what a sending service takes. Limits of zero are none that we know of.
type Service struct {
	Name   string
	Title  string // what people call it
	Ext    string // of its files, with the dot
	Rows   int    // addresses that one file may have
	Octets int64  // that one file may have
	ASCII  bool   // it takes no address with other letters
	Then   string // what to do with the files; FILE stands for each of them

	Kind   risk.Kind // what the row rests on: the service's own pages, or what its users say
	Source string    // that page
	Date   string    // when it was read, as 2006-01-02

	form form
}

const read = "2026-11-01"

// services are the services whose form we know. All take UTF-8 without a byte order mark.
var services = []Service{
	{
		Name: "ses", Title: "Amazon SES", Ext: ".csv", Rows: 100_000, ASCII: true, form: columns{{"", address}, {"", always("BOUNCE")}},
		Then: "Put each FILE into a bucket of S3 and import it into the account's suppression list:\n" +
			"  aws s3 cp FILE s3://BUCKET/\n" +
			"  aws sesv2 create-import-job --import-data-source S3Url=s3://BUCKET/FILE,DataFormat=CSV --import-destination 'SuppressionListDestination={SuppressionListImportAction=PUT}'",
		Kind: risk.Documented, Source: "docs.aws.amazon.com, SES developer guide, account-level suppression list: adding addresses in bulk", Date: read,
	},
	{
		Name: "sendgrid", Title: "Twilio SendGrid", Ext: ".csv", form: columns{{"email", address}},
		Then: "Suppressions, Global Unsubscribes, add recipients, upload each FILE.",
		Kind: risk.Reported, Source: "docs.sendgrid.com, global unsubscribes: uploading a CSV", Date: read,
	},
	{
		Name: "mailgun", Title: "Mailgun", Ext: ".csv", Octets: 25_000_000, form: columns{{"address", address}, {"code", code}, {"error", said}, {"created_at", when}},
		Then: "Import each FILE into the bounces of the sending domain, by Suppressions, Bounces, Import, or:\n" +
			"  curl --user api:KEY https://api.mailgun.net/v3/DOMAIN/bounces/import -F file=@FILE",
		Kind: risk.Documented, Source: "documentation.mailgun.com, suppressions: import a list of bounces", Date: read,
	},
	{
		Name: "mailchimp", Title: "Mailchimp", Ext: ".csv", form: columns{{"Email Address", address}},
		Then: "Import each FILE into the audience as Cleaned contacts. Unsubscribed keeps mail away too, but counts people who left.",
		Kind: risk.Reported, Source: "mailchimp.com/help, import contacts: choosing their status", Date: read,
	},
	{
		Name: "klaviyo", Title: "Klaviyo", Ext: ".csv", form: columns{{"Email", address}},
		Then: "Audience, Profiles, suppressed profiles, upload each FILE. It may hold this one column only.",
		Kind: risk.Documented, Source: "help.klaviyo.com, how to suppress profiles manually: uploading a CSV", Date: read,
	},
	{
		Name: "hubspot", Title: "HubSpot", Ext: ".csv", Octets: 20_000_000, form: columns{{"Email", address}},
		Then: "Import each FILE as an opt-out list. It can't be undone for one address at a time.",
		Kind: risk.Documented, Source: "knowledge.hubspot.com, import an opt-out list; its free tools are reported to take 20 MB", Date: read,
	},
	{
		Name: "postmark", Title: "Postmark", Ext: ".jsonl", form: batches{perLine: 50},
		Then: "Each line of FILE is the body of one request, with at most 50 addresses:\n" +
			"  while IFS= read -r body; do curl -X POST https://api.postmarkapp.com/message-streams/STREAM/suppressions -H 'Content-Type: application/json' -H 'X-Postmark-Server-Token: TOKEN' --data \"$body\"; done <FILE",
		Kind: risk.Documented, Source: "postmarkapp.com/developer, suppressions API: create a suppression; 50 a request as reported", Date: read,
	},
	{
		Name: "brevo", Title: "Brevo", Ext: ".csv", Octets: 8_000_000, form: columns{{"EMAIL", address}},
		Then: "Contacts, Import, and choose to blocklist the contacts of each FILE. Over the API: POST /v3/contacts/import with emailBlacklist true.",
		Kind: risk.Documented, Source: "developers.brevo.com, import contacts: fileBody, of 10 MB at most, safely 8", Date: read,
	},
	{
		Name: "salesforce-mc", Title: "Salesforce Marketing Cloud", Ext: ".csv", form: columns{{"Email Address", address}},
		Then: "Import each FILE into an auto-suppression list, or into a data extension that your sends exclude.",
		Kind: risk.Reported, Source: "help.salesforce.com, Marketing Cloud: auto-suppression lists", Date: read,
	},
}

// Services returns the services in the order of their table.
func Services() []Service { return slices.Clone(services) }

// Named finds a service.
func Named(name string) (Service, bool) {
	i := slices.IndexFunc(services, func(s Service) bool { return s.Name == name })
	if i < 0 {
		return Service{}, false
	}
	return services[i], true
}
