package exports

// mailed is the part of the table that tells of mail sent to the contact.
var mailed = []fact{
	{system: "hubspot", names: "lastmarketingemailsenddate hsemaillastsenddate", use: Sent, mark: Seen,
		source: hubspotProperties},
	{system: "hubspot", names: "firstmarketingemailsenddate hsemailfirstsenddate", use: Sent, mark: Seen,
		source: hubspotProperties},
	{system: "hubspot", names: "lastmarketingemailopendate hsemaillastopendate", use: Opened, mark: Seen,
		source: hubspotProperties},
	{system: "hubspot", names: "lastmarketingemailclickdate hsemaillastclickdate", use: Clicked, mark: Seen,
		source: hubspotProperties},
	{system: "hubspot", names: "lastmarketingemailreplydate hsemaillastreplydate", use: Replied, mark: Seen,
		source: hubspotProperties},
	{system: "hubspot", names: "marketingemailsdelivered hsemaildelivered", use: DeliveredCount, mark: Seen,
		source: hubspotProperties},
	{system: "hubspot", names: "marketingemailsopened hsemailopen", use: OpenedCount, mark: Seen,
		source: hubspotProperties},
	{system: "hubspot", names: "marketingemailsclicked hsemailclick", use: ClickedCount, mark: Seen,
		source: hubspotProperties},
	{system: "hubspot", names: "marketingemailsreplied hsemailreplied", use: RepliedCount, mark: Seen,
		source: hubspotProperties},
	{system: "klaviyo", names: "lastopen", use: Opened, mark: Seen, source: inPublic},
	{system: "klaviyo", names: "lastclick", use: Clicked, mark: Seen, source: inPublic},
	{system: "constantcontact", names: "openedat", use: Opened, mark: Seen, source: inPublic},
	{system: "constantcontact", names: "clickedat", use: Clicked, mark: Seen, source: inPublic},
	{system: "mailerlite", names: "sent", use: SentCount, mark: Seen, source: inPublic},
	{system: "mailerlite", names: "openscount opens", use: OpenedCount, mark: Seen, source: inPublic},
	{system: "mailerlite", names: "clickscount clicks", use: ClickedCount, mark: Seen, source: inPublic},
	{system: "mailjet", names: "deliveredcount", use: DeliveredCount, mark: Seen, source: inPublic},
	{system: "hubspot", names: "recentsalesemail*", use: Ignored, mark: Seen,
		source: "properties of a public HubSpot account: one-to-one mail"},
}

const hubspotProperties = "properties of a public HubSpot account"

const hubspotBounces = "knowledge.hubspot.com/marketing-email/export-email-bounces-and-unsubscribes"
