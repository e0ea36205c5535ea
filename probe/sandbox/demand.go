package sandbox

import (
	"regexp"
	"strings"
)

// Replies on demand: mail to 550-5.7.1@reply.DOMAIN gets that reply, and to 550-5.7.26.data@reply.DOMAIN after DATA. A word chooses among
// the texts of a code: 550-5.7.1-listed@reply.DOMAIN.

var demandForm = regexp.MustCompile(`^([245]\d\d)(?:-([245]\.\d{1,3}\.\d{1,3}))?(?:-([a-z]+))?(?:\.(data))?$`)

// onDemand is what an address of a reply domain asks for, known or not. Its postmaster is an ordinary mailbox.
func onDemand(a address) (code string, ok bool) {
	code = strings.ToLower(a.local)
	return code, strings.HasPrefix(a.domain, "reply.") && code != "postmaster"
}

// Demands lists the replies that can be asked for: the code, the word that chooses among its texts, and the text. A first
// digit of 4 or 5 stands before the code, as in 550-5.7.1-listed.
func Demands() (all [][3]string) {
	for _, f := range family {
		all = append(all, [3]string{f.code, f.word, f.text})
	}
	return all
}

// demand is a reply, and whether it comes after DATA.
type demand struct {
	reply string
	late  bool
}

// demanded reads such as 550-5.7.1-listed.data.
func demanded(code string) (demand, bool) {
	m := demandForm.FindStringSubmatch(code)
	if m == nil || m[2] != "" && m[2][0] != m[1][0] {
		return demand{}, false
	}
	text := familyText(m[2], m[3])
	if m[1][0] == '2' {
		text = "Requested mail action okay, completed"
	}
	if text == "" {
		return demand{}, false
	}
	return demand{strings.Join(strings.Fields(m[1]+" "+m[2]+" "+text), " "), m[4] != ""}, true
}

// family are the texts that come with a code, the commonest first. The code's first digit is left out, as a text may be said
// for a while or for good.
var family = []struct{ code, word, text string }{
	{".1.0", "", "<{sender}>: Sender address rejected"},
	{".1.1", "", "<{rcpt}>: Recipient address rejected: User unknown"},
	{".1.1", "nosuch", "No such user here"},
	{".1.1", "account", "The email account that you tried to reach does not exist"},
	{".1.1", "alias", "<{rcpt}>: Recipient address rejected: User unknown in virtual alias table"},
	{".1.1", "relay", "<{rcpt}>: Recipient address rejected: User unknown in relay recipient table"},
	{".1.1", "route", "Unrouteable address"},
	{".1.1", "disabled", "<{rcpt}>: Recipient address rejected: Mailbox temporarily disabled"},
	{".1.1", "blocked", "<{rcpt}>: Recipient address rejected: Client host [{ip}] blocked using bl.sandbox.test"},
	{".1.1", "protocol", "<{rcpt}>: Recipient address rejected: Protocol error, send EHLO first"},
	{".1.2", "", "<{rcpt}>: Recipient address rejected: Host unknown"},
	{".1.3", "", "<{rcpt}>: Recipient address rejected: Bad address syntax"},
	{".1.6", "", "<{rcpt}>: Recipient address rejected: User has moved to new@sandbox.test"},
	{".1.7", "", "<{sender}>: Sender address rejected: undeliverable address: unknown user"},
	{".1.8", "", "<{sender}>: Sender address rejected: Domain not found"},
	{".1.10", "", "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"},
	{".2.0", "", "<{rcpt}>: Recipient address rejected: Greylisted, please try again later"},
	{".2.1", "", "<{rcpt}>: Recipient address rejected: Mailbox disabled, not accepting messages"},
	{".2.1", "rate", "<{rcpt}>: The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered"},
	{".2.2", "", "<{rcpt}>: Recipient address rejected: Mailbox is full"},
	{".2.3", "", "Message size exceeds fixed maximum message size"},
	{".3.0", "", "Temporary system problem, try again later"},
	{".3.2", "", "Service currently unavailable"},
	{".3.4", "", "Message size exceeds fixed limit"},
	{".3.5", "", "<{rcpt}>: Recipient address rejected: Server configuration error"},
	{".4.1", "", "<{rcpt}>: Recipient address rejected: Access denied"},
	{".4.4", "", "<{rcpt}>: Unable to route: no mail hosts for domain"},
	{".4.5", "", "Daily sending quota exceeded"},
	{".4.6", "", "Routing loop detected"},
	{".5.0", "", "Requested action not taken: mailbox unavailable"},
	{".5.1", "", "Protocol error"},
	{".5.2", "", "Syntax error"},
	{".5.3", "", "Error: too many recipients"},
	{".6.0", "", "Message headers fail syntax check"},
	{".7.0", "", "Authentication required"},
	{".7.1", "", "<{rcpt}>: Recipient address rejected: Access denied"},
	{".7.1", "relay", "<{rcpt}>: Relaying denied. Proper authentication required"},
	{".7.1", "unable", "Unable to relay for {rcpt}"},
	{".7.1", "listed", "Service unavailable; Client host [{ip}] blocked using bl.sandbox.test"},
	{".7.1", "reputation", "Message rejected due to the poor reputation of your IP address {ip}"},
	{".7.1", "policy", "<{rcpt}>: Message rejected by the recipient's policy"},
	{".7.1", "restricted", "<{rcpt}>: Only senders within the organization are allowed to send to this recipient"},
	{".7.1", "spam", "Message content rejected: spam"},
	{".7.1", "spf", "<{sender}>: SPF check failed: {ip} is not allowed to send mail for this domain"},
	{".7.1", "dkim", "DKIM signature verification failed"},
	{".7.1", "dmarc", "Unauthenticated mail is rejected by the DMARC policy of the sender's domain"},
	{".7.1", "ptr", "Client host rejected: cannot find your reverse hostname, [{ip}]"},
	{".7.13", "", "User account disabled"},
	{".7.17", "", "<{rcpt}>: Mailbox owner has changed"},
	{".7.18", "", "<{rcpt}>: Domain owner has changed"},
	{".7.20", "", "No passing DKIM signature found"},
	{".7.23", "", "SPF validation failed: {ip} is not allowed to send mail for {sender}"},
	{".7.24", "", "SPF validation error: the record of the sender's domain can't be evaluated"},
	{".7.25", "", "Reverse DNS validation failed: {ip} has no PTR record that resolves back to it"},
	{".7.26", "", "Unauthenticated email is not accepted: neither SPF nor DKIM passed for the sender's domain"},
	{".7.27", "", "<{sender}>: Sender address has null MX"},
	{".7.28", "", "Mail flood detected: unusual rate of unsolicited mail from {ip}"},
	{".7.509", "", "Access denied, sending domain does not pass DMARC verification"},
	{".7.606", "", "Access denied, banned sending IP [{ip}]"},
	{"", "", "Requested action not taken"},
}

// familyText finds a text. A code that has none gets the plainest; a word must be known.
func familyText(code, word string) string {
	if code != "" {
		code = code[1:]
	}
	for _, f := range family {
		if f.code == code && f.word == word {
			return f.text
		}
	}
	if word != "" {
		return ""
	}
	return family[len(family)-1].text
}
