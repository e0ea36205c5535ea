package sandbox

import (
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// addRecipient is RCPT.
func (s *session) addRecipient(arg string) bool {
	p := &s.host.p
	rest, ok := afterKeyword(arg, "TO:")
	switch {
	case !ok && p.says["no-operand"] != "":
		return s.say("no-operand")
	case !s.mail.begun:
		goesOn := s.say("need-mail")
		s.rcptsRefused = append(s.rcptsRefused, s.last)
		return goesOn
	case s.chunks.begun:
		return s.say("rcpt-after-bdat")
	case !ok:
		return s.say("syntax-rcpt")
	case rest == "":
		return s.say("empty-rcpt")
	}
	path := readPath(rest)
	rcpt, params := path.address, path.params
	s.mail.rcptParams = params
	if fault := s.faultOf(path, "recipient", s.mail.utf8); fault != "" && !isPostmaster(rcpt) {
		return s.say(fault)
	}
	if rcpt.domain == "" && p.qualifies {
		rcpt.text += "@" + s.nameOf(s.host)
		rcpt.domain = s.host.name + "."
	}
	s.office.recorder.ask(s.log)
	if name := s.refusedParameter(s.offeredParameters(rcptParameters), params, unknownRecipientParameter); name != "" {
		return s.answer(s.host, rcpt, Mailbox{}, name)
	}
	if p.utf8 == "strip" && !s.mail.utf8 {
		rcpt = rcpt.stripped()
	}
	s.asked++
	s.mail.asked++
	if p.closes > 0 && s.asked > p.closes {
		return s.say("closing")
	}
	at, box, name := s.judge(rcpt)
	if d, ok := s.demandedOf(recipient{address: rcpt, box: box}); ok {
		switch {
		case d.action != "":
			return s.obey(d, rcpt)
		case !s.hold(d.delay, true):
			return false
		}
		name = d.reply
	}
	return s.answer(at, rcpt, box, name)
}

// isPostmaster reports whether an address is the one that needs no domain, RFC 5321 §4.5.1.
func isPostmaster(a address) bool { return a.domain == "" && strings.EqualFold(a.local, "postmaster") }

// stripped is the address without the eighth bits.
func (a address) stripped() address {
	strip := func(text string) string {
		b := []byte(text)
		for i := range b {
			b[i] &= 0x7f
		}
		return string(b)
	}
	return address{strip(a.text), strip(a.local), a.domain}
}

// judge names the reply to a recipient, and the host whose words it is in: the session's, or the domain's own.
func (s *session) judge(rcpt address) (at *mailHost, box Mailbox, name string) {
	p := &s.host.p
	switch {
	case isPostmaster(rcpt):
		return s.host, Mailbox{Kind: Exists}, "rcpt"
	case rcpt.domain == "", p.routes && strings.ContainsAny(rcpt.local, "%!@"):
		return s.host, box, "relay"
	}
	hosts := s.office.world.mailHosts(rcpt.domain)
	switch {
	case slices.Contains(hosts, s.host):
		at = s.host
	case !p.anywhere || (slices.Contains(p.need, "auth") && s.user == ""):
		return s.host, box, "relay"
	case len(hosts) == 0:
		return s.host, box, s.unreachable(rcpt.domain)
	default:
		at = hosts[0]
	}
	box, known := s.office.world.mailbox(rcpt, at)
	switch {
	case box.Kind == Told:
		return at, box, "rcpt"
	case !known && !strings.HasPrefix(rcpt.domain, "reply."): // the MX leads to a host that was not told of the domain
		return at, box, "relay"
	}
	for _, check := range checks {
		if name := check(s, at, rcpt, box); name != "" {
			return at, box, name
		}
	}
	return at, box, at.p.verdict(box, "rcpt")
}

// checks are made at each RCPT in this order. The first that names a reply decides.
var checks = []func(s *session, at *mailHost, rcpt address, box Mailbox) string{
	(*session).unsecured, (*session).tooEarly, (*session).hurries, (*session).disliked, (*session).mines,
	(*session).untested,
	(*session).mixes, (*session).tooMany, (*session).badUTF8, (*session).grey,
}

// unreachable names what a relay says of a domain that none of the world's hosts takes mail for. What DNS did
// not answer, and a host that is down, may be well later, so a relay says 4yz.
func (s *session) unreachable(domain string) string {
	dnsOf := worldResolver{s.office.zone}
	mx, err := dnsOf.ask(domain, dns.TypeMX)
	if isTemporary(err) {
		return "dns-later"
	}
	targets := []string{domain}
	if len(mx) > 0 {
		targets = nil
	}
	for _, rr := range mx {
		targets = append(targets, rr.(*dns.MX).Mx)
	}
	if slices.Equal(targets, []string{"."}) {
		return "null-mx"
	}
	name := "no-host"
	for _, target := range targets {
		for _, typ := range []uint16{dns.TypeA, dns.TypeAAAA} {
			switch found, err := dnsOf.ask(target, typ); {
			case len(found) > 0:
				return "host-down"
			case isTemporary(err):
				name = "dns-later"
			}
		}
	}
	return name
}

func isTemporary(err error) bool {
	var e *net.DNSError
	return errors.As(err, &e) && e.IsTemporary
}

// unsecured holds a client of a port for all domains to what the domain's own host needs.
func (s *session) unsecured(at *mailHost, _ address, _ Mailbox) string { return s.lacks(at) }

// lacks names the reply to a client that came without the TLS or the login that a host needs. A host that
// takes mail for every domain needs the login only for those, see judge.
func (s *session) lacks(at *mailHost) string {
	switch {
	case slices.Contains(at.p.need, "tls") && !s.tls:
		return "need-tls"
	case slices.Contains(at.p.need, "auth") && !at.p.anywhere && s.user == "":
		return "need-auth"
	}
	return ""
}

func (s *session) tooEarly(at *mailHost, _ address, _ Mailbox) string {
	if s.early && at.p.earlyTalk == "rcpt" {
		return "early-rcpt"
	}
	return ""
}

func (s *session) hurries(at *mailHost, _ address, _ Mailbox) (name string) {
	s.office.memory(at).of(s.client, func(v *visitor) {
		if !at.p.rcptRate.count(&v.asked, s.office.clock.now(), true) {
			name = "rcpt-hurried"
		}
	})
	return name
}

func (s *session) disliked(at *mailHost, _ address, _ Mailbox) string { return s.refusedAt(at, "rcpt") }

// mines counts the unknown recipients that a client asks for, over its sessions.
func (s *session) mines(at *mailHost, _ address, box Mailbox) (name string) {
	if at.p.mining == 0 {
		return ""
	}
	s.office.memory(at).of(s.client, func(v *visitor) {
		if v.unknown >= at.p.mining {
			name = "mined"
		}
		if box.Gone() {
			v.unknown++
		}
	})
	return name
}

func (s *session) untested(_ *mailHost, _ address, _ Mailbox) string {
	if s.strange {
		return "untested"
	}
	return ""
}

// mixes and tooMany go by the session's host: a host that takes mail for others knows no limits of theirs.
func (s *session) mixes(_ *mailHost, rcpt address, _ Mailbox) string {
	one := s.host.p.oneDomain
	if one == "no" || s.domain == "" || (one == "transaction" && s.mail.asked == 1) {
		s.domain = rcpt.domain
	}
	if s.domain != rcpt.domain {
		return "mixed-domains"
	}
	return ""
}

func (s *session) tooMany(*mailHost, address, Mailbox) string {
	p := &s.host.p
	if p.asks > 0 && s.mail.asked > p.asks {
		return "many-asked"
	}
	if (p.rcpts > 0 && len(s.mail.rcpts) >= p.rcpts) || len(s.mail.rcpts) >= maxRcpts {
		return "many-rcpts"
	}
	return ""
}

// maxRcpts bounds the recipients of a message, whatever the world says.
const maxRcpts = 1 << 16

func (s *session) badUTF8(at *mailHost, rcpt address, _ Mailbox) string {
	if at.p.utf8 == "refuse" && !s.mail.utf8 && !ascii(rcpt.text) {
		return "bad-utf8"
	}
	return ""
}

func (s *session) grey(at *mailHost, rcpt address, _ Mailbox) string {
	key := greyKey(s.client, s.mail.sender.text, rcpt.text)
	if at.p.greylist > 0 && s.office.memory(at).isGrey(key, s.office.clock.now(), at.p.greylist) {
		return "greylisted"
	}
	return ""
}

// verdicts are the replies about a mailbox.
var verdicts = map[Kind]string{
	Unknown: "unknown", Exists: "rcpt", Full: "full", Disabled: "disabled", Moved: "moved", Policy: "policy",
	Busy: "busy", Later: "later",
	SendOnly: "sendonly", CatchAll: "rcpt", Told: "rcpt",
}

// verdict is what the host says about a mailbox at a stage, if it tells there.
func (p *personality) verdict(box Mailbox, stage string) string {
	if p.verify != stage {
		return "rcpt"
	}
	return verdicts[box.Kind]
}

// answer gives the reply, in its time, and keeps count.
func (s *session) answer(at *mailHost, rcpt address, box Mailbox, name string) bool {
	delay := at.p.look
	if s.host.p.throttle > 0 && s.throttled >= s.host.p.throttle {
		delay += s.host.p.pause
	}
	good := codeOf(at.p.text(name)) < 300
	if good {
		s.rcptsRefused = nil
		s.mail.rcpts = append(s.mail.rcpts, recipient{rcpt, at, box, s.mail.rcptParams})
	} else {
		delay += at.p.badDelay
		s.badRcpts++
		s.throttled++
		s.office.recorder.change(func() { s.log.Refused++ })
	}
	goesOn := s.hold(delay, true) && s.sayAs(at, name, rcpt, box)
	if !good {
		s.rcptsRefused = append(s.rcptsRefused, s.last)
	}
	s.mail.tried = append(s.mail.tried, Recipient{rcpt.text, s.mail.rcptParams, good, s.last})
	if len(s.mail.rcpts) == 0 {
		// already now, for clients that wait with the end of the session until they have looked
		s.keepRefused(Refused, nil)
	}
	if !goesOn {
		return false
	}
	return good || s.host.p.drop == 0 || s.badRcpts < s.host.p.drop
}

// refusedAt names the reply to a client, a HELO name or a sender that the host dislikes and says so at this stage.
func (s *session) refusedAt(at *mailHost, stage string) string {
	p := &at.p
	for _, c := range []struct {
		stage   string
		refuses func(*mailHost) string
	}{{p.clientAt, s.clientRefused}, {p.heloAt, s.heloRefused}, {p.senderAt, s.senderRefused}} {
		if c.stage != stage {
			continue
		}
		if name := c.refuses(at); name != "" {
			return name
		}
	}
	return ""
}

func (s *session) clientRefused(at *mailHost) string {
	list := at.p.refuseClient
	if slices.Contains(list, "all") || names(list, s.client) {
		return "client-refused"
	}
	reverse, _ := dns.ReverseAddr(s.client.String())
	if slices.Contains(list, "noptr") && len(s.office.world.lookup(reverse, dns.TypePTR)) == 0 {
		return "client-noptr"
	}
	return ""
}

func (s *session) heloRefused(at *mailHost) string {
	list, name := at.p.refuseHelo, strings.ToLower(strings.TrimSuffix(s.helo, "."))
	switch {
	case slices.Contains(list, "all"), slices.Contains(list, name):
		return "helo-refused"
	case slices.Contains(list, "bare") && !strings.Contains(name, "."):
		return "helo-refused"
	case slices.Contains(list, "unknown") && len(s.office.world.addresses(dns.CanonicalName(name))) == 0:
		return "helo-unknown"
	}
	return ""
}

func (s *session) senderRefused(at *mailHost) string {
	list, sender := at.p.refuseSender, s.mail.sender
	known := len(s.office.world.mailHosts(sender.domain)) > 0
	box, _ := s.office.world.mailbox(sender, nil)
	null := sender.text == ""
	switch {
	case slices.Contains(list, "all"), slices.Contains(list, strings.ToLower(sender.text)),
		slices.Contains(list, strings.TrimSuffix(sender.domain, ".")), null && slices.Contains(list, "null"):
		return "sender-refused"
	case !null && !known && slices.Contains(list, "nodomain"):
		return "sender-nodomain"
	case !null && known && box.Gone() && slices.Contains(list, "nouser"):
		return "sender-nouser"
	}
	return ""
}
