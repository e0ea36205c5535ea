package bounces

// formats is the one table of exports, the particular before the general.
var formats = []format{
	{
		name: "ses", title: "Amazon SES bounces (SNS notifications and event publishing)",
		needs: []string{"bounce.bouncetype", "bounce.bouncedrecipients"}, each: "bounce.bouncedrecipients",
		address: []string{"each.emailaddress"}, text: []string{"each.diagnosticcode"},
		status: []string{"each.status"}, at: []string{"bounce.timestamp"},
		label: []string{"bounce.bouncetype", "bounce.bouncesubtype"}, labels: sesLabels,
		source: "docs.aws.amazon.com/ses/latest/dg/notification-contents.html and " +
			"event-publishing-retrieving-sns-contents.html",
	},
	{
		name: "ses-delivery", title: "Amazon SES deliveries",
		needs: []string{"delivery.recipients"}, each: "delivery.recipients",
		address: []string{"each"}, text: []string{"delivery.smtpresponse"}, at: []string{"delivery.timestamp"},
		labels: map[string]Fate{"": Alive},
		source: "docs.aws.amazon.com/ses/latest/dg/notification-contents.html#delivery-object",
	},
	{
		name: "ses-other", title: "Amazon SES sends, opens, clicks, complaints",
		needs:  []string{"mail.messageid"},
		source: "docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html",
	},
	{
		name: "mailgun-events", title: "Mailgun events and webhooks",
		needs:   []string{"event", "recipient", "timestamp"},
		address: []string{"recipient"}, text: []string{"deliverystatus.message", "deliverystatus.description"},
		code:   []string{"deliverystatus.code"},
		status: []string{"deliverystatus.enhancedcode"}, host: []string{"deliverystatus.mxhost"},
		at:    []string{"timestamp"},
		label: []string{"event", "severity", "reason"}, labels: mailgunLabels,
		source: "documentation.mailgun.com/docs/mailgun/user-manual/events/events",
	},
	{
		name: "mailgun", title: "Mailgun bounces",
		needs:   []string{"address", "code", "error", "createdat"},
		address: []string{"address"}, text: []string{"error"}, code: []string{"code"}, at: []string{"createdat"},
		labels: map[string]Fate{"": Dead}, // the list holds only what failed for good
		source: "documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/bounces",
	},
	{
		name: "sendgrid-events", title: "SendGrid Event Webhook",
		needs:   []string{"event", "email", "timestamp"},
		address: []string{"email"}, text: []string{"reason", "response"}, status: []string{"status"},
		at:    []string{"timestamp"},
		label: []string{"event", "type", "bounceclassification"}, labels: sendgridLabels,
		source: "www.twilio.com/docs/sendgrid/for-developers/tracking-events/event",
	},
	{
		name: "sendgrid", title: "SendGrid bounces",
		needs:   []string{"email", "reason", "status", "created"},
		address: []string{"email"}, text: []string{"reason"}, status: []string{"status"}, at: []string{"created"},
		source: "www.twilio.com/docs/sendgrid/api-reference/bounces-api",
	},
	{
		name: "postmark", title: "Postmark bounces",
		needs:   []string{"type", "email", "bouncedat"},
		address: []string{"email"}, text: []string{"details"}, at: []string{"bouncedat"},
		label: []string{"type"}, labels: postmarkLabels,
		source: "postmarkapp.com/developer/api/bounce-api",
	},
	{
		name: "mailchimp", title: "Mailchimp cleaned contacts",
		needs:   []string{"emailaddress", "cleantime"},
		address: []string{"emailaddress"}, at: []string{"cleantime"},
		labels: map[string]Fate{"": Dead}, // bounced hard, or softly again and again
		source: "mailchimp.com/help/about-cleaned-contacts",
	},
	{
		name: "mailchimp-activity", title: "Mailchimp report of e-mail activity",
		needs: []string{"emailaddress", "activity"}, each: "activity",
		address: []string{"emailaddress"}, at: []string{"each.timestamp"},
		label: []string{"each.action", "each.type"}, labels: mailchimpLabels,
		source: "mailchimp.com/developer/marketing/api/email-activity-reports",
	},
	{
		name: "klaviyo-profiles", title: "Klaviyo profiles with their suppressions",
		needs:   []string{"attributes.email", "attributes.subscriptions.email.marketing.suppression"},
		each:    "attributes.subscriptions.email.marketing.suppression",
		address: []string{"attributes.email"}, at: []string{"each.timestamp"},
		label: []string{"each.reason"}, labels: klaviyoLabels,
		source: "developers.klaviyo.com/en/reference/get_profiles",
	},
	{
		name: "mandrill", title: "Mailchimp Transactional (Mandrill) rejections",
		needs:   []string{"email", "reason", "detail", "createdat"},
		address: []string{"email"}, text: []string{"detail"}, at: []string{"createdat"},
		label: []string{"reason"}, labels: mandrillLabels,
		source: "mailchimp.com/developer/transactional/api/rejects",
	},
	{
		name: "brevo", title: "Brevo transactional events",
		needs:   []string{"event", "email", "date"},
		address: []string{"email"}, text: []string{"reason"}, at: []string{"date"},
		label: []string{"event"}, labels: brevoLabels,
		source: "developers.brevo.com/reference/getemaileventreport and " +
			"developers.brevo.com/docs/transactional-webhooks",
	},
	{
		name: "hubspot", title: "HubSpot unsubscribes and bounces",
		needs:   []string{"portalbounce", "globalbounce"},
		address: []string{"email", "emailaddress", "recipient"},
		label:   []string{"portalbounce"}, labels: hubspotLabels,
		source: "knowledge.hubspot.com/marketing-email/export-email-bounces-and-unsubscribes",
	},
	{
		name: "hubspot-contacts", title: "HubSpot contacts with the reason of their hard bounce",
		needs: []string{"email", "hsemailhardbouncereasonenum"}, address: []string{"email"},
		at:    []string{"hsemaillastsenddate"},
		label: []string{"hsemailhardbouncereasonenum"}, labels: hubspotLabels,
		source: "knowledge.hubspot.com/properties/hubspots-default-contact-properties",
	},
	{
		name: "salesforce-mc", title: "Salesforce Marketing Cloud bounce extract",
		needs:   []string{"emailaddress", "bouncecategory", "smtpcode"},
		address: []string{"emailaddress"}, text: []string{"smtpbouncereason", "bouncereason"},
		code: []string{"smtpcode"}, at: []string{"eventdate"},
		label: []string{"bouncecategory"}, labels: salesforceLabels,
		source: "help.salesforce.com: Data Extract, Tracking Extract, Bounces",
	},
	{
		name: "sisimai", title: "Sisimai",
		needs:   []string{"recipient", "reason", "deliverystatus", "diagnosticcode"},
		address: []string{"recipient"}, text: []string{"diagnosticcode"}, code: []string{"replycode"},
		status: []string{"deliverystatus"},
		host:   []string{"rhost"}, at: []string{"timestamp"},
		label: []string{"reason"}, labels: sisimaiLabels,
		source: "libsisimai.org/en/data and libsisimai.org/en/reason",
	},
	{
		name: "powermta", title: "PowerMTA accounting files",
		needs:   []string{"type", "rcpt", "dsnstatus", "dsndiag"},
		address: []string{"rcpt"}, text: []string{"dsndiag"}, status: []string{"dsnstatus"}, host: []string{"dsnmta"},
		at:    []string{"timelogged"},
		label: []string{"type", "bouncecat"}, labels: powermtaLabels,
		source: "PowerMTA User's Guide: accounting and the accounting file, record fields and bounce categories",
	},
	{
		name: "klaviyo", title: "Klaviyo suppressed profiles",
		needs:   []string{"email", "reason", "timestamp"},
		address: []string{"email"}, at: []string{"timestamp"},
		label: []string{"reason"}, labels: klaviyoLabels,
		source: "developers.klaviyo.com/en/reference/get_profiles: reasons of suppression",
	},
}

