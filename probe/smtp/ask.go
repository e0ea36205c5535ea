package smtp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate/reply"
)

// mostAtOnce is how many RCPTs go out in one write where the host offers PIPELINING (RFC 2920): few enough to
// stay below the number of refusals at which hosts hang up, since a reset throws away what was not read.
const mostAtOnce = 8

// Ask puts the recipients to the host in one transaction: RSET if an earlier one stands open, MAIL, a RCPT
// for each. Where the host offers PIPELINING, MAIL and up to 8 RCPTs go out in one write, and nothing else
// with them but the QUIT of [Session.Ration]. If the host demands TLS, Ask starts it and asks on. With utf8, MAIL says SMTPUTF8; recipients
// with UTF-8 local parts need that.
//
// Each reply is the one to the recipient of the same number. Fewer replies than recipients means that the
// others, from the next one on, have none, and end says why: they are to be asked again, on another
// connection, in a smaller batch. The 421 or the refusal with which a host hangs up is not a reply to
// anybody, so it is in end and the recipient asked last is among the others; a host that does that to a
// recipient asked alone, more than once, won't say more. An end with all replies there only means that the
// session is over.
//
// How many to ask is the caller's business: all of them may be refused. Recipients are addresses without
// brackets and with A-labels; one that must not be sent makes trouble of kind [Invalid] before anything is
// sent.
//
// The end is a [*Trouble], or nil.
func (s *Session) Ask(ctx context.Context, recipients []string, utf8 bool) (replies []reply.Reply, end error) {
	replies, t := s.put(ctx, recipients, utf8)
	if t != nil {
		return replies, t
	}
	return replies, nil
}

func (s *Session) put(ctx context.Context, recipients []string, utf8 bool) (replies []reply.Reply, end *Trouble) {
	if t := s.unfit(ctx, recipients, utf8); t != nil || len(recipients) == 0 {
		return nil, t
	}
	defer s.until(ctx)()
	defer s.Hearer(nil)
	if err := s.wire.quiet(0); err != nil {
		return nil, s.ending(ctx, &command{verb: &mail}, err)
	}
	for {
		said, t := s.transaction(ctx, recipients[len(replies):], utf8)
		replies = append(replies, said...)
		if t == nil || t.Kind != NoTLS || s.host.Plain || !s.Offers("STARTTLS") {
			return replies, t
		}
		if t := s.startTLS(ctx); t != nil {
			return replies, t
		}
		if len(replies) > 0 {
			s.Hearer(nil) // for whom the next reply would not be the next in order
		}
	}
}

func (s *Session) unfit(ctx context.Context, recipients []string, utf8 bool) *Trouble {
	at := &command{verb: &mail}
	if err := checkRecipients(recipients, utf8); err != nil {
		return s.trouble(Invalid, at, err)
	}
	if s.ended {
		return s.trouble(Closed, at, errors.New("the session has ended"))
	}
	if ctx.Err() != nil {
		return s.trouble(Canceled, at, ctx.Err())
	}
	return nil
}

// transaction asks about all recipients. Kind [NoTLS] means that it has to be begun anew, under TLS, with
// those that have no reply.
func (s *Session) transaction(ctx context.Context, recipients []string, utf8 bool) ([]reply.Reply, *Trouble) {
	if utf8 && !s.UTF8() {
		return nil, s.trouble(NoUTF8, &command{verb: &mail}, nil)
	}
	if t := s.reset(ctx); t != nil {
		return nil, t
	}
	var said []answer
	var t *Trouble
	commands := s.commands(recipients, utf8)
	told := 0
	for len(said) < len(commands) && t == nil {
		told += s.tell(said, told)
		said, t = s.step(ctx, commands, said)
	}
	if len(said) == 0 {
		return nil, t
	}
	said, t = withdrawn(said, t)
	return repliesOf(said[1:]), t
}

// tell tells the hearer what stands of a transaction beyond what was told, and returns how many that were.
func (s *Session) tell(said []answer, told int) int {
	until := len(said)
	if until > 0 && said[until-1].negative() {
		until--
	}
	if s.hearer == nil || until <= told+1 {
		return 0
	}
	s.hearer(repliesOf(said[1+told : until]))
	return until - 1 - told
}

func repliesOf(said []answer) []reply.Reply {
	all := make([]reply.Reply, 0, len(said))
	for _, a := range said {
		all = append(all, a.reply())
	}
	return all
}

