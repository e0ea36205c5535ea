package sandbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // so that subjects in other charsets can be read
	"github.com/emersion/go-message/textproto"
)

// Filter chooses attempts. The zero value chooses all.
type Filter struct {
	Outcome Outcome // of a recipient, where the attempts of all were not the same
	To      string  // a recipient, accepted or not
	From    string
	Subject string // a part of the subject, or ~ and a regular expression
	Since   time.Time
	Until   time.Time // zero: no end
}

// Matcher tests attempts. The error is that of a regular expression.
func (f Filter) Matcher() (func(*Stored) bool, error) {
	subject := func(string) bool { return true }
	if expression, ok := strings.CutPrefix(f.Subject, "~"); ok {
		re, err := regexp.Compile(expression)
		if err != nil {
			return nil, err
		}
		subject = re.MatchString
	} else if f.Subject != "" {
		subject = func(s string) bool { return strings.Contains(s, f.Subject) }
	}
	return func(s *Stored) bool {
		return f.recipient(s) && (f.From == "" || strings.EqualFold(s.From, f.From)) && f.within(s.Received) &&
			(f.Subject == "" || subject(s.Subject()))
	}, nil
}

// within reports whether an attempt came in the time that is asked for, its ends included.
func (f Filter) within(at time.Time) bool {
	return !at.Before(f.Since) && (f.Until.IsZero() || !at.After(f.Until))
}

// Came reports whether an attempt came to an outcome, for one of its recipients at least.
func (s *Stored) Came(to Outcome) bool { return Filter{Outcome: to}.recipient(s) }

// recipient reports whether an attempt, or what became of one of its recipients, has the outcome.
func (f Filter) recipient(s *Stored) bool {
	fits := func(r Recipient) bool {
		outcome := s.Outcome
		if !r.Accepted {
			outcome = Refused
		}
		return (f.To == "" || strings.EqualFold(r.Address, f.To)) && (f.Outcome == "" || outcome == f.Outcome)
	}
	if len(s.Recipients) > 0 {
		return slices.ContainsFunc(s.Recipients, fits)
	}
	return (f.Outcome == "" || s.Outcome == f.Outcome) && (f.To == "" || slices.Contains(s.To, f.To))
}

// Subject is the message's subject with its encoded words read (RFC 2047); empty where there is no message.
func (s *Stored) Subject() string {
	fields, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(s.Text[:min(len(s.Text), maxSubjectHeader)])))
	if err != nil {
		return ""
	}
	header := gomessage.Header{Header: fields}
	subject, err := header.Text("Subject")
	if err != nil {
		return header.Get("Subject")
	}
	return subject
}

// maxSubjectHeader is how much of a message is read in search of its subject.
const maxSubjectHeader = 256 << 10

// Transcript is the session of a stored attempt, up to its reply.
func Transcript(dir, name string) (string, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer root.Close()
	text, err := readBounded(root, name+".txt", maxEnvelope)
	return string(text), err
}

// Delete removes attempts from the folder of an inbox.
func Delete(dir string, names ...string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range names {
		for _, ending := range []string{".eml", ".txt", ".json"} {
			if err := root.Remove(name + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("inbox %s: %w", dir, err)
			}
		}
	}
	return nil
}
