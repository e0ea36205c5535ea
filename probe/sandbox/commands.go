package sandbox

import (
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-sasl"
)

// command is what a verb does. It reports whether the session goes on.
type command struct {
	do    func(s *session, arg string) bool
	stage string // at which failures come in its place
}

// commands are what the servers understand.
var commands = map[string]command{
	"HELO":     {func(s *session, arg string) bool { return s.greetBack(arg, false) }, "ehlo"},
	"EHLO":     {func(s *session, arg string) bool { return s.greetBack(arg, true) }, "ehlo"},
	"STARTTLS": {(*session).beginTLS, ""},
	"AUTH":     {(*session).logIn, ""},
	"MAIL":     {(*session).beginMail, "mail"},
	"RCPT":     {(*session).addRecipient, "rcpt"},
	"DATA":     {(*session).takeMessage, "data"},
	"BDAT":     {(*session).takeChunk, "data"},
	"RSET":     {(*session).reset, ""},
	"NOOP":     {func(s *session, _ string) bool { return s.idles("noop", "") }, ""},
	"VRFY":     {(*session).verify, ""},
	"EXPN":     {func(s *session, arg string) bool { return s.offered("expand", arg) }, ""},
	"ETRN":     {func(s *session, arg string) bool { return s.offered("etrn", strings.TrimPrefix(arg, "@")) }, ""},
	"HELP":     {func(s *session, arg string) bool { return s.offered("help", arg) }, ""},
	"QUIT":     {(*session).quit, ""},
}

// greetBack answers HELO and EHLO. A second one begins anew.
func (s *session) greetBack(name string, extended bool) bool {
	p := &s.host.p
	switch {
	case s.helo != "" && p.says["again"] != "":
		return s.say("again")
	case name == "":
		return s.say("syntax-helo")
	case p.heloForm != nil && !p.heloForm.MatchString(name):
		return s.say("bad-helo")
	}
	s.abandon()
	s.wishes = s.heloWish(name)
	if d, ok := s.wished("ehlo"); ok {
		return s.obey(d, address{text: name})
	}
	s.helo, s.extended = name, extended
	s.office.recorder.change(func() { s.log.HELO = name })
	if p.clientAt == "ehlo" {
		if refused := s.clientRefused(s.host); refused != "" {
			return s.say(refused)
		}
	}
	if p.heloAt == "ehlo" {
		if refused := s.heloRefused(s.host); refused != "" {
			return s.say(refused)
		}
	}
	lines := []string{s.expand(s.host, p.says["hello"], address{}, Mailbox{})}
	if extended {
		lines = append(lines, s.offers()...)
	}
	for i := range lines[:len(lines)-1] {
		lines[i] = "250-" + lines[i] + "\n"
	}
	lines[len(lines)-1] = "250 " + lines[len(lines)-1]
	return s.reply(strings.Join(lines, ""))
}

// offers are the keywords of EHLO (RFC 5321 §4.1.1.1).
func (s *session) offers() []string {
	p := &s.host.p
	offers := slices.Clone(p.ehlo)
	if p.pipelining == "yes" && !s.strange {
		offers = append(offers, "PIPELINING")
	}
	if p.size > 0 {
		offers = append(offers, "SIZE "+strconv.Itoa(p.size))
	}
	if p.starttls != "no" && !s.tls {
		offers = append(offers, "STARTTLS")
	}
	if len(p.auth) > 0 && s.user == "" {
		offers = append(offers, "AUTH "+strings.Join(p.auth, " "))
	}
	if p.smtputf8 == "yes" {
		offers = append(offers, "SMTPUTF8")
	}
	return offers
}

func (s *session) beginTLS(string) bool {
	if d, ok := s.wished("starttls"); ok {
		return s.obey(d, address{text: s.helo})
	}
	switch {
	case s.host.p.starttls == "no" || s.tls:
		return s.say("no-tls")
	case !s.countsNonmail():
		return false
	case s.host.p.starttls == "454":
		return s.say("tls-broken")
	}
	return s.say("tls-go") && s.startTLS()
}

// logIn is AUTH (RFC 4954).
func (s *session) logIn(arg string) bool {
	mechanism, initial, _ := strings.Cut(arg, " ")
	mechanism = strings.ToUpper(mechanism)
	if mechanism != "" {
		s.mechanism = mechanism
	}
	if !slices.Contains(s.host.p.auth, mechanism) {
		return s.say("no-auth")
	}
	s.login = ""
	known := s.exchange(s.loginServer(mechanism), strings.Fields(initial))
	if d, ok := s.wished("auth"); ok {
		if codeOf(s.host.p.text(d.reply)) >= 400 {
			s.user = ""
		}
		return s.obey(d, address{text: s.login})
	}
	if !known {
		return s.say("auth-bad")
	}
	return s.say("auth-ok")
}

