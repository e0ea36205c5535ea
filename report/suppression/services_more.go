package suppression

import (
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/batch"
)

var postmark = Service{
	Name: "postmark", Title: "Postmark", Kind: risk.Documented, Date: asRead,
	Source: "postmarkapp.com/developer, suppressions API: create a suppression; 50 a request as reported",
	Formats: []Format{{Name: "json", Ext: ".jsonl", Imports: [numKinds]Import{
		Bounce: {form: requests{50, postmarkBody},
			Then: "Each line is the body of one request, with at most 50 addresses. Do it for each message " +
				"stream:\n  " +
				postmarkPost("STREAM")},
		Unsubscribe: {form: requests{50, postmarkBody},
			Then: "Each line is the body of one request. Do it for your broadcast stream alone, never for a " +
				"transactional one (outbound):\n  " +
				postmarkPost("BROADCAST-STREAM")},
	}}},
}

func postmarkPost(stream string) string {
	return posting("https://api.postmarkapp.com/message-streams/"+stream+"/suppressions",
		"Accept: application/json", "Content-Type: application/json", "X-Postmark-Server-Token: TOKEN") +
		"\nThe reply has a Status for each address: look for Failed, since the request as a whole succeeds."
}

var brevo = Service{
	Name: "brevo", Title: "Brevo", Kind: risk.Documented, Date: asRead,
	Source: "developers.brevo.com, import contacts: fileBody of 10 MB at most, safely 8; listIds or newList; " +
		"emailBlacklist",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce: {Octets: 8_000_000, form: columns{{"EMAIL", address}},
			Then: brevoImport("Dead addresses may go there, too, one request each: POST /v3/smtp/blockedContacts " +
				"is not an import.")},
		Unsubscribe: {Octets: 8_000_000, form: columns{{"EMAIL", address}},
			Then: brevoImport("Leave that one alone for people who only opted out of marketing.")},
	}}},
}

func brevoImport(transactional string) string {
	return "Contacts, Import contacts, upload FILE, and choose to blocklist them for e-mail campaigns.\n" +
		"Over the API: POST /v3/contacts/import with emailBlacklist: true and either listIds or newList, without " +
		"which it fails.\n" +
		"The blocklist of transactional mail is another one. " + transactional
}

var salesforceMC = Service{
	Name: "salesforce-mc", Title: "Salesforce Marketing Cloud", Kind: risk.Reported, Date: asRead,
	Source: "help.salesforce.com, Marketing Cloud: auto-suppression lists, publication lists",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce: {form: columns{{"Email Address", address}},
			Then: "Import FILE into an auto-suppression list, or into a data extension that your sends exclude."},
		Unsubscribe: {form: columns{{"Email Address", address}},
			Then: "Import FILE into an auto-suppression list of your commercial send classification alone, or " +
				"unsubscribe them from its publication list."},
	}}},
}

var sparkpost = Service{
	Name: "sparkpost", Title: "SparkPost", Kind: risk.Reported, Date: asKnown,
	Source: "developers.sparkpost.com, suppression list: types transactional and non_transactional; uploading a CSV",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce: {form: forms{
			{{"recipient", address}, {"type", always("transactional")}, {"description", said}},
			{{"recipient", address}, {"type", always("non_transactional")}, {"description", said}},
		}, Then: "Recipients, Suppressions, Bulk upload: FILE. Each address stands in it twice, for both types of " +
			"mail."},
		Complaint: {form: columns{{"recipient", address}, {"type", always("non_transactional")},
			{"description", always("spam complaint")}}, Then: sparkpostUpload},
		Unsubscribe: {form: columns{{"recipient", address}, {"type", always("non_transactional")},
			{"description", always("unsubscribed")}},
			Then: sparkpostUpload},
	}}},
}

const sparkpostUpload = "Recipients, Suppressions, Bulk upload: FILE. It stops non-transactional mail only."

var mandrill = Service{
	Name: "mandrill", Title: "Mailchimp Transactional (Mandrill)", Kind: risk.Reported, Date: asKnown,
	Source: "mailchimp.com/developer/transactional: rejections denylist, add and import",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce: {form: columns{{"email", address}, {"comment", said}},
			Then: "Outbound, Rejection Denylist, Import: FILE."},
		Unsubscribe: {form: columns{{"email", address}},
			Then: "Never import these into the denylist: it stops all mail, and Mandrill sends transactional mail. " +
				"Leave them out of your sends,\n" +
				"or import FILE into your Mailchimp audience as Unsubscribed."},
	}}},
}

