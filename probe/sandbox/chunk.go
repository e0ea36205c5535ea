package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// chunks is a message that comes by BDAT (RFC 3030 §2).
type chunks struct {
	begun  bool
	failed string // the reply to the rest, once a chunk was refused
	stuck  bool   // only RSET helps
	last   int    // octets of the last chunk
	text   []byte
}

// takeChunk is BDAT. What the client declares is read even where it is refused, or it would be taken for commands.
func (s *session) takeChunk(arg string) bool {
	if !slices.Contains(s.host.p.ehlo, "CHUNKING") {
		return s.say("unrecognized")
	}
	if !s.extended && s.host.p.says["no-chunking"] != "" {
		return s.say("no-chunking")
	}
	size, last, fault := s.readSize(arg)
	if fault != "" {
		return s.refuseSize(fault)
	}
	if s.mail.begun {
		s.office.recorder.change(func() { s.log.Data++ })
	}
	s.chunks.last = size
	text, err := s.readChunk(size)
	if err != nil && !errors.Is(err, errTooBig) {
		return false
	}
	if name := s.refusedChunk(size, last, err); name != "" {
		return s.refuseChunk(name, last)
	}
	if !s.chunks.begun {
		if d, rcpt, ok := s.demandedBy("cmd"); ok {
			goesOn := s.obey(d, rcpt)
			s.dropChunks(last)
			return goesOn
		}
	}
	return s.appendChunk(text, last)
}

func (s *session) appendChunk(text []byte, last bool) bool {
	s.chunks.begun = true
	s.chunks.text = append(s.chunks.text, text...)
	if !last {
		return s.say("chunk")
	}
	goesOn := s.answerMessage(s.chunks.text, nil)
	s.chunks = chunks{}
	return goesOn
}

// readSize reads "SIZE [LAST]", or names the reply to what is neither.
func (s *session) readSize(arg string) (size int, last bool, fault string) {
	number, word, _ := strings.Cut(arg, " ")
	last = strings.EqualFold(strings.TrimSpace(word), "LAST")
	n, err := strconv.ParseInt(number, 10, 32)
	switch {
	case errors.Is(err, strconv.ErrRange), err == nil && n < 0:
		return 0, false, "chunk-range"
	case err != nil:
		return 0, false, "syntax-bdat"
	case number[0] == '+' && s.host.p.says["chunk-word"] != "":
		return 0, false, "syntax-bdat"
	case word != "" && !last && s.host.p.says["chunk-word"] != "":
		return 0, false, "chunk-word"
	}
	return int(n), last, ""
}

// refuseSize answers a size that is none. Exim takes it for a very large one, and reads until the client is gone.
func (s *session) refuseSize(fault string) bool {
	if codeOf(s.host.p.says[fault]) == 421 {
		s.flush()
		s.conn.SetReadDeadline(time.Now().Add(idle))
		io.Copy(io.Discard, s.in)
	}
	return s.say(fault)
}

// readChunk reads the octets of a chunk, and throws them away if they are too many for a message.
func (s *session) readChunk(size int) (text []byte, err error) {
	limit := s.maxSize()
	if size > 5*maxMessage {
		return nil, io.ErrShortBuffer
	}
	if err := s.flush(); err != nil {
		return nil, err
	}
	s.conn.SetReadDeadline(time.Now().Add(idle))
	if size+len(s.chunks.text) > limit {
		_, err = io.CopyN(io.Discard, s.in, int64(size))
		err = errors.Join(err, errTooBig)
	} else {
		text = make([]byte, size)
		_, err = io.ReadFull(s.in, text)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, io.ErrUnexpectedEOF
	}
	if size > 0 {
		s.office.recorder.line(s.log, true, s.held, fmt.Sprintf("(%d octets)", size))
	}
	return text, err
}

// maxSize is the octets of the largest message that the session takes.
func (s *session) maxSize() int {
	if size := s.host.p.size; size > 0 && size <= maxMessage {
		return size
	}
	return maxMessage
}

// refusedChunk names the reply to a chunk that is refused, or is empty.
func (s *session) refusedChunk(size int, last bool, err error) string {
	says := s.host.p.says
	switch {
	case s.chunks.failed != "":
		return s.chunks.failed
	case !s.mail.begun:
		return "bdat-before-mail"
	case len(s.mail.rcpts) == 0:
		return "need-rcpt"
	case err != nil:
		return "chunk-too-big"
	case size == 0 && !last && says["chunk-empty"] != "":
		return "chunk-empty"
	case !s.chunks.begun:
		return s.refusedAt(s.host, "data")
	}
	return ""
}

// refuseChunk says a refusal.
func (s *session) refuseChunk(name string, last bool) bool {
	say := s.say
	if name == "need-rcpt" || name == "bdat-before-mail" {
		say = s.sayNeedRcpt
	}
	goesOn := say(name)
	rest := s.host.p.says["chunk-rest"]
	if name == "chunk-too-big" || (last && s.mail.begun && rest != "") {
		s.keepRefused(Refused, nil)
		if rest == "" || last {
			s.mail = transaction{}
		}
	}
	s.dropChunks(last)
	return goesOn
}

// dropChunks forgets a message. A server that has a reply to its rest gives it until the last chunk.
func (s *session) dropChunks(last bool) {
	s.chunks = chunks{}
	if !last && s.host.p.says["chunk-rest"] != "" {
		s.chunks.failed = "chunk-rest"
	}
}

// octets is how long a message is that came in chunks, with the line end that a server adds if it has none.
func (c *chunks) octets(p *personality) int {
	if bytes.HasSuffix(c.text, []byte("\n")) || (len(c.text) == 0 && p.says["chunk-empty"] != "") {
		return len(c.text)
	}
	return len(c.text) + 2
}

// sayNeedRcpt answers DATA and BDAT that come before a recipient was accepted. Exim repeats what all
// recipients got, and doesn't take it for an error of the client if RCPT came just before.
func (s *session) sayNeedRcpt(name string) bool {
	p := &s.host.p
	if p.says["rcpts-refused"] == "" {
		return s.say(name)
	}
	why, all := "", s.rcptsRefused
	if len(all) > 0 && !slices.ContainsFunc(all, func(r string) bool { return r != all[0] }) {
		why = strings.ReplaceAll(p.says["rcpts-refused"], "{refused}", strings.TrimPrefix(all[0], "550 ")) + "\n"
	}
	text := s.expand(s.host, p.text(name), address{}, Mailbox{})
	if s.lastVerb == "RCPT" && s.mail.begun {
		return s.reply(why + strings.Replace(text, "valid", "Valid", 1))
	}
	return s.replyCounted(&s.host.p, text, why)
}
