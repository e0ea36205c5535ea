package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate/reply"
)

// serverHints add what is known of the software that the words betray.
var serverHints = []struct {
	server string
	class  reply.Class
	advice string
}{
	{"Postfix", reply.MailboxUnknown, "recipient's admin: Postfix names the table it looked in; if the domain " +
		"moved elsewhere, take it out of mydestination, virtual or relay domains here"},
	{"Postfix", reply.SenderBlocked, "sender: Postfix puts \"Recipient address rejected\" or the recipient before " +
		"any reason; what counts stands behind it"},
	{"Exim", reply.SenderBlocked, "sender: Exim asks the sender's own host whether it knows the sender (callout); " +
		"\"user unknown\" in it is about the sender"},
	{"Exchange", reply.RelayDenied, "gateway's admin: Exchange relays only through a receive connector that allows " +
		"the client"},
	{"Exchange", reply.SenderBlocked, "recipient's admin: Exchange restricts senders by mailbox, group and connector"},
	{"qmail", reply.RelayDenied, "recipient's admin: qmail takes only domains of its rcpthosts file"},
	{"qmail", reply.MailboxUnknown, "recipient's admin: if the domain moved elsewhere, take it out of qmail's " +
		"locals, virtualdomains and rcpthosts"},
	{"Sendmail", reply.RelayDenied, "recipient's admin: Sendmail takes only domains of its relay-domains and " +
		"local-host-names files"},
	{"OpenSMTPD", reply.Undetermined, "sender: OpenSMTPD says \"Invalid recipient\" for unknown users, refused " +
		"senders and refused relaying alike"},
}

// explanationOf finds the row for a reply.
func explanationOf(r reply.Reply, f reply.Finding) explanation {
	text := strings.ToLower(r.Text())
	i := slices.IndexFunc(explanations, func(e explanation) bool { return e.fits(r, f, text) })
	e := explanations[i]
	advice := slices.Clone(e.advice)
	for _, h := range serverHints {
		if h.server == f.Server && h.class == f.Class {
			advice = append(advice, h.advice)
		}
	}
	e.advice = advice
	return e
}

func (e *explanation) fits(r reply.Reply, f reply.Finding, text string) bool {
	if e.class != f.Class || (e.list && f.List == "") {
		return false
	}
	if len(e.codes)+len(e.words) == 0 {
		return true
	}
	for _, c := range e.codes {
		if hasCode(r, c) {
			return true
		}
	}
	return slices.ContainsFunc(e.words, func(w string) bool { return strings.Contains(text, w) })
}

// hasCode reports whether a reply has a basic code ("550") or an enhanced one of any class ("X.1.1").
func hasCode(r reply.Reply, code string) bool {
	if detail, ok := strings.CutPrefix(code, "X."); ok {
		_, has, _ := strings.Cut(r.Enhanced.String(), ".")
		return has == detail
	}
	return strconv.Itoa(r.Code) == code
}