var mailerlite = Service{
	Name: "mailerlite", Title: "MailerLite", Kind: risk.Reported, Date: asKnown,
	Source: "mailerlite.com/help: importing unsubscribed subscribers; developers.mailerlite.com, subscribers: status",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce: {form: columns{{"Email", address}},
			Then: "Subscribers, Add subscribers, upload FILE as unsubscribed. Over the API, POST /api/subscribers " +
				"takes status: bounced."},
		Unsubscribe: {form: columns{{"Email", address}},
			Then: "Subscribers, Add subscribers, upload FILE as unsubscribed. Over the API, POST /api/subscribers " +
				"takes status: unsubscribed."},
	}}},
}

var resend = Service{
	Name: "resend", Title: "Resend", Kind: risk.Reported, Date: asKnown,
	Source: "resend.com/docs: audiences, importing contacts, unsubscribed; its own suppression list can't be " +
		"imported into",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce:      {form: columns{{"email", address}, {"unsubscribed", always("true")}}, Then: resendImport},
		Unsubscribe: {form: columns{{"email", address}, {"unsubscribed", always("true")}}, Then: resendImport},
	}}},
}

const resendImport = "Audiences, Import CSV: FILE, with the column unsubscribed. That keeps broadcasts away. Mail " +
	"sent over the API is not affected:\n" +
	"leave dead addresses out of it yourself."

var listmonk = Service{
	Name: "listmonk", Title: "listmonk", Kind: risk.Reported, Date: asKnown,
	Source: "listmonk.app/docs: import, mode blocklist",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce:      {form: columns{{"email", address}, {"name", address}}, Then: listmonkImport},
		Unsubscribe: {form: columns{{"email", address}, {"name", address}}, Then: listmonkImport},
	}}},
}

const listmonkImport = "Subscribers, Import, mode Blocklist, delimiter comma: FILE. Or:\n" +
	"  curl --fail-with-body -u USER:TOKEN https://HOST/api/import/subscribers -F " +
	"'params={\"mode\":\"blocklist\",\"delim\":\",\"}' -F file=@FILE"

var mautic = Service{
	Name: "mautic", Title: "Mautic", Kind: risk.Reported, Date: asKnown,
	Source: "docs.mautic.org: contacts, importing, the field Do Not Contact (doNotEmail)",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce:      {form: columns{{"email", address}, {"doNotEmail", always("1")}}, Then: mauticImport},
		Unsubscribe: {form: columns{{"email", address}, {"doNotEmail", always("1")}}, Then: mauticImport},
	}}},
}

const mauticImport = "Contacts, Import: FILE, and match the column doNotEmail with Do Not Contact: Email. Contacts " +
	"that are there are found by their email.\n" +
	"Mail that is marked as transactional in Mautic still reaches them."

var salesforce = Service{
	Name: "salesforce", Title: "Salesforce (Sales Cloud)", Kind: risk.Reported, Date: asKnown,
	Source: "help.salesforce.com: Email Opt Out of contacts and leads; bounce handling; Data Import Wizard, " +
		"matching by email",
	Formats: []Format{{Name: "csv", Ext: ".csv", Imports: [numKinds]Import{
		Bounce: {form: columns{{"Email", address}, {"EmailBouncedReason", said}, {"EmailBouncedDate", day}},
			Then: "Data Loader, Update, of Contact and of Lead: FILE. Look up the Ids by Email first, and map the " +
				"two bounce fields."},
		Unsubscribe: {form: columns{{"Email", address}, {"HasOptedOutOfEmail", always("true")}},
			Then: "Data Import Wizard, update existing records, matched by email, of contacts and of leads: FILE; " +
				"map HasOptedOutOfEmail to Email Opt Out."},
	}}},
}

var plain = Service{
	Name: "plain", Title: "a plain list", Kind: risk.Documented, Date: asKnown,
	Source: "one address a line, in UTF-8",
	Formats: []Format{
		{Name: "txt", Ext: ".txt", Imports: plainImports(columns{{"", address}})},
		{Name: "csv", Ext: ".csv", Imports: plainImports(columns{{"email", address}})},
		{Name: "json", Ext: ".jsonl", Imports: plainImports(requests{1, plainBody})},
	},
}

func plainImports(f form) [numKinds]Import {
	return [numKinds]Import{
		Bounce: {form: f, Then: "Keep the addresses of FILE out of every send; clean takes it by --bounced FILE."},
		Complaint: {form: f, Then: "Keep the addresses of FILE out of every send; clean takes it by --suppress " +
			"FILE."},
		Unsubscribe: {form: f, Then: "Keep the addresses of FILE out of marketing mail; clean takes it by " +
			"--suppress FILE."},
	}
}

type plainEntry struct {
	Email string `json:"email"`
}

func plainBody(rows []batch.Result) any { return plainEntry{rows[0].Address} }
