package smtp

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/prebounce/prebounce/validate/reply"
)

// say says one command and takes the answer. Without trouble it is a yes.
func (s *Session) say(ctx context.Context, c command) (answer, *Trouble) {
	said, t := s.talk(ctx, c)
	if len(said) == 0 {
		return answer{}, t
	}
	if said[0].negative() {
		t = s.refused(&c, said[0]) // which tells more than that it then hung up
	}
	return said[0], t
}

// talk says commands in one write and hears the answers. With trouble, what it returns are the answers that
// can be relied on, from the first one on.
func (s *Session) talk(ctx context.Context, commands ...command) ([]answer, *Trouble) {
	said, err := s.exchange(commands)
	if err == nil {
		return said, nil
	}
	at := &commands[min(len(said), len(commands)-1)]
	t := s.ending(ctx, at, err)
	if t.Kind == Nonsense || (t.Kind == TimedOut && len(commands) > 1 && at.verb != &quit) {
		said = nil // it may have lost count
	}
	return said, t
}

func (s *Session) exchange(commands []command) (said []answer, err error) {
	var took time.Duration
	s.pace.begin()
	for i, c := range commands {
		began, done := time.Now(), s.wire.within(c.verb.within(&s.timeouts))
		if i == 0 {
			err = s.write(commands)
		}
		var a answer
		if err == nil {
			a, err = s.hear(&c)
		}
		done()
		if err != nil {
			return said, err
		}
		took = time.Since(began)
		s.pace.note(c.verb, took)
		said = append(said, a)
	}
	if commands[len(commands)-1].verb == &quit {
		return said, nil
	}
	return said, s.wire.quiet(took)
}

// write sends the commands; a greeting needs none.
func (s *Session) write(commands []command) error {
	var lines []string
	for _, c := range commands {
		if c.line != "" {
			lines = append(lines, c.line)
		}
	}
	if lines == nil {
		return nil
	}
	return s.wire.write(lines...)
}

func (s *Session) hear(c *command) (answer, error) {
	a, err := s.wire.hear()
	switch {
	case err != nil:
		return a, err
	case !c.verb.fits(a):
		return a, nonsense("a code that does not fit the command")
	case a.negative():
		s.refusals++
	}
	if a.code == 421 {
		return a, farewell{a}
	}
	return a, nil
}

// ending makes trouble of what ends a session.
func (s *Session) ending(ctx context.Context, c *command, err error) *Trouble {
	s.ended = true
	t := s.trouble(Closed, c, err)
	var last farewell
	var garbage nonsense
	switch {
	case ctx.Err() != nil:
		t.Kind, t.Err = Canceled, ctx.Err()
	case errors.As(err, &last):
		t.Reply, t.Err = last.reply(), nil
		if c.verb.stage == reply.Greeting {
			t.Kind = Refused
		}
	case errors.As(err, &garbage):
		t.Kind = Nonsense
	case errors.Is(err, os.ErrDeadlineExceeded):
		t.Kind, t.Err = TimedOut, nil
	}
	s.left = t.Kind == Closed || t.Kind == Refused
	return t
}

func (s *Session) refused(c *command, a answer) *Trouble {
	t := s.trouble(Refused, c, nil)
	t.Reply = a.reply()
	return t
}

func (s *Session) trouble(k Kind, c *command, err error) *Trouble {
	return &Trouble{Kind: k, Host: s.host, Stage: c.verb.stage, Command: c.verb.name, Err: err}
}