func (s *session) loginServer(mechanism string) sasl.Server {
	if mechanism == "PLAIN" {
		return sasl.NewPlainServer(func(_, user, password string) error { return s.checkLogin(user, password) })
	}
	return &loginServer{check: s.checkLogin}
}

// checkLogin lets in whom the host knows, and who demands something.
func (s *session) checkLogin(user, password string) error {
	s.login = strings.Map(printable, user) // replies may repeat it
	want, known := s.host.logins[user]
	if (!known || want != password) && !s.office.options.AnyLogin && userWish(user) == nil {
		return errWrongLogin
	}
	s.user = user
	return nil
}

var errWrongLogin = errors.New("unknown name or wrong password")

// maxExchange bounds the lines of a log-in.
const maxExchange = 4

// exchange lets the client prove who it is.
func (s *session) exchange(server sasl.Server, initial []string) bool {
	var response []byte
	if len(initial) > 0 {
		response, _ = base64.StdEncoding.DecodeString(strings.TrimPrefix(initial[0], "="))
		response = append([]byte{}, response...)
	}
	for range maxExchange {
		challenge, done, err := server.Next(response)
		if done || err != nil {
			return err == nil
		}
		s.reply("334 " + base64.StdEncoding.EncodeToString(challenge))
		s.secret = true
		line, err := s.readLine()
		s.secret = false
		if err != nil || line == "*" {
			return false
		}
		if response, err = base64.StdEncoding.DecodeString(line); err != nil {
			return false
		}
	}
	return false
}

// loginServer is the LOGIN mechanism, which no RFC has and many clients use.
type loginServer struct {
	step  int
	user  string
	check func(user, password string) error
}

// Next asks for the name, then for the password.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil && l.step == 0 {
		return []byte("Username:"), false, nil
	}
	l.step++
	if l.step == 1 {
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}

func (s *session) beginMail(arg string) bool {
	p := &s.host.p
	rest, ok := afterKeyword(arg, "FROM:")
	path := readPath(rest)
	sender, params := path.address, path.params
	switch {
	case s.helo == "" && p.says["need-helo"] != "":
		return s.say("need-helo")
	case s.mail.begun:
		return s.say("nested-mail")
	case s.chunks.failed != "":
		return s.say("mail-after-bdat")
	case s.lacks(s.host) != "":
		return s.say(s.lacks(s.host))
	case !ok:
		return s.say("syntax-mail")
	case rest == "":
		return s.say("empty-mail")
	}
	if fault := s.faultOf(path, "sender", slices.ContainsFunc(params, isUTF8)); fault != "" {
		return s.say(fault)
	}
	s.mail = transaction{sender: sender, params: params}
	if code, ok := onDemand(sender); ok {
		s.mail.wishes = []wish{{code, sender.text, "mail"}}
	}
	if d, ok := s.wished("mail"); ok {
		goesOn := s.obey(d, sender)
		s.keepRefused(Refused, nil)
		s.mail = transaction{}
		return goesOn
	}
	name := s.refusedParameter(s.offeredParameters(mailParameters), params, "unknown-param")
	if name == "" {
		name = s.refusedAt(s.host, "mail")
	}
	if name != "" {
		goesOn := s.say(name)
		s.keepRefused(Refused, nil)
		s.mail = transaction{}
		return goesOn
	}
	s.mail.begun, s.rcptsRefused = true, nil
	if s.mail.prdr {
		return s.say("mail-prdr")
	}
	return s.say("mail")
}

func (s *session) reset(string) bool {
	s.abandon()
	s.throttled, s.rcptsRefused = 0, nil
	return s.idles("reset", "")
}

func (s *session) quit(string) bool {
	if s.hold(s.host.p.bye, true) {
		s.say("quit")
	}
	return false
}

// idles answers a command that brings no mail forward.
func (s *session) idles(name, about string) bool {
	if !s.countsNonmail() {
		return false
	}
	if s.host.p.junk > 0 && s.idle > s.host.p.junk {
		s.bad++
	}
	return s.sayAs(s.host, name, address{text: about}, Mailbox{})
}

// countsNonmail counts a command that does not advance a mail, and ends the session when there were too many. The first
// RSET is free, as in Exim.
func (s *session) countsNonmail() bool {
	s.idle++
	if limit := s.host.p.nonmail; limit == 0 || s.idle <= limit+1 {
		return true
	}
	s.say("nonmail")
	return false
}