// reset makes way for another transaction; without it there can be none.
func (s *Session) reset(ctx context.Context) *Trouble {
	if !s.standing {
		return nil
	}
	s.resets++
	_, t := s.say(ctx, command{verb: &rset, line: "RSET"})
	s.standing, s.ended = false, s.ended || t != nil
	return t
}

func (s *Session) commands(recipients []string, utf8 bool) []command {
	from := "MAIL FROM:<" + s.client.From + ">"
	if utf8 {
		from += " SMTPUTF8"
	}
	all := []command{{verb: &mail, line: from}}
	for _, r := range recipients {
		all = append(all, command{verb: &rcpt, line: "RCPT TO:<" + r + ">", recipient: r})
	}
	return all
}

// step says what can be said next in one write, and adds what was answered.
func (s *Session) step(ctx context.Context, commands []command, said []answer) ([]answer, *Trouble) {
	at := len(said)
	until, last, t := s.stretch(ctx, commands, at)
	if t != nil {
		return said, t
	}
	got, t := s.sayAll(ctx, commands[at:until], last)
	if c := misdirected(commands, at, got); c != nil {
		return said, s.ending(ctx, c, nonsense("a reply that names another recipient"))
	}
	for i, a := range got {
		c := &commands[at+i]
		switch {
		case a.negative() && !s.secure && demandsTLS(a.reply()):
			return said, s.wantsTLS(c, a)
		case c.verb == &mail && a.negative():
			return nil, s.refused(c, a)
		case c.verb == &mail:
			s.standing = true
			s.transactions++
		}
		said = append(said, a)
	}
	return said, t
}

func (s *Session) wantsTLS(c *command, a answer) *Trouble {
	t := s.refused(c, a)
	t.Kind = NoTLS
	if s.ended {
		t.Kind = Closed
	}
	return t
}

// misdirected finds the command whose refusal speaks of another recipient of the same transaction: the host
// has lost count, so none of its answers is to be trusted.
func misdirected(commands []command, at int, got []answer) *command {
	for i, a := range got {
		c := &commands[at+i]
		if c.recipient == "" || !a.negative() {
			continue
		}
		if words := a.reply().Text(); !names(words, c.recipient) && namesAny(words, commands) {
			return c
		}
	}
	return nil
}

func namesAny(words string, commands []command) bool {
	for _, c := range commands {
		if c.recipient != "" && names(words, c.recipient) {
			return true
		}
	}
	return false
}

// withdrawn takes back the refusal with which a host hung up. It comes where a reply to a recipient is due
// ("too many unknown recipients"), and says nothing about that one.
func withdrawn(said []answer, t *Trouble) ([]answer, *Trouble) {
	last := len(said) - 1
	if t == nil || t.Kind != Closed || t.Reply.Code != 0 || !said[last].negative() {
		return said, t
	}
	t.Reply = said[last].reply()
	return said[:last], t
}

// sayAll says commands in one write, the last of the session together with QUIT. What becomes of that is no trouble, but
// where the host hangs up after a no instead of taking leave: that may be why.
func (s *Session) sayAll(ctx context.Context, commands []command, last bool) ([]answer, *Trouble) {
	if !last || s.transactions == 0 || !s.Offers("PIPELINING") {
		return s.talk(ctx, commands...)
	}
	got, t := s.talk(ctx, append(slices.Clip(commands), command{verb: &quit, line: quit.name})...)
	defer s.Close()
	s.left = s.left || t == nil
	switch {
	case len(got) < len(commands) || (t != nil && t.Kind == Canceled):
		return got, t
	case t != nil && t.Kind == Closed && t.Reply.Code == 0 && got[len(got)-1].negative():
		return got, t
	}
	return got[:len(commands)], nil
}

// stretch is the end of what can be said next in one write, as far as the ration allows, and whether nothing comes after.
func (s *Session) stretch(ctx context.Context, commands []command, at int) (until int, last bool, _ *Trouble) {
	until = at + 1
	if s.Offers("PIPELINING") {
		until = min(max(at, 1)+mostAtOnce, len(commands))
	}
	recipients := until - max(at, 1)
	if s.ration == nil || recipients == 0 {
		return until, false, nil
	}
	asked := time.Now()
	leave, last := s.ration(ctx, recipients)
	if leave <= 0 {
		return 0, last, s.trouble(Held, &commands[max(at, 1)], nil)
	}
	if time.Since(asked) > time.Millisecond { // the host may have said something meanwhile
		if err := s.wire.quiet(0); err != nil {
			return 0, last, s.ending(ctx, &commands[at], err)
		}
	}
	return until - recipients + min(leave, recipients), last, nil
}