// What each service says its labels mean, as [normal] writes them, at the source of its row above. A label
// that isn't here is of a send that failed for who knows what.
var (
	sesLabels = map[string]Fate{
		"permanent general": Dead, "permanent noemail": Dead, // "SES recommends that you remove"
		"permanent suppressed": Untried, "permanent onaccountsuppressionlist": Untried,
		"permanent unsubscribedrecipient": Untried,
		"transient mailboxfull":           Alive,
	}
	mailgunLabels = map[string]Fate{
		"failed permanent bounce":         Dead,
		"failed permanent suppressbounce": Untried, "failed permanent suppresscomplaint": Untried,
		"failed permanent suppressunsubscribe": Untried, "rejected": Untried,
		"delivered": Alive, "opened": Alive, "clicked": Alive, "complained": Alive, "unsubscribed": Alive,
		"accepted": noNews, "stored": noNews,
	}
	sendgridLabels = map[string]Fate{
		"bounce bounce invalidaddress": Dead, // "Mailbox Unavailable" is both
		"dropped":                      Untried,
		"delivered":                    Alive, "open": Alive, "click": Alive, "spamreport": Alive, "unsubscribe": Alive,
		"processed": noNews, "groupunsubscribe": noNews, "groupresubscribe": noNews,
	}
	postmarkLabels = map[string]Fate{
		"hardbounce": Dead, "bademailaddress": Dead, "dnserror": DeadDomain, "manuallydeactivated": Untried,
		"autoresponder": Alive, "spamcomplaint": Alive,
		"subscribe": noNews, "unsubscribe": noNews, "addresschange": noNews, "inbounderror": noNews,
		"smtpapierror": noNews, "templaterenderingfailed": noNews,
	}
	mailchimpLabels = map[string]Fate{"bounce hard": Dead, "open": Alive, "click": Alive}
	klaviyoLabels   = map[string]Fate{"hardbounce": Dead, "invalidemail": Dead, "usersuppressed": Untried,
		"unsubscribe": noNews, "spamcomplaint": noNews}
	mandrillLabels = map[string]Fate{"hardbounce": Dead, "spam": noNews, "unsub": noNews, "custom": noNews}
	brevoLabels    = map[string]Fate{
		"hardbounce": Dead, "hardbounces": Dead, "invalidemail": Dead, "invalid": Dead, "invalidemails": Dead,
		"blocked":   Untried, // "Brevo did not try"
		"delivered": Alive, "opened": Alive, "uniqueopened": Alive, "click": Alive, "clicks": Alive, "spam": Alive,
		"unsubscribed": Alive,
		"request":      noNews, "requests": noNews, "sent": noNews,
	}
	hubspotLabels = map[string]Fate{"true": Dead, "unknownuser": Dead, "mailboxfull": Alive, "": noNews,
		"false": noNews}
	salesforceLabels = map[string]Fate{"hard": Dead, "hardbounce": Dead}
	sisimaiLabels    = map[string]Fate{
		"userunknown": Dead, "hasmoved": Dead, "suspend": Dead, "hostunknown": DeadDomain, "mailboxfull": Alive,
		"delivered": Alive, "suppressed": Untried,
	}
	powermtaLabels = map[string]Fate{
		"d": Alive, "f": noNews, "r": noNews, "b badmailbox": Dead, "b inactivemailbox": Dead,
		"b baddomain": DeadDomain, "b quotaissues": Alive,
		"rb badmailbox": Dead, "rb inactivemailbox": Dead, "rb baddomain": DeadDomain, "rb quotaissues": Alive,
	}
	mappedLabels = map[string]Fate{"hard": Dead, "hardbounce": Dead, "permanent": Dead, "delivered": Alive,
		"suppressed": Untried, "dropped": Untried}
)
