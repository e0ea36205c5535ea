package sandbox

import (
	"time"
)

// greet says the greeting, or what comes in its place, and reports whether the session goes on.
func (s *session) greet() bool {
	if !s.hold(s.rtt(), false) || s.fails("greeting") { // connecting took a round trip
		return false
	}
	if d, ok := s.wished("connect"); ok {
		return s.obey(d, address{}) && codeOf(d.reply) < 300
	}
	p := &s.host.p
	if name := s.turnsAway(); name != "" {
		s.say(name)
		return false
	}
	if p.tease > 0 && s.isStranger() {
		s.reply(s.expand(s.host, p.says["greet-line"], address{}, Mailbox{}))
		s.flush()
		s.listen(p.tease)
	}
	s.listen(p.wait)
	if s.early && (p.earlyTalk == "close" || p.earlyTalk == "refuse") {
		s.say("early")
		return p.earlyTalk == "refuse" && s.refuseAll()
	}
	s.say("greeting")
	return codeOf(p.says["greeting"]) < 300
}

// refuseAll gives every command the same answer.
func (s *session) refuseAll() bool {
	for {
		if line, err := s.readLine(); err != nil || line == "QUIT" {
			return false
		}
		if !s.say("early-rcpt") {
			return false
		}
	}
}

// turnsAway names the reply that a client gets who comes too often, or who is not wanted at all.
func (s *session) turnsAway() (name string) {
	p := &s.host.p
	s.office.memory(s.host).of(s.client, func(v *visitor) {
		now := s.office.clock.now()
		switch {
		case p.atOnce > 0 && s.before >= p.atOnce:
			name = "crowded"
		case !p.connections.count(&v.arrivals, now, p.strict):
			name = "hurried"
		}
		s.strange = p.deep && now.Sub(v.tested) > testedFor
		v.tested = now
	})
	if name == "" && p.clientAt == "greeting" {
		return s.clientRefused(s.host)
	}
	return name
}

// isStranger reports whether the client has not sat through a greeting of late.
func (s *session) isStranger() (stranger bool) {
	s.office.memory(s.host).of(s.client, func(v *visitor) {
		now := s.office.clock.now()
		stranger = now.Sub(v.greeted) > greetedFor
		if stranger {
			v.greeted = now
		}
	})
	return stranger
}

// listen waits, and notices who speaks meanwhile.
func (s *session) listen(d time.Duration) {
	if d <= 0 {
		return
	}
	s.held += d
	s.conn.SetReadDeadline(time.Now().Add(time.Duration(float64(d) / s.office.clock.pace)))
	if _, err := s.in.Peek(1); err == nil {
		s.early = true
	}
	s.conn.SetReadDeadline(time.Time{})
}
