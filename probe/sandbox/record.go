package sandbox

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// Line is one line that went over a connection.
type Line struct {
	At         time.Time // by the world's clock
	FromClient bool
	Text       string // without its end; what belongs to a message or a password is left out
	// how long, by the world's clock, the server has held its replies on purpose since the session began
	Held time.Duration
}

// Session is what a server noted about one connection. Times are the world's: with [Options.Pace] they run
// faster than ours.
type Session struct {
	ID      int
	Host    string         // the mail host's name
	Addr    netip.AddrPort // its address in the world
	Client  netip.Addr
	HELO    string
	TLS     bool
	Began   time.Time
	Ended   time.Time   // zero while it lasts
	Lines   []Line      // the first of them, if they are too many
	Asked   []time.Time // when each RCPT came whose path could be read
	Refused int         // RCPTs with another reply than 2yz
	Data    int         // DATA commands
	TooMany int         // replies that say the client asks too much: 421, 452 4.5.3 and their like
}

// Transcript is the session as text, "C:" before what the client said and "S:" before the server's words.
func (s Session) Transcript() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s %s from %s\n", s.Host, s.Addr, s.Client)
	for _, l := range s.Lines {
		who := "S:"
		if l.FromClient {
			who = "C:"
		}
		fmt.Fprintf(&b, "%8.3f %s %s\n", l.At.Sub(s.Began).Seconds(), who, l.Text)
	}
	return b.String()
}

// Bounds of what is kept. Counters go on when lines are kept no more.
const (
	maxSessionLines = 2000
	lineSize        = 80 // octets of a Line beside its text, about
	maxOctets       = 64 << 20
	maxAsked        = 1 << 22
	maxSessions     = 1 << 17
)

func newRecorder(c clock) *recorder {
	return &recorder{clock: c, open: make(map[string]int), most: make(map[string]int)}
}

// recorder keeps the sessions of a sandbox.
type recorder struct {
	clock clock

	mu       sync.Mutex
	sessions []*Session
	number   int
	octets   int // of the lines
	asked    int
	open     map[string]int // sessions by host: now, and the most there ever were
	most     map[string]int
}

func (r *recorder) begin(host string, addr netip.AddrPort, client netip.Addr) *Session {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[host]++
	r.most[host] = max(r.most[host], r.open[host])
	r.number++
	s := &Session{ID: r.number, Host: host, Addr: addr, Client: client, Began: r.clock.now()}
	if len(r.sessions) < maxSessions {
		r.sessions = append(r.sessions, s)
	}
	return s
}

func (r *recorder) end(s *Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.Ended = r.clock.now()
	r.open[s.Host]--
}

// ask notes a RCPT.
func (r *recorder) ask(s *Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked < maxAsked {
		r.asked++
		s.Asked = append(s.Asked, r.clock.now())
	}
}

// change lets f write to a session.
func (r *recorder) change(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

func (r *recorder) line(s *Session, fromClient bool, held time.Duration, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	size := len(text) + lineSize
	if len(s.Lines) < maxSessionLines && r.octets+size <= maxOctets {
		r.octets += size
		s.Lines = append(s.Lines, Line{r.clock.now(), fromClient, text, held})
	}
}

func (r *recorder) transcript(s *Session) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return s.Transcript()
}

func (r *recorder) all() []Session {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Session, len(r.sessions))
	for i, s := range r.sessions {
		all[i] = *s
		all[i].Lines, all[i].Asked = slices.Clip(s.Lines), slices.Clip(s.Asked)
	}
	return all
}

// Conduct are how clients behaved at a mail host, as it saw them.
type Conduct struct {
	Connections int
	AtOnce      int // the most connections that were open at the same time
	PerMinute   int // the most connections begun within 60 s
	// the shortest time between the beginnings of two connections; 0 if there were not two
	Apart               time.Duration
	Recipients          int
	RecipientsPerMinute int // the most within 60 s
	Refused             int // the most refused recipients in one session
	Data                int
	TooMany             int
}

// Conduct sums up all sessions by the host's name.
func (s *Sandbox) Conduct() map[string]Conduct {
	byHost := make(map[string][]Session)
	for _, session := range s.Sessions() {
		byHost[session.Host] = append(byHost[session.Host], session)
	}
	all := make(map[string]Conduct)
	for host, sessions := range byHost {
		m := mannersOf(sessions)
		s.post.recorder.change(func() { m.AtOnce = s.post.recorder.most[host] })
		all[host] = m
	}
	return all
}

func mannersOf(sessions []Session) Conduct {
	m := Conduct{Connections: len(sessions)}
	var began, asked []time.Time
	for _, s := range sessions {
		began = append(began, s.Began)
		asked = append(asked, s.Asked...)
		m.Refused = max(m.Refused, s.Refused)
		m.Data += s.Data
		m.TooMany += s.TooMany
	}
	slices.SortFunc(began, time.Time.Compare)
	slices.SortFunc(asked, time.Time.Compare)
	for i := range began[1:] {
		if apart := began[i+1].Sub(began[i]); i == 0 || apart < m.Apart {
			m.Apart = apart
		}
	}
	m.Recipients = len(asked)
	m.PerMinute, m.RecipientsPerMinute = densest(began), densest(asked)
	return m
}

// densest is the largest number of sorted times that lie within one minute.
func densest(times []time.Time) (most int) {
	first := 0
	for i, t := range times {
		for t.Sub(times[first]) >= time.Minute {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}
