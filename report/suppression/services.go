package suppression

import "github.com/prebounce/prebounce/report/risk"

const (
	asRead  = "2026-11-01"
	asKnown = "2026-11-30"
)

// services are the services whose form we know. All take UTF-8 without a byte order mark. Nothing here stops
// transactional mail to a person who only opted out of marketing.
var services = []Service{
	ses, sendgrid, mailgun, mailchimp, klaviyo, hubspot, postmark, brevo, salesforceMC,
	sparkpost, mandrill, mailerlite, resend, listmonk, mautic, salesforce, plain,
}

var ses = Service{
	Name: "ses", Title: "Amazon SES", ASCII: true, Kind: risk.Documented, Date: asRead,
	Source: "docs.aws.amazon.com, SES developer guide: account-level suppression list, adding in bulk; contact " +
		"lists, importing",
	Formats: []Format{
		{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
			Bounce: {Rows: 100_000, form: columns{{"", address}, {"", always("BOUNCE")}},
				Then: sesSuppress("CSV")},
			Complaint: {Rows: 100_000, form: columns{{"", address}, {"", always("COMPLAINT")}},
				Then: sesSuppress("CSV")},
			Unsubscribe: {Rows: 100_000, form: columns{{"emailAddress", address}, {"unsubscribeAll", always("true")}},
				Then: sesContacts("CSV")},
		}},
		{Name: "json", Ext: ".json", Imports: [numKinds]Import{
			Bounce:      {Rows: 100_000, form: requests{1, sesBody("BOUNCE")}, Then: sesSuppress("JSON")},
			Complaint:   {Rows: 100_000, form: requests{1, sesBody("COMPLAINT")}, Then: sesSuppress("JSON")},
			Unsubscribe: {Rows: 100_000, form: requests{1, sesContactBody}, Then: sesContacts("JSON")},
		}},
	},
}

func sesSuppress(format string) string {
	return "Copy the file into an S3 bucket and import it into the account's suppression list:\n" +
		"  aws s3 cp FILE s3://BUCKET/NAME\n" +
		"  aws sesv2 create-import-job --import-data-source S3Url=s3://BUCKET/NAME,DataFormat=" + format + " \\\n" +
		"    --import-destination 'SuppressionListDestination={SuppressionListImportAction=PUT}'\n" +
		"The bucket's policy must let ses.amazonaws.com read it (s3:GetObject), and the account needs production " +
		"access.\n" +
		"The list is per Region: import it in each Region that you send from. It only works for the reasons that " +
		"are enabled:\n" +
		"  aws sesv2 put-account-suppression-attributes --suppressed-reasons BOUNCE COMPLAINT"
}

func sesContacts(format string) string {
	return "Never import these into the account's suppression list: it would stop receipts and password mails, too.\n" +
		"Leave them out of your sends, or, if you use an SES contact list, unsubscribe them there:\n" +
		"  aws s3 cp FILE s3://BUCKET/NAME\n" +
		"  aws sesv2 create-import-job --import-data-source S3Url=s3://BUCKET/NAME,DataFormat=" + format + " \\\n" +
		"    --import-destination 'ContactListDestination={ContactListName=LIST,ContactListImportAction=PUT}'"
}

var sendgrid = Service{
	Name: "sendgrid", Title: "Twilio SendGrid", ASCII: true, Kind: risk.Reported, Date: asRead,
	Source: "docs.sendgrid.com: global unsubscribes; unsubscribe groups; uploading a CSV",
	Formats: []Format{
		{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
			Bounce: {form: columns{{"email", address}},
				Then: "Suppressions, Global Unsubscribes, Add recipients, upload FILE. That stops all mail to " +
					"these addresses."},
			Unsubscribe: {form: columns{{"email", address}},
				Then: "Suppressions, Unsubscribe Groups: upload FILE to the group of your marketing mail. Global " +
					"Unsubscribes would stop transactional mail, too."},
		}},
		{Name: "json", Ext: ".jsonl", Imports: [numKinds]Import{
			Bounce: {form: requests{1000, sendgridRecipients}, Then: sendgridPost("asm/suppressions/global")},
			Unsubscribe: {form: requests{1000, sendgridRecipients},
				Then: sendgridPost("asm/groups/GROUP/suppressions")},
		}},
	},
}

func sendgridPost(path string) string {
	return "Each line is the body of one request:\n  " +
		posting("https://api.sendgrid.com/v3/"+path, "Authorization: Bearer KEY", "Content-Type: application/json")
}

