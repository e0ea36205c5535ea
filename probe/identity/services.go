package identity

import "slices"

// Service is a sending service, and what it asks of its customers' DNS.
type Service struct {
	Name      string
	Title     string
	Selectors []string // of DKIM, where they are the same for all customers; empty where each has his own
	Include   string   // what its customers put into SPF; empty where it sends under its own name or a subdomain
	Source    string
}

const setup = "what the service tells its customers to publish; general knowledge, not checked against its pages; " +
	"2026-11-22"

// services is the table of sending services, by the names of the forecast where it has them, and of mail hosts that
// sign.
var services = []Service{
	{"ses", "Amazon SES", nil, "amazonses.com", setup},
	{"sendgrid", "Twilio SendGrid", []string{"s1", "s2"}, "", setup},
	{"mailgun", "Mailgun", []string{"smtp", "mailo", "k1", "pic", "mg", "pdk1", "pdk2"}, "mailgun.org", setup},
	{"postmark", "Postmark", nil, "", setup},
	{"mailchimp", "Mailchimp", []string{"k1", "k2", "k3"}, "", setup},
	{"klaviyo", "Klaviyo", []string{"kl", "kl2"}, "", setup},
	{"hubspot", "HubSpot", nil, "", setup},
	{"brevo", "Brevo", []string{"brevo1", "brevo2", "mail"}, "", setup},
	{"mandrill", "Mailchimp Transactional", []string{"mte1", "mte2", "mandrill"}, "spf.mandrillapp.com", setup},
	{"mailjet", "Mailjet", []string{"mailjet"}, "spf.mailjet.com", setup},
	{"mailerlite", "MailerLite", []string{"litesrv", "ml"}, "_spf.mlsend.com", setup},
	{"constantcontact", "Constant Contact", []string{"ctct1", "ctct2"}, "", setup},
	{"google", "Google Workspace", []string{"google"}, "_spf.google.com", setup},
	{"microsoft365", "Microsoft 365", []string{"selector1", "selector2"}, "spf.protection.outlook.com", setup},
	{"fastmail", "Fastmail", []string{"fm1", "fm2", "fm3"}, "spf.messagingengine.com", setup},
	{"proton", "Proton Mail", []string{"protonmail", "protonmail2", "protonmail3"}, "_spf.protonmail.ch", setup},
	{"icloud", "iCloud Mail", []string{"sig1"}, "icloud.com", setup},
	{"zoho", "Zoho Mail", []string{"zmail", "zoho"}, "zohomail.com", setup},
	{
		"own", "a mail host of your own", []string{"default", "dkim", "mail", "selector", "s1", "s2"}, "",
		"the examples of OpenDKIM, rspamd and cPanel; general knowledge, 2026-11-22",
	},
}

// Services returns the table of sending services and mail hosts.
func Services() []Service { return slices.Clone(services) }

// ServiceNamed returns the service of that name.
func ServiceNamed(name string) (Service, bool) {
	i := slices.IndexFunc(services, func(s Service) bool { return s.Name == name })
	if i < 0 {
		return Service{}, false
	}
	return services[i], true
}
