package serve

// guide is what to click in a sending service to import the result of a run.
type guide struct {
	Name, Title string
	Steps       []string // for the contacts to mail; what must not be mailed is for the package suppression to tell
}

// guides are the services whose pages we know; the last one fits all others. Names of buttons change: each
// step says what it is for.
var guides = []guide{
	{"mailchimp", "Mailchimp",
		[]string{
			"Open Audience, then All contacts.",
			"Click Add contacts, then Import contacts, then Upload a file.",
			"Choose the file of contacts to mail, and leave the status at Subscribed.",
			"Match the e-mail column, tick “Update any existing contacts”, give the import a tag such as " +
				"“cleaned”, and finish.",
			"Send your campaign to that tag.",
		}},
	{"hubspot", "HubSpot",
		[]string{
			"Open CRM, then Contacts, and click Import.",
			"Choose File from computer, One file, One object, Contacts.",
			"Upload the file of contacts to mail and match the e-mail column.",
			"Tick “Create a contact list from this import”, and finish.",
			"Send your e-mail to that list.",
		}},
	{"klaviyo", "Klaviyo",
		[]string{
			"Open Audience, then Lists & segments, and click Create new, List.",
			"Open the list, click Manage list, then Import contacts.",
			"Upload the file of contacts to mail, match the columns and start the import.",
			"Send your campaign to that list.",
		}},
	{"brevo", "Brevo",
		[]string{
			"Open Contacts, then Import contacts, and upload the file of contacts to mail.",
			"Match the e-mail column and put the contacts into a new list.",
			"Confirm that they agreed to your mail, and start the import.",
			"Send your campaign to that list.",
		}},
	{"sendgrid", "Twilio SendGrid",
		[]string{
			"Open Marketing, then Contacts, and click Add contacts, Upload CSV.",
			"Put them into a new list and upload the file of contacts to mail.",
			"Match the e-mail column and start the import.",
			"Send your single send to that list.",
		}},
	{"ses", "Amazon SES",
		[]string{
			"SES keeps no pages for lists: send from your own program to the addresses in the file of contacts to " +
				"mail.",
		}},
	{"mailgun", "Mailgun",
		[]string{
			"Open Sending, then Mailing lists, and create a list or open one.",
			"Import the file of contacts to mail as its members.",
		}},
	{"postmark", "Postmark",
		[]string{
			"Postmark keeps no lists: send from your own program to the addresses in the file of contacts to mail.",
		}},
	{"", "any other service",
		[]string{
			"Find the page where you import contacts; it is often called Contacts, Audience or Subscribers.",
			"Make a new list or tag there, such as “cleaned”.",
			"Upload the file of contacts to mail, and match the column with the e-mail addresses.",
			"Send to that new list, not to all contacts.",
		}},
}

// guideFor finds the guide of a service.
func guideFor(name string) guide {
	for _, g := range guides {
		if g.Name == name {
			return g
		}
	}
	return guides[len(guides)-1]
}