// posting sends each line of a file, and says which of them failed.
func posting(url string, headers ...string) string {
	command := "while IFS= read -r body; do curl --fail-with-body -X POST " + url
	for _, h := range headers {
		command += " -H '" + h + "'"
	}
	return command + " --data \"$body\" || echo \"failed: $body\" >&2; done <FILE"
}

var mailgun = Service{
	Name: "mailgun", Title: "Mailgun", Kind: risk.Documented, Date: asRead,
	Source: "documentation.mailgun.com, suppressions: import a list of bounces, complaints, unsubscribes",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce: {Octets: 25_000_000, form: columns{{"address", address}, {"code", code}, {"error", said},
			{"created_at", when}},
			Then: mailgunImport("Bounces", "bounces")},
		Complaint: {Octets: 25_000_000, form: columns{{"address", address}, {"created_at", when}},
			Then: mailgunImport("Complaints", "complaints")},
		Unsubscribe: {Octets: 25_000_000, form: columns{{"address", address}, {"tags", always("*")},
			{"created_at", when}},
			Then: mailgunImport("Unsubscribes", "unsubscribes") +
				"\nDo that for the domain of your marketing mail alone: the tag * stops all mail of a domain. For " +
				"a part of it, write its tag instead."},
	}}},
}

func mailgunImport(page, path string) string {
	return "Suppressions, " + page + ", Import, for the sending domain; or:\n" +
		"  curl --fail-with-body --user api:KEY https://api.mailgun.net/v3/DOMAIN/" + path + "/import -F file=@FILE"
}

var mailchimp = Service{
	Name: "mailchimp", Title: "Mailchimp", ASCII: true, Kind: risk.Reported, Date: asRead,
	Source: "mailchimp.com/help: import contacts, choosing their status, updating existing contacts; address " +
		"requirements",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce: {form: columns{{"Email Address", address}},
			Then: "Audience, Import contacts, upload FILE, status Cleaned, and tick \"Update any existing " +
				"contacts\": without it those that are there stay subscribed.\n" +
				"Over the API that is update_existing: true."},
		Unsubscribe: {form: columns{{"Email Address", address}},
			Then: "Audience, Import contacts, upload FILE, status Unsubscribed, and tick \"Update any existing " +
				"contacts\" (update_existing: true over the API)."},
	}}},
}

var klaviyo = Service{
	Name: "klaviyo", Title: "Klaviyo", Kind: risk.Documented, Date: asRead,
	Source: "help.klaviyo.com: suppressing profiles by a CSV; developers.klaviyo.com: bulk suppress, bulk unsubscribe",
	Formats: []Format{
		{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
			Bounce: {form: columns{{"Email", address}},
				Then: "Audience, Profiles, Suppressed Profiles, upload FILE. It may hold this one column only."},
			Unsubscribe: {form: columns{{"Email", address}},
				Then: "To unsubscribe them, export again with --format json. The page of suppressed profiles takes " +
					"FILE, too, but then they can't simply subscribe again."},
		}},
		{Name: "json", Ext: ".jsonl", Imports: [numKinds]Import{
			Bounce: {form: requests{100, klaviyoSuppress},
				Then: klaviyoPost("profile-suppression-bulk-create-jobs")},
			Unsubscribe: {form: requests{100, klaviyoUnsubscribe},
				Then: klaviyoPost("profile-subscription-bulk-delete-jobs")},
		}},
	},
}

func klaviyoPost(path string) string {
	return "Each line is the body of one request:\n  " + posting("https://a.klaviyo.com/api/"+path,
		"Authorization: Klaviyo-API-Key KEY", "revision: 2024-10-15", "Content-Type: application/vnd.api+json",
		"Accept: application/vnd.api+json")
}

var hubspot = Service{
	Name: "hubspot", Title: "HubSpot", Kind: risk.Documented, Date: asRead,
	Source: "knowledge.hubspot.com: import an opt-out list, resubscribe a contact; its free tools are reported to " +
		"take 20 MB",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce:      {Octets: 20_000_000, form: columns{{"Email", address}}, Then: hubspotImport},
		Unsubscribe: {Octets: 20_000_000, form: columns{{"Email", address}}, Then: hubspotImport},
	}}},
}

const hubspotImport = "Contacts, Import, Opt-out list, upload FILE. An import can't be undone as a whole;\n" +
	"a contact can be resubscribed singly, on its record, if the person asks for it."
