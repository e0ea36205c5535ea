package sandbox

import (
	"cmp"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Replies on demand. A recipient at reply.DOMAIN gets the reply that its local part names, and so does a
// sender, at MAIL; the name said at EHLO does if it is DEMAND.reply.DOMAIN, the user name at AUTH if it is
// DEMAND@reply.DOMAIN, which needs no password, and a host's setting demand holds for all. A word or a number chooses among the texts of a code, and words behind dots say when, how often
// and how slowly:
//
//	550-5.7.1                 at RCPT
//	550-5.7.1-listed          another text of that code
//	550-5.7.1-3               the third text that the corpus has with that code
//	mailbox_full-2            the second text of that class in the corpus
//	seen-12                   the twelfth row of samples/replies/seen.tsv
//	550-5.7.26.data           after the message; .cmd: at the command DATA; .bounce: accepted and returned
//	421-4.7.0.connect         in place of the greeting, of a host; .ehlo, .starttls, .auth, .mail and .rcpt likewise
//	451-4.3.0.x2              the first two times, and then no more
//	421-4.7.0.p10             in 10% of the cases
//	450-4.2.1.5s              after 5 seconds
//	hangup.data, silent       no reply: the connection is closed, or nothing comes

var demandForm = regexp.MustCompile(`^(?:([245]\d\d)(?:-([245]\.\d{1,3}\.\d{1,3}))?(?:-(?:(\d{1,4})|([a-z]+)))?` +
	`|(hangup|silent)|([a-z_]+)(?:-(\d{1,4}))?)((?:\.[a-z0-9]+)*)$`)

// onDemand is what an address of a reply domain asks for, known or not. Its postmaster is an ordinary mailbox.
func onDemand(a address) (code string, ok bool) {
	code = strings.ToLower(a.local)
	return code, strings.HasPrefix(a.domain, "reply.") && code != "postmaster"
}

// Demands lists what can be asked for and the reply to it: the codes with their words, then each class of the
// corpus, then each of its replies. A first digit of 4 may stand for the 5 of a code, as in 450-4.7.1-listed.
func Demands() (all [][2]string) {
	for _, f := range family {
		name, text := "550-5"+f.code+"-"+f.word, f.text
		if f.code == "" {
			name = "550-" + f.word
		}
		all = append(all, [2]string{strings.TrimSuffix(name, "-"), text})
	}
	for _, class := range classes() {
		text, _ := inCorpus(class, 1)
		all = append(all, [2]string{class, text})
	}
	for _, r := range corpus() {
		all = append(all, [2]string{r.id, r.text})
	}
	return all
}

// demand is what somebody asked for.
type demand struct {
	reply  string        // empty for an action
	action string        // hangup or silent
	stage  string        // one of demandStages; empty: where it was asked for
	times  int           // at most so often; 0: always
	chance float64       // 0: in every case
	delay  time.Duration // before the reply
}

// demandStages are the stages of a demand in their order.
var demandStages = []string{"connect", "ehlo", "starttls", "auth", "mail", "rcpt", "cmd", "data", "bounce"}

// demanded reads such as 550-5.7.1-listed.data.x2.
func demanded(code string) (d demand, ok bool) {
	m := demandForm.FindStringSubmatch(code)
	if m == nil || (m[2] != "" && m[2][0] != m[1][0]) {
		return demand{}, false
	}
	d.action = m[5]
	if d.action == "" {
		if d.reply, ok = demandedText(m); !ok {
			return demand{}, false
		}
	}
	for _, word := range strings.Split(m[8], ".")[1:] {
		if !d.modify(word) {
			return demand{}, false
		}
	}
	return d, d.action == "" || d.stage != "bounce"
}

// demandedText is the reply that a match of demandForm names.
func demandedText(m []string) (text string, ok bool) {
	number := func(text string) int {
		n, _ := strconv.Atoi(text) // digits, as the form wants it
		return n
	}
	switch {
	case m[6] != "":
		if m[7] == "" {
			return inCorpus(m[6], 1)
		}
		return inCorpus(m[6], number(m[7]))
	case m[3] != "":
		return codeInCorpus(m[1], m[2], number(m[3]))
	}
	text = familyText(m[2], m[4])
	if m[1][0] == '2' {
		text = "Requested mail action okay, completed"
	}
	return strings.Join(strings.Fields(m[1]+" "+m[2]+" "+text), " "), text != ""
}

// mostDelay bounds how long a demand can have a client wait.
const mostDelay = 10 * time.Minute

// modify takes a word that says when, how often or how slowly.
func (d *demand) modify(word string) bool {
	rest := word[1:]
	n, err := strconv.Atoi(rest)
	switch {
	case slices.Contains(demandStages, word):
		d.stage = word
	case word[0] == 'x' && err == nil && n > 0:
		d.times = n
	case word[0] == 'p' && err == nil && n > 0 && n <= 100:
		d.chance = float64(n) / 100
	default:
		d.delay, err = time.ParseDuration(word)
		return err == nil && d.delay >= 0 && d.delay <= mostDelay
	}
	return true
}

// holds reports whether a demand is to be met now, and counts it.
func (p *postOffice) holds(d demand, of string) bool {
	if d.chance > 0 && rand.Float64() >= d.chance {
		return false
	}
	if d.times == 0 {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.demands == nil {
		p.demands = make(map[string]int)
	}
	if _, known := p.demands[of]; !known && len(p.demands) >= maxCounted {
		return true
	}
	p.demands[of]++
	return p.demands[of] <= d.times
}

// wish is a demand and who made it.
type wish struct {
	code, of string
	place    string // the stage at which it was made
}

// meet is what a wish comes to at a stage; ok is false if nothing is to be done now. What is unknown, or
// comes too late, gets a reply that says so where it was asked for.
func (s *session) meet(w wish, stage string) (d demand, ok bool) {
	d, known := demanded(w.code)
	d.stage = cmp.Or(d.stage, w.place)
	if !known || slices.Index(demandStages, d.stage) < slices.Index(demandStages, w.place) {
		return demand{reply: "unknown-demand"}, stage == w.place
	}
	return d, d.stage == stage && s.office.holds(d, w.of+" "+w.code)
}

// wished is what the host, the name said at EHLO, the user or the sender demands at a stage.
func (s *session) wished(stage string) (d demand, ok bool) {
	for _, w := range slices.Concat(s.host.wishes(), s.wishes, userWish(s.login), s.mail.wishes) {
		if d, ok = s.meet(w, stage); ok {
			return d, true
		}
	}
	return d, false
}

// wishes are the host's own. One that names no stage is met at RCPT.
func (h *mailHost) wishes() (all []wish) {
	for _, code := range h.p.demand {
		if d, _ := demanded(code); d.stage == "" {
			code += ".rcpt"
		}
		all = append(all, wish{code, h.name, "connect"})
	}
	return all
}

// heloWish is what the name said at EHLO demands: DEMAND.reply.DOMAIN, where a host takes the domain's mail.
func (s *session) heloWish(name string) []wish {
	code, domain, ok := strings.Cut(strings.ToLower(name), ".reply.")
	if !ok || len(s.office.world.mailHosts(canonical(domain))) == 0 {
		return nil
	}
	return []wish{{code, name, "ehlo"}}
}

// userWish is what a user name at reply.DOMAIN demands.
func userWish(user string) []wish {
	a, _ := splitAddress(user)
	code, ok := onDemand(a)
	if !ok {
		return nil
	}
	return []wish{{code, user, "auth"}}
}

// obey meets a demand and reports whether the session goes on.
func (s *session) obey(d demand, rcpt address) bool {
	if !s.hold(d.delay, true) || d.action == "hangup" {
		return false
	}
	if d.action == "silent" {
		s.flush()
		s.conn.SetReadDeadline(time.Time{})
		io.Copy(io.Discard, s.conn)
		return false
	}
	return s.sayAs(s.host, d.reply, rcpt, Mailbox{})
}

// family are the texts that come with a code, the commonest first. The code's first digit is left out, as a
// text may be said for a while or for good.
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
	{".2.1", "rate", "<{rcpt}>: The user you are trying to contact is receiving mail at a rate that prevents " +
		"additional messages from being delivered"},
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
	{".7.0", "auth", "Temporary authentication failure"}, // RFC 4954 §6
	{".7.0", "tls", "TLS not available due to temporary reason"},
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
	{".7.8", "", "Authentication credentials invalid"},
	{".7.9", "", "Authentication mechanism is too weak"},
	{".7.11", "", "Encryption required for requested authentication mechanism"},
	{".7.12", "", "A password transition is needed"},
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
