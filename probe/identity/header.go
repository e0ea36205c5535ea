package identity

import (
	"bytes"
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/probe/auth"
)

// single are the fields that a header has once at most; those that are wanted it has (RFC 5322 §3.6). That big mailbox
// providers refuse messages without Message-ID makes it one of these.
var single = []struct {
	name   string
	wanted bool
}{
	{"From", true}, {"Date", true}, {"Message-Id", true}, {"Subject", false}, {"To", false}, {"Cc", false},
	{"Bcc", false}, {"Sender", false}, {"Reply-To", false}, {"In-Reply-To", false}, {"References", false},
	{"List-Unsubscribe", false}, {"List-Unsubscribe-Post", false},
}

// fault is one thing that is wrong, and how grave it is.
type fault struct {
	result Result
	says   string
}

// headerForm looks at the lines and at the fields that RFC 5322 defines.
func headerForm(_ context.Context, x *exam, _ subject) Finding {
	l := x.letter
	faults := slices.Concat(l.lineFaults(), l.fieldFaults(), l.valueFaults())
	return summary(
		Finding{About: "header", Says: "the header is in the form of RFC 5322"}, faults,
		"fix the software that writes the message",
	)
}

// summary reports the gravest fault, with all of them as evidence.
func summary(f Finding, faults []fault, next string) Finding {
	for _, fault := range faults {
		if len(faults) > 1 && len(f.Evidence) < mostRecords {
			f.Evidence = append(f.Evidence, fault.says)
		}
		if fault.result > f.Result {
			f.Result, f.Says, f.Next = fault.result, fault.says, next
		}
	}
	return f
}

// mostOctets bounds a line (RFC 5322 §2.1.1).
const mostOctets = 998

func (l *letter) lineFaults() (all []fault) {
	text := bytes.TrimPrefix(l.Text, []byte("\xef\xbb\xbf"))
	if len(text) < len(l.Text) {
		all = append(all, fault{Fail, "it begins with a byte order mark, which does not belong in a header"})
	}
	crlf, lf := bytes.Count(text, []byte("\r\n")), bytes.Count(text, []byte("\n"))
	if crlf > 0 && lf > crlf {
		all = append(all, fault{Fail, fmt.Sprintf("%d of %d lines end in a bare LF", lf-crlf, lf)})
	}
	if cr := bytes.Count(text, []byte("\r")); cr > crlf {
		all = append(all, fault{Fail, fmt.Sprintf("there are %d bare CRs in it", cr-crlf)})
	}
	if bytes.IndexByte(text, 0) >= 0 {
		all = append(all, fault{Fail, "there are NUL octets in it"})
	}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if n := len(bytes.TrimRight(line, "\r\n")); n > mostOctets {
			return append(
				all, fault{Fail, fmt.Sprintf("line %d has %d octets; at most %d are allowed", number, n, mostOctets)},
			)
		}
	}
	return all
}

func (l *letter) fieldFaults() (all []fault) {
	if l.broken != nil {
		all = append(all, fault{Fail, "its header can't be read to its end: " + cut(l.broken.Error())})
	}
	for _, s := range single {
		switch n := len(l.header.Values(s.name)); {
		case n > 1:
			all = append(
				all, fault{Fail, fmt.Sprintf("%s appears %d times in the header; only one is allowed", s.name, n)},
			)
		case n == 0 && s.wanted:
			all = append(all, fault{Fail, fmt.Sprintf("the header has no %s", s.name)})
		}
	}
	return all
}

func (l *letter) valueFaults() (all []fault) {
	if from := l.header.Values("From"); len(from) == 1 {
		if list, err := mail.ParseAddressList(from[0]); err != nil || len(list) == 0 {
			all = append(all, fault{Fail, fmt.Sprintf("From is not an address: %q", cut(from[0]))})
		} else if len(list) > 1 {
			all = append(all, fault{Warn, "From has several addresses, which some hosts refuse"})
		}
	}
	if date := l.header.Get("Date"); date != "" {
		if _, err := mail.ParseDate(date); err != nil {
			all = append(all, fault{Fail, fmt.Sprintf("Date is not a date: %q", cut(date))})
		}
	}
	if id := strings.TrimSpace(l.header.Get("Message-Id")); id != "" && !isMessageID(id) {
		all = append(all, fault{Fail, fmt.Sprintf("Message-ID is malformed: %q", cut(id))})
	}
	for fields := l.header.Fields(); fields.Next(); {
		if strings.ContainsFunc(fields.Value(), func(r rune) bool { return r > '~' }) {
			return append(
				all,
				fault{
					Warn,
					fmt.Sprintf(
						"%s has letters beyond ASCII as they are, which takes SMTPUTF8 on all of the way: write them "+
							"as encoded words (RFC 2047)",
						fields.Key(),
					),
				},
			)
		}
	}
	return all
}

// isMessageID reports whether an ID has the form "<left@right>" (RFC 5322 §3.6.4).
func isMessageID(id string) bool {
	inside, ok := strings.CutPrefix(id, "<")
	inside, closed := strings.CutSuffix(inside, ">")
	left, right, at := strings.Cut(inside, "@")
	return ok && closed && at && left != "" && right != "" && !strings.ContainsAny(inside, "<> \t")
}

// unsubscribe looks for the ways out (RFC 2369 §3.2, RFC 8058). One-click counts only where a signature covers both
// fields.
func unsubscribe(_ context.Context, x *exam, _ subject) Finding {
	l := x.letter
	ways, post := l.header.Get("List-Unsubscribe"), l.header.Get("List-Unsubscribe-Post")
	f := Finding{About: "List-Unsubscribe", Result: Warn, Evidence: []string{}}
	f.Next = "add List-Unsubscribe: <https://...> and List-Unsubscribe-Post: List-Unsubscribe=One-Click, and sign " +
		"both with DKIM"
	for _, line := range []string{ways, post} {
		if line != "" {
			f.Evidence = append(f.Evidence, cut(line))
		}
	}
	covered := slices.ContainsFunc(
		l.verdict.DKIM, func(s auth.Signature) bool { return s.Covers("List-Unsubscribe", "List-Unsubscribe-Post") },
	)
	switch {
	case ways == "":
		f.Says = "it has no List-Unsubscribe: fine for a single message, not for marketing mail"
	case strings.Count(strings.ToLower(ways), "<https://") != 1:
		f.Says = "one-click unsubscription takes exactly one https address in List-Unsubscribe; a mailto address may " +
			"stand beside it"
	case !strings.EqualFold(strings.Join(strings.Fields(post), ""), "List-Unsubscribe=One-Click"):
		f.Says = "one click is not enough to unsubscribe: List-Unsubscribe-Post is missing or says something else"
	case !covered:
		f.Says = "one-click unsubscription does not count: no DKIM signature that passes covers both of its fields"
	default:
		f.Result, f.Says, f.Next = OK, "recipients can unsubscribe with one click", ""
	}
	return f
}
