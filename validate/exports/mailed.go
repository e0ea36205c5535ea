package exports

// mailed is the part of the table that tells of mail sent to the contact.
var mailed = []fact{
	{system: "hubspot", names: "lastmarketingemailsenddate hsemaillastsenddate", use: sentDate, mark: seen,
		source: hubspotProperties},
	{system: "hubspot", names: "firstmarketingemailsenddate hsemailfirstsenddate", use: sentDate, mark: seen,
		source: hubspotProperties},
	{system: "hubspot", names: "lastmarketingemailopendate hsemaillastopendate", use: openedDate, mark: seen,
		source: hubspotProperties},
	{system: "hubspot", names: "lastmarketingemailclickdate hsemaillastclickdate", use: clickedDate, mark: seen,
		source: hubspotProperties},
	{system: "hubspot", names: "lastmarketingemailreplydate hsemaillastreplydate", use: repliedDate, mark: seen,
		source: hubspotProperties},
	{system: "hubspot", names: "marketingemailsdelivered hsemaildelivered", use: deliveredCount, mark: seen,
		source: hubspotProperties},
	{system: "hubspot", names: "marketingemailsopened hsemailopen", use: openedCount, mark: seen,
		source: hubspotProperties},
	{system: "hubspot", names: "marketingemailsclicked hsemailclick", use: clickedCount, mark: seen,
		source: hubspotProperties},
	{system: "hubspot", names: "marketingemailsreplied hsemailreplied", use: repliedCount, mark: seen,
		source: hubspotProperties},
	{system: "klaviyo", names: "lastopen", use: openedDate, mark: seen, source: inPublic},
	{system: "klaviyo", names: "lastclick", use: clickedDate, mark: seen, source: inPublic},
	{system: "constantcontact", names: "openedat", use: openedDate, mark: seen, source: inPublic},
	{system: "constantcontact", names: "clickedat", use: clickedDate, mark: seen, source: inPublic},
	{system: "mailerlite", names: "sent", use: sentCount, mark: seen, source: inPublic},
	{system: "mailerlite", names: "openscount opens", use: openedCount, mark: seen, source: inPublic},
	{system: "mailerlite", names: "clickscount clicks", use: clickedCount, mark: seen, source: inPublic},
	{system: "mailjet", names: "deliveredcount", use: deliveredCount, mark: seen, source: inPublic},
	{system: "hubspot", names: "recentsalesemail*", use: ignoredUse, mark: seen,
		source: "properties of a public HubSpot account: one-to-one mail"},
}

const hubspotProperties = "properties of a public HubSpot account"

const hubspotBounces = "knowledge.hubspot.com/marketing-email/export-email-bounces-and-unsubscribes"
