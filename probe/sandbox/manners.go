package sandbox

import (
	"slices"
	"strings"
)

// misplaced names the reply to a command that is not a command here, or is empty.
func (s *session) misplaced(verb, arg string) string {
	p := &s.host.p
	s.param = verb
	switch {
	case verb == "":
		return "empty-line"
	case s.chunks.begun || s.chunks.stuck:
		return s.betweenChunks(verb)
	case s.helo == "" && verb == "RSET" && p.says["reset-early"] != "":
		return "reset-early"
	case p.says["forbidden"] != "" && noMail(verb):
		return "forbidden"
	case verb == "ETRN" && len(strings.Fields(arg)) != 1 && p.says["etrn-syntax"] != "":
		return "etrn-syntax"
	case arg != "" && slices.Contains(p.bare, verb):
		return "argument"
	}
	return ""
}

// noMail reports whether a command shows that the client speaks HTTP or sends a message where commands belong.
func noMail(verb string) bool {
	return slices.Contains([]string{"GET", "POST", "CONNECT"}, verb) || strings.HasSuffix(verb, ":") ||
		verb[0] < 'A' || verb[0] > 'Z'
}

// betweenChunks names the reply of a host that wants nothing but BDAT until the last chunk.
func (s *session) betweenChunks(verb string) string {
	switch {
	case s.host.p.says["stuck"] == "" || verb == "RSET" || verb == "QUIT":
		return ""
	case s.chunks.stuck:
		return "stuck"
	case verb == "BDAT":
		return ""
	}
	s.chunks.stuck = true
	return "after-chunk"
}

// verify is VRFY.
func (s *session) verify(arg string) bool {
	p := &s.host.p
	if arg == "" && p.says["verify-nobody"] != "" {
		return s.say("verify-nobody")
	}
	path := readPath(arg)
	fault := s.faultOf(path, "recipient", false)
	switch more := p.says["verify-more"]; {
	case more != "" && len(path.params) > 0:
		s.path.before, s.path.rest, _ = strings.Cut(arg, " ")
		return s.say("verify-more")
	case more != "" && fault != "":
		return s.say(fault)
	case p.verifies:
		if at, box, name := s.judge(path.address); name != "rcpt" {
			return s.countsNonmail() && s.sayAs(at, name, path.address, box)
		}
	}
	return s.offered("verify-user", arg)
}

// offered answers a command that is unknown where there is no reply to it.
func (s *session) offered(name, arg string) bool {
	if s.host.p.says[name] == "" {
		return s.say("unrecognized")
	}
	return s.idles(name, arg)
}
