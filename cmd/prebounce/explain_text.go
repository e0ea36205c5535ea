package main

import (
	"slices"

	"github.com/prebounce/prebounce/validate/reply"
)

// explanation is what a person is told about one kind of reply: no capitals, no full stops.
type explanation struct {
	// Which replies: of this class, and, where the lists aren't empty, with one of the codes or one of the words.
	class reply.Class
	codes []string // enhanced codes as "X.1.1", basic codes as "550"
	words []string // lower case, anywhere in the reply
	list  bool     // only where the reply names a block list

	meaning string
	retry   string // whether trying again makes sense
	advice  []string
}

// Texts that several rows share.
var (
	portWords  = []string{"port 25", "port tcp/25", "tcp port 25"}
	portAdvice = []string{
		"sender: send through a relay or a sending service at its submission port, 587 with STARTTLS or 465 with " +
			"TLS, with a login",
		"sender: or ask the provider to open port 25: clouds and hosting companies do so on request, for a fixed " +
			"address with a PTR record; most home and office lines stay closed",
		"sender: prebounce doctor --from ADDRESS checks port 25 from here (port_25)",
		"list owner: keep the contact",
	}
	unreachedAdvice = []string{
		"sender: if it is so with every host, port 25 is closed on the way out; send through a relay or the " +
			"submission port",
		"list owner: keep the contact",
	}
	warmUpWords = []string{"warm up", "warm-up", "warming", "new ip", "new sender", "unknown sender"}
)

const (
	unreached     = "the sending server could not reach the mail host"
	contentAdvice = "look at links whose text shows another host, link shorteners, attachments, capitals, an empty " +
		"subject, the words of the subject; offer a way to unsubscribe"
	warmUpAdvice = "warm up a new IP address or domain: begin with some hundred messages a day to those who open " +
		"and click, and send more week by week"
)

// explanations is the one table of texts: the first row that fits counts, and each class ends in a row that fits all of
// it. Each piece of advice begins with who has to act.
var explanations = slices.Concat(mailboxTexts, senderTexts, laterTexts, messageTexts, unclearTexts)
