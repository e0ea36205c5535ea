package identity

import "strings"

// sharedDomains are domains under which services send for customers who have set up none of their own. Whoever sends
// there shares the reputation of strangers, and DMARC can't be aligned with a domain of the customer's. General
// knowledge, 2026-12-01.
var sharedDomains = []string{
	"onmicrosoft.com", "sendgrid.net", "amazonses.com", "mailgun.org", "mcsv.net", "mandrillapp.com",
	"sparkpostmail.com", "brevosend.com", "sendinblue.com", "hubspotemail.net", "klaviyomail.com", "ccsend.com",
	"mlsend.com", "mailjet.com", "zohomail.com", "myshopify.com", "shopifyemail.com", "squarespace-mail.com",
}

// borrowed says whose a sending domain is that is not the sender's own; "" if nothing is known against it.
func (x *exam) borrowed(domain string) string {
	if domain == "" {
		return ""
	}
	for _, shared := range sharedDomains {
		if domain == shared || strings.HasSuffix(domain, "."+shared) {
			return "many customers of a service share " + shared
		}
	}
	if x.asked.Foreign == nil {
		return ""
	}
	return x.asked.Foreign(domain)
}
