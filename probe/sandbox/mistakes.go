package sandbox

import "strings"

// overLimit names what a session is ended with that makes too many mistakes, or is empty.
func (s *session) overLimit(code int) string {
	p := &s.host.p
	if code == 500 {
		s.unknowns++
	}
	if code == 500 || code == 501 || code == 503 {
		s.strikes++
	}
	switch {
	case p.unknowns > 0 && s.unknowns > p.unknowns:
		return "many-unknown"
	case p.protocol > 0 && s.strikes > p.protocol:
		return "many-strikes"
	}
	return ""
}

// perRecipient are the replies that PRDR adds.
func (s *session) perRecipient() string {
	var b strings.Builder
	b.WriteString("353 PRDR content analysis beginning\n")
	for _, r := range s.mail.rcpts {
		b.WriteString("250 PRDR R=<" + r.text + "> acceptance\n")
	}
	return b.String()
}

// replyCounted gives a reply, and ends a session that makes too many mistakes. Lines may come before the text.
func (s *session) replyCounted(p *personality, text, before string) bool {
	switch s.overLimit(codeOf(text)) {
	case "many-unknown":
		s.reply(p.text("many-unknown"))
		return false
	case "many-strikes":
		s.reply(before + text[:3] + "-" + text[4:] + "\n" + text[:4] + p.text("many-strikes")[4:])
		return false
	}
	return s.reply(before + text)
}
