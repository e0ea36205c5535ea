package segments

// Provider is the family of operators that runs a row's mail servers. It depends on the mail servers rather than the
// domain: a company at Google Workspace behaves as Google does.
type Provider uint8

const (
	UnknownProvider Provider = iota // DNS was not asked and the domain is not well known
	Gmail                           // Google's consumer mailboxes
	Yahoo                           // Yahoo and AOL
	Outlook                         // Microsoft's consumer mailboxes
	Freemail                        // other free mail and internet providers
	Workspace                       // Google Workspace
	Microsoft365
	Corporate // all other mail servers
	numProviders
)

var providerNames = [numProviders]string{"unknown", "gmail", "yahoo", "outlook", "freemail", "workspace", "m365",
	"corporate"}

func (p Provider) String() string { return nameIn(providerNames[:], "provider", p) }

// consumers are operators whose consumer mailboxes are a family of their own; other consumer mailboxes are one
// together.
var consumers = map[string]Provider{"google": Gmail, "yahoo": Yahoo, "outlook": Outlook}

// companies are operators whose other mailboxes are.
var companies = map[string]Provider{
	"": UnknownProvider, "google": Workspace, "microsoft365": Microsoft365, "yahoo": Yahoo, "outlook": Outlook,
}

// ProviderOf returns the family of an operator, whose name is empty if it is unknown. Consumer: anybody can get a
// mailbox at the domain.
func ProviderOf(operator string, consumer bool) Provider {
	families, others := companies, Corporate
	if consumer {
		families, others = consumers, Freemail
	}
	if p, ok := families[operator]; ok {
		return p
	}
	return others
}
