package exports

import "github.com/prebounce/prebounce/validate"

// fact is one row of the table of columns: what a column of one system says, or a column of that name anywhere.
type fact struct {
	system string // its name; a column of a recognised system
	names  string // folded, "a*" for a beginning
	use    Use
	words  *vocabulary // of one that speaks
	mark   Mark
	source string
	// alone says that the name is unmistakable in any list.
	alone bool
	// later names the column whose later date overrules this one.
	later string
}

var (
	optedOut   = speaking(validate.OptedOut)
	complained = speaking(validate.Complained)
	suppressed = speaking(validate.Suppressed)
	pending    = speaking(validate.Unconfirmed)
	refused    = &said{Meaning: Meaning{Reason: validate.OptedOut, NeverAsked: true}, known: true}
)

// facts is the table. The first row that fits a column counts.
var facts = []fact{
	{system: "mailchimp", names: "unsubtime", words: date(optedOut), mark: seen, source: inPublic, alone: true},
	{system: "mailchimp", names: "cleantime", words: date(suppressed), mark: documented,
		source: "mailchimp.com/help/about-cleaned-contacts", alone: true},
	{system: "mailchimp",
		names: "unsubcampaigntitle unsubcampaignid unsubreason unsubreasonother cleancampaigntitle cleancampaignid",
		use:   ignoredUse, mark: seen, source: inPublic},

	{system: "hubspot", names: "unsubscribedfromallemail hsemailoptout", words: flag(optedOut), mark: seen,
		source: hubspotProperties, alone: true},
	{system: "hubspot", names: "optedoutofemail* hsemailoptout*", words: flag(atMostReview(validate.OptedOut)),
		mark: seen, source: hubspotProperties, alone: true},
	{system: "hubspot", names: "emailhardbouncereason hsemailhardbouncereason hsemailhardbouncereasonenum",
		words: recorded("hubspot-contacts", "content other policy spam"),
		mark:  documented, source: "knowledge.hubspot.com/properties/hubspots-default-contact-properties", alone: true},
	{system: "hubspot", names: "invalidemailaddress hsemailbadaddress", words: flag(suppressed), mark: seen,
		source: hubspotProperties},
	{system: "hubspot", names: "emailaddressquarantined hsemailquarantined", words: flag(suppressed), mark: seen,
		source: hubspotProperties},
	{system: "hubspot", names: "emailaddressquarantinereason emailaddressautomatedquarantinereason " +
		"hsemailquarantinedreason hsemailquarantinereason",
		words: stated(`recipient_complaint=complained on_list_import=suppressed high_hard_bounce_rate=suppressed multiple_cancelled_campaigns=suppressed
			form_abuse=suppressed suspension_remediation=suppressed blocklist_remediation=suppressed trust_safety_remediation=suppressed other=suppressed undeliverable_address=suppressed`),
		mark: seen, source: hubspotProperties},
	{system: "hubspot", names: "marketingemailconfirmationstatus hsemailconfirmationstatus",
		words: stated(`confirmation_pending=unconfirmed confirmation_email_sent=unconfirmed confirmed=ok user_clicked_confirmation=ok
			hubspot_rep._marked_confirmed=ok customer_marked_confirmed=ok confirmed_from_previous_behavior=ok confirmed_due_to_form=ok`),
		mark: seen, source: hubspotProperties},
	{system: "hubspot", names: "isgloballyineligible hsisgloballyineligible hsemailisineligible",
		words: flag(suppressed), mark: seen, source: hubspotProperties},
	{system: "hubspot", names: "portalbounce", words: recorded("hubspot", ""), mark: documented,
		source: hubspotBounces, alone: true},
	{system: "hubspot", names: "globalbounce", words: flag(atMostReview(validate.PastBounce)), mark: documented,
		source: hubspotBounces, alone: true},
	{system: "hubspot", names: "portalunsubscribe", words: flag(optedOut), mark: documented, source: hubspotBounces,
		alone: true},
	{system: "hubspot", names: "portalspamreport", words: flag(complained), mark: documented, source: hubspotBounces,
		alone: true},
	{system: "hubspot", names: "status marketingcontactstatus hsmarketablestatus legalbasis*", use: ignoredUse,
		mark: documented, source: "community.hubspot.com 623337: billing, not consent"},

	{system: "klaviyo", names: "emailmarketingconsent emailmarketingconsentstatus " +
		"subscriptionsemailmarketingconsent attributessubscriptionsemailmarketingconsent",
		words: stated(`subscribed=ok subscribe=ok unsubscribed=opted_out! never_subscribed=unconfirmed false=opted_out~ true=ok no=opted_out~ yes=ok`), mark: seen, source: inPublic, alone: true},
	{system: "klaviyo", names: "emailsuppressions emailsuppression emailsuppressionreason " +
		"emailmarketingsuppressions subscriptionsemailmarketingsuppression " +
		"attributessubscriptionsemailmarketingsuppression",
		words: suppressions, mark: documented, source: "developers.klaviyo.com/en/reference/get_profiles", alone: true},
	{system: "klaviyo", names: "acceptsmarketing consent consenttimestamp emailmarketingconsenttimestamp",
		use: ignoredUse, mark: seen, source: inPublic},

	{system: "brevo", names: "emailblacklisted", words: flag(suppressed), mark: seen, source: inPublic, alone: true},
	{system: "brevo", names: "blacklisted emailblocklisted", words: flag(suppressed), mark: seen, source: inPublic},
	{system: "brevo", names: "emailmarketing",
		words: stated("subscribed=ok unsubscribed=opted_out blocklisted=suppressed"), mark: reported,
		source: "reported"},
	{system: "brevo", names: "doubleoptin optin", use: ignoredUse, mark: reported,
		source: "reported: blank and no are usual for imports"},

	{system: "activecampaign", names: "status",
		words: stated("active=ok unconfirmed=unconfirmed unsubscribed=opted_out! bounced=past_bounce"),
		mark:  documented, source: "help.activecampaign.com/hc/en-us/articles/221073788"},

	{system: "constantcontact", names: "emailstatus*",
		words: stated("active=ok unsubscribed=opted_out! awaiting_confirmation=unconfirmed " +
			"no_permissions_set=unconfirmed temporary_hold=unconfirmed temp_hold=unconfirmed"),
		mark: documented, source: "community.constantcontact.com 410819"},
	{system: "constantcontact", names: "emailpermissionstatus*",
		words: stated(`explicit=ok implicit=ok express=ok implied=ok not_set=unconfirmed pending_confirmation=unconfirmed awaiting_confirmation=unconfirmed
			temp_hold=unconfirmed temporary_hold=unconfirmed unsubscribed=opted_out! no_permissions_set=unconfirmed`),
		mark: documented, source: "constantcontact API: EmailAddress.md"},
	{system: "constantcontact", names: "confirmedoptoutdate", words: date(optedOut), mark: seen, source: inPublic,
		alone: true},
	{system: "constantcontact", names: "confirmedoptoutsource confirmedoptoutreason", use: ignoredUse, mark: seen,
		source: inPublic},

	{system: "campaignmonitor", names: "state",
		words: stated("active=ok unconfirmed=unconfirmed unsubscribed=opted_out! bounced=past_bounce deleted=ok"),
		mark:  documented, source: "help.campaignmonitor.com/s/article/subscriber-statuses"},

	{system: "mailerlite", names: "status",
		words: stated("active=ok unsubscribed=opted_out! unconfirmed=unconfirmed bounced=suppressed junk=complained"),
		mark:  seen, source: inPublic},
	{system: "mailerlite", names: "unsubscribedat unsubscribed", words: flag(optedOut), mark: seen, source: inPublic},
	{system: "omnisend", names: "emailoptoutdate", words: date(optedOut), mark: documented,
		source: "support.omnisend.com 4234735", later: "emailoptindate", alone: true},
	{system: "moosend", names: "subscribetype",
		words: stated("1=ok 2=opted_out 3=suppressed 4=opted_out subscribed=ok unsubscribed=opted_out! " +
			"bounced=suppressed removed=opted_out"),
		mark: reported, source: "reported"},
	{system: "mailjet", names: "isunsubscribed", words: flag(optedOut), mark: seen, source: inPublic, alone: true},
	{system: "mailjet", names: "isexcludedfromcampaigns", words: flag(suppressed), mark: seen, source: inPublic,
		alone: true},
	{system: "mailjet", names: "isspamcomplaining", words: flag(complained), mark: seen, source: inPublic, alone: true},
	{system: "mailjet", names: "isoptinpending", words: flag(pending), mark: seen, source: inPublic, alone: true},
	{system: "cleverreach", names: "deactivated", words: flag(optedOut), mark: reported, source: "reported"},
	{system: "cleverreach", names: "bounced", words: flag(suppressed), mark: reported, source: "reported"},

	{system: "marketingcloud", names: "status",
		words: stated("active=ok bounced=past_bounce? held=suppressed undeliverable=suppressed " +
			"unsubscribed=opted_out! deleted=ok unsub=opted_out!"),
		mark: documented, source: "help.salesforce.com: mc_es_subscribers_with_enhanced_subscriber_features"},
	{system: "marketingcloud", names: "dateunsubscribed", words: date(optedOut), mark: reported, source: "reported"},
	{system: "pipedrive", names: "personmarketingstatus marketingstatus",
		words: stated(`no_consent=unconfirmed subscribed=ok unsubscribed=opted_out! bounced=suppressed pending_upgrade=ok pending_double_opt-in=unconfirmed
			pending_double_optin=unconfirmed archived=ok`),
		mark: documented, source: "support.pipedrive.com/en/article/campaigns-marketing-contacts"},
	{system: "pipedrive", names: "persondoubleoptin doubleoptin", use: ignoredUse, mark: seen, source: inPublic},

	{system: "mailpoet", names: "globalstatus",
		words: stated("subscribed=ok unconfirmed=unconfirmed unsubscribed=opted_out! inactive=ok bounced=suppressed"),
		mark:  seen, source: "mailpoet/mailpoet: lib/Subscribers/ImportExport/Export/Export.php"},
	{system: "mailpoet", names: "liststatus", use: ignoredUse, mark: seen,
		source: "mailpoet/mailpoet: lib/Subscribers/ImportExport/Export/Export.php"},
	{system: "newsletterplugin", names: "status",
		words: stated("c=ok s=unconfirmed u=opted_out b=suppressed p=complained"),
		mark:  documented, source: "thenewsletterplugin.com/documentation/subscribers"},
	{system: "listmonk", names: "status",
		words: stated("enabled=ok disabled=suppressed blocklisted=suppressed blacklisted=suppressed"), mark: seen,
		source: "knadh/listmonk: models/subscribers.go"},
	{system: "phplist", names: "isthissubscriberblacklisted", words: flag(suppressed), mark: seen,
		source: "phpList/phplist3: public_html/lists/admin/structure.php", alone: true},
	{system: "phplist", names: "isthissubscriberconfirmed", words: consent(pending), mark: seen,
		source: "phpList/phplist3: public_html/lists/admin/structure.php", alone: true},
	{system: "phplist", names: "isthisaccountdisabled", words: flag(suppressed), mark: seen,
		source: "phpList/phplist3: public_html/lists/admin/structure.php", alone: true},
	{system: "phplist", names: "didthissubscribermanuallyconfirm", use: ignoredUse, mark: seen,
		source: "phpList/phplist3: public_html/lists/admin/structure.php"},
	{system: "kit", names: "state",
		words: stated("active=ok bounced=suppressed cancelled=opted_out complained=complained inactive=unconfirmed"),
		mark:  seen, source: inPublic},
	{system: "substack", names: "emaildisabled", words: flag(suppressed), mark: seen, source: inPublic},
	{system: "substack", names: "activesubscription", use: ignoredUse, mark: seen,
		source: "seen in public exports: a paid subscription"},
	{system: "beehiiv", names: "status",
		words: stated("active=ok inactive=opted_out? unsubscribed=opted_out! pending=unconfirmed " +
			"validating=unconfirmed invalid=suppressed? bounced=suppressed?"),
		mark: seen, source: inPublic},
	{system: "postmark", names: "suppressionreason",
		words: stated("hardbounce=past_bounce spamcomplaint=complained manualsuppression=suppressed"),
		mark:  documented, source: "postmarkapp.com/developer/api/suppressions-api", alone: true},

	{system: "sendgrid", names: "reason", words: bounceList, mark: documented,
		source: "www.twilio.com/docs/sendgrid/api-reference/bounces-api"},
	{system: "sendgrid", names: "status", use: ignoredUse, mark: documented,
		source: "www.twilio.com/docs/sendgrid/api-reference/bounces-api"},

	{system: "salesforce", names: "emailoptout hasoptedoutofemail personemailoptout personhasoptedoutofemail",
		words: flag(optedOut), mark: seen, source: inPublic, alone: true},
	{system: "salesforce", names: "emailbouncedreason personemailbouncedreason", words: reply, mark: seen,
		source: inPublic, alone: true},
	{system: "salesforce", names: "status leadstatus isemailbounced emailbounceddate personemailbounceddate",
		use: ignoredUse, mark: seen, source: inPublic},
	{system: "shopify", names: "acceptsemailmarketing acceptsmarketing", words: consent(refused), mark: seen,
		source: inPublic},
	{system: "shopify", names: "acceptsemailmarketing", words: consent(refused), mark: seen, source: inPublic,
		alone: true},
	{system: "shopify", names: "financialstatus fulfillmentstatus", use: ignoredUse, mark: seen, source: inPublic},
	{system: "stripe", names: "status delinquent", use: ignoredUse, mark: seen, source: inPublic},
	{system: "eventbrite", names: "attendeestatus", use: ignoredUse, mark: seen, source: inPublic},
	{system: "zoom", names: "approvalstatus attended", use: ignoredUse, mark: seen, source: inPublic},
}
