// Package auth evaluates SPF, DKIM and DMARC of one message as a receiving mail server does (RFC 7208, RFC 6376, RFC
// 9989).
//
// It asks DNS through a [Resolver] and nobody else. What DNS did not answer ends as [TempError]: it proves nothing.
package auth

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net"
	"net/mail"
	"net/netip"
	"strings"

	"github.com/emersion/go-message/textproto"

	"github.com/prebounce/prebounce/probe/auth/spf"
)

// Resolver asks DNS.
type Resolver interface {
	spf.Resolver
	// Exists reports whether DNS has the name or a name below it, with records of any type: it is false for NXDOMAIN.
	Exists(ctx context.Context, name string) (bool, error)
}

// Result is how an evaluation ended, in the words of RFC 8601 §2.7. Empty means that it was not made.
type Result string

// The results.
const (
	Pass      Result = "pass"
	Fail      Result = "fail"
	SoftFail  Result = "softfail"
	Neutral   Result = "neutral"
	None      Result = "none"
	TempError Result = "temperror" // DNS did not answer
	PermError Result = "permerror" // a record or a field can't be read
)

// Message is what a mail server knows at the end of DATA.
type Message struct {
	IP     netip.Addr // of the client; the zero Addr if it is not known, and then SPF is not evaluated
	HELO   string
	Sender string // the envelope's; empty for the null reverse-path
	Text   []byte // header and body; lines end in CRLF or LF
}

// Verdict is the result of evaluating a message.
type Verdict struct {
	From  string // the domain of the author (RFC 5322 §3.6.2), lower case; empty where there is not exactly one
	SPF   SPF
	DKIM  []Signature // in the header's order, at most 10
	DMARC DMARC
}

// SPF is the sender's authorisation of the client.
type SPF struct {
	Result Result
	Domain string // whose record was evaluated: the sender's, or HELO's for the null reverse-path
	Err    error  // why, if there is more to say

	Matched []string // the terms that led to the result: see [spf.Outcome]
}

// Check evaluates a message.
func Check(ctx context.Context, r Resolver, m Message) Verdict {
	v := Verdict{From: Author(m.Text)}
	v.SPF = checkSPF(ctx, r, m)
	v.DKIM = checkDKIM(ctx, r, m.Text)
	v.DMARC = v.checkDMARC(ctx, r)
	return v
}

// Author returns the domain of the From field in lower case. It is empty unless the message has exactly one such field
// with one domain.
func Author(text []byte) (domain string) {
	header, _ := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(text)))
	fields := header.Values("From")
	if len(fields) != 1 {
		return ""
	}
	list, err := mail.ParseAddressList(fields[0])
	if err != nil {
		return ""
	}
	for _, a := range list {
		d := plain(a.Address[strings.LastIndexByte(a.Address, '@')+1:])
		if domain != "" && d != domain {
			return ""
		}
		domain = d
	}
	return domain
}

func checkSPF(ctx context.Context, r Resolver, m Message) SPF {
	sender := m.Sender
	at := strings.LastIndexByte(sender, '@')
	if at < 0 || at == len(sender)-1 {
		sender = "postmaster@" + m.HELO // RFC 7208 §2.4
		at = strings.LastIndexByte(sender, '@')
	}
	domain := sender[at+1:]
	s := SPF{Domain: plain(domain)}
	if !m.IP.IsValid() || s.Domain == "" {
		return s
	}
	checker := spf.Checker{Resolver: r, HELO: m.HELO}
	o := checker.Check(ctx, m.IP, s.Domain, sender)
	s.Result, s.Err, s.Matched = Result(o.Result), o.Err, o.Matched
	return s
}

func plain(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// isTemporary reports whether DNS did not answer.
func isTemporary(err error) bool {
	var e *net.DNSError
	return err != nil && (!errors.As(err, &e) || e.IsTemporary || !e.IsNotFound)
}
