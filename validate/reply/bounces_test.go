package reply

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// told reads bounces as "address class" lines.
func told(t *testing.T, text string) (all []string) {
	t.Helper()
	for b, err := range ReadBounces(strings.NewReader(text), nil) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s %s", b.Address, b.Finding.Class))
	}
	return all
}

const dsn = `Return-Path: <>
Received: by mx.example.com
From: MAILER-DAEMON@mx.example.com
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="b1"

--b1
Content-Type: text/plain

<gone@example.org>: something for people

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; gone@example.org
Original-Recipient: rfc822;Gone@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 <gone@example.org>: Recipient address
    rejected: User unknown in virtual mailbox table

Final-Recipient: rfc822; full@example.org
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 mailbox full

Final-Recipient: rfc822; quiet@example.org
Action: failed
Status: 5.1.1

Final-Recipient: rfc822; slow@example.org
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mx.example.org[192.0.2.1]:25: Connection timed out

--b1
Content-Type: message/rfc822

Subject: hello

--b1--
`

func TestReadBounces(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"a plain list counts as bounced hard", "a@example.org\n\n# from the CRM\n<b@example.org>\nnot an address\n",
			[]string{"a@example.org mailbox_unknown", "b@example.org mailbox_unknown"}},
		{"a byte order mark is no part of an address", "\ufeffa@example.org\n",
			[]string{"a@example.org mailbox_unknown"}},
		{"nothing", "", nil},
		{"a CSV with nothing but addresses counts as a plain list", "Email Address\na@example.org\n",
			[]string{"a@example.org mailbox_unknown"}},
		{"a table that has no replies says of nobody that he bounced",
			"Email Address,Sent,Delivered,Hard bounced\na@example.org,9,9,0\n", nil},
		{
			"a CSV with replies goes through the classifier",
			"created,email,reason,status\n1,a@example.org,\"550 5.1.1 user unknown\",5.1.1\n2,b@example.org,\"554 " +
				"5.7.1 blocked using zen.spamhaus.org\",5.7.1\n3,c@example.org,552 mailbox " +
				"full,5.2.2\n4,d@example.org,,5.1.1\n",
			[]string{"a@example.org mailbox_unknown", "b@example.org sender_blocked", "c@example.org mailbox_full",
				"d@example.org mailbox_unknown"},
		},
		{
			"code and text in columns of their own",
			"address,code,error,created_at\na@example.org,550,No such user here,x\nb@example.org,550,,x\n",
			[]string{"a@example.org mailbox_unknown", "b@example.org undetermined"},
		},
		{
			"a cell may hold lines, and semicolons may part cells",
			"recipient;reply\na@example.org;\"550-5.1.1 no\n550 5.1.1 user unknown\"\nb@example.org;450 4.1.1 user " +
				"unknown\n",
			[]string{"a@example.org mailbox_unknown", "b@example.org temporary"},
		},
		{
			"a column of replies is found by its cells where its name says nothing",
			"E-Mail;Kunde;Grund\na@example.org;Ann;550 5.1.1 user unknown\nb@example.org;Bob;554 5.7.1 blocked " +
				"using zen.spamhaus.org\nc@example.org;Cy;Postfach voll\nd@example.org;450;\n",
			[]string{"a@example.org mailbox_unknown", "b@example.org sender_blocked", "c@example.org mailbox_full"},
		},
		{
			"a line of a list that says more than an address and a name is no word on the address",
			"Ann Example <a@example.org>\n\"Bob\" <b@example.org>,\nplease write to <c@example.org> " +
				"instead\nfrom=<d@example.org>, size=1\n554 5.7.1 <e@example.org>: Relay access denied\n550 5.1.1 " +
				"<f@example.org>: User unknown\n",
			[]string{"a@example.org mailbox_unknown", "b@example.org mailbox_unknown", "e@example.org relay_denied",
				"f@example.org mailbox_unknown"},
		},
		{
			"a log is known as one long before its first delivery, and its senders have not bounced",
			strings.Repeat("Nov 22 10:00:00 mx postfix/qmgr[1]: 4F: from=<good@example.org>, size=1, nrcpt=1 "+
				"(queue active)\n", 1000) +
				"Nov 22 10:00:00 mx postfix/smtp[1]: 4F: to=<a@example.org>, relay=mx.example.org[192.0.2.1]:25, " +
				"delay=1, dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.1] said: 550 5.1.1 User unknown " +
				"(in reply to RCPT TO command))\n",
			[]string{"a@example.org mailbox_unknown"},
		},
		{
			"Sendmail says user unknown to every 550, so the host's reply counts",
			"Nov 22 10:00:00 mx sm-mta[1]: x: to=<a@example.org>, relay=mx.example.org. [192.0.2.1], dsn=5.7.1, " +
				"reply=550 5.7.1 Blocked by spamhaus, stat=User unknown\n" +
				"Nov 22 10:00:00 mx sm-mta[1]: x: to=<b@example.org>, relay=mx.example.org. [192.0.2.1], " +
				"dsn=5.7.1, stat=User unknown\n" +
				"Nov 22 10:00:00 mx sm-mta[1]: x: to=<c@example.org>, relay=mx.example.org. [192.0.2.1], " +
				"dsn=5.0.0, stat=User unknown\n" +
				"Nov 22 10:00:00 mx sm-mta[1]: x: to=<d@example.org>, relay=mx.example.org. [192.0.2.1], " +
				"dsn=5.1.1, reply=550 5.1.1 <d@example.org>... User unknown, stat=User unknown\n",
			[]string{"a@example.org sender_blocked", "b@example.org sender_blocked", "c@example.org undetermined",
				"d@example.org mailbox_unknown"},
		},
		{
			"what the sender calls soft or blocked never removes",
			"email,type,reason\na@example.org,blocked,550 5.1.1 user " +
				"unknown\nb@example.org,HardBounce,\nc@example.org,soft,\nd@example.org,HardBounce,554 blocked by " +
				"spamhaus\n",
			[]string{"a@example.org undetermined", "b@example.org mailbox_unknown", "c@example.org undetermined",
				"d@example.org sender_blocked"},
		},
		{
			"Postfix's log",
			"Nov 22 10:00:00 mx postfix/qmgr[1]: 4F: from=<s@example.com>, size=1\n" +
				"Nov 22 10:00:00 mx postfix/smtp[1]: 4F: to=<a@example.org>, relay=mx.example.org[192.0.2.1]:25, " +
				"delay=1, dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.1] said: 550 5.1.1 " +
				"<a@example.org>: User unknown (in reply to RCPT TO command))\n" +
				"Nov 22 10:00:00 mx postfix/smtp[1]: 4F: to=<b@example.org>, orig_to=<x@y.z>, relay=none, delay=1, " +
				"dsn=5.4.4, status=bounced (Host or domain name not found. Name service error for name=example.org " +
				"type=MX: Host not found)\n" +
				"Nov 22 10:00:00 mx postfix/smtp[1]: 4F: to=<c@example.org>, relay=none, delay=1, dsn=4.4.1, " +
				"status=deferred (connect to mx.example.org[192.0.2.1]:25: Connection refused)\n" +
				"Nov 22 10:00:00 mx postfix/smtp[1]: 4F: to=<d@example.org>, relay=mx.example.org[192.0.2.1]:25, " +
				"delay=1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 1)\n" +
				"Nov 22 10:00:00 mx postfix/smtp[1]: 4F: to=<e@example.org>, relay=mx.example.org[192.0.2.1]:25, " +
				"delay=1, dsn=5.7.1, status=bounced (host mx.example.org[192.0.2.1] refused to talk to me: 554 " +
				"5.7.1 user unknown)\n" +
				"Nov 22 10:00:00 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from h[192.0.2.9]: 550 5.1.1 " +
				"<f@example.org>: Recipient address rejected: User unknown in local recipient table; " +
				"from=<s@example.com> to=<f@example.org> proto=ESMTP helo=<h>\n",
			[]string{"a@example.org mailbox_unknown", "x@y.z domain_problem", "c@example.org temporary",
				"d@example.org accepted", "e@example.org sender_blocked", "f@example.org mailbox_unknown"},
		},
		{
			"Exim's log",
			"2026-11-22 10:00:00 1abcde-000123-Xy <= s@example.com H=h P=esmtp S=1\n" +
				"2026-11-22 10:00:00 1abcde-000123-Xy ** a@example.org R=dnslookup T=remote_smtp H=mx.example.org " +
				"[192.0.2.1]: SMTP error from remote mail server after RCPT TO:<a@example.org>: 550-5.1.1 no " +
				"such\\n550 5.1.1 user\n" +
				"2026-11-22 10:00:00 1abcde-000123-Xy ** b@example.org: Unrouteable address\n" +
				"2026-11-22 10:00:00 1abcde-000123-Xy == c@example.org R=dnslookup T=remote_smtp defer (-44): SMTP " +
				"error from remote mail server after RCPT TO:<c@example.org>: 451 try again later\n" +
				"2026-11-22 10:00:00 1abcde-000123-Xy => d@example.org R=dnslookup T=remote_smtp H=mx.example.org " +
				"[192.0.2.1] C=\"250 OK id=1\"\n" +
				"2026-11-22 10:00:00 1abcde-000123-Xy ** e@example.org R=dnslookup T=remote_smtp H=mx.example.org " +
				"[192.0.2.1]: SMTP error from remote mail server after MAIL FROM:<s@example.com>: 550 user unknown\n" +
				"2026-11-22 10:00:00 H=(h) [192.0.2.9] F=<s@example.com> rejected RCPT <f@example.org>: " +
				"Unrouteable address\n",
			[]string{"a@example.org mailbox_unknown", "b@example.org mailbox_unknown", "c@example.org temporary",
				"d@example.org accepted", "e@example.org sender_blocked", "f@example.org mailbox_unknown"},
		},
		{
			"Sendmail's log",
			"Nov 22 10:00:00 mx sm-mta[1]: x: to=<a@example.org>, delay=00:00:01, mailer=esmtp, " +
				"relay=mx.example.org. [192.0.2.1], dsn=5.1.1, stat=User unknown\n",
			[]string{"a@example.org mailbox_unknown"},
		},
		{"a bounce mail", dsn, []string{"Gone@example.org mailbox_unknown", "full@example.org mailbox_full",
			"quiet@example.org mailbox_unknown", "slow@example.org temporary"}},
		{"a bounce mail with CRLF", strings.ReplaceAll(dsn, "\n", "\r\n"),
			[]string{"Gone@example.org mailbox_unknown", "full@example.org mailbox_full",
				"quiet@example.org mailbox_unknown", "slow@example.org temporary"}},
		{
			"an mbox",
			"From MAILER-DAEMON Sun Nov 22 10:00:00 2026\n" + dsn +
				"\nFrom x Sun Nov 22 10:00:00 2026\nSubject: no bounce\n\n>From here on\n",
			[]string{"Gone@example.org mailbox_unknown", "full@example.org mailbox_full",
				"quiet@example.org mailbox_unknown", "slow@example.org temporary"},
		},
		{
			"qmail's bounce",
			"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nSubject: failure notice\n\nHi. This is the " +
				"qmail-send program at mx.example.com.\n\n<a@example.org>:\n192.0.2.1 does not like " +
				"recipient.\nRemote host said: 550 5.1.1 user unknown\nGiving up on " +
				"192.0.2.1.\n\n<b@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n",
			[]string{"a@example.org mailbox_unknown", "b@example.org mailbox_unknown"},
		},
		{"a mail that is no bounce", "From: a@example.org\nSubject: hello\n\n<b@example.org>: hi\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, told(t, tt.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadBouncesPassesOnTheReadersError(t *testing.T) {
	broken := errors.New("disk on fire")
	for name, text := range map[string]string{
		"at once": "",
		"a list":  strings.Repeat("a@example.org\n", 10000),
		"an mbox": "From x\n\n" + strings.Repeat("text\n", 100000),
		"a mail":  "Subject: x\n\n" + strings.Repeat("text\n", 100000),
		"a CSV":   "email,reply\n" + strings.Repeat("a@example.org,550\n", 10000),
	} {
		var got error
		for _, err := range ReadBounces(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), nil) {
			got = err
		}
		if !errors.Is(got, broken) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestReadBouncesCanBeLeftAtAnyPoint(t *testing.T) {
	for _, text := range []string{"a@example.org\nb@example.org\n", "email,x\na@b.c,1\nd@e.f,2\n", dsn, "From x\n" +
		dsn + "\nFrom y\n" + dsn} {
		for range ReadBounces(strings.NewReader(text), nil) {
			break
		}
	}
}

func FuzzReadBounces(f *testing.F) {
	f.Add("a@example.org\n")
	f.Add("email,reply\na@example.org,\"550\n no\"\n")
	f.Add(dsn)
	f.Add("From x\n" + dsn)
	f.Add("2026-11-22 10:00:00 1abcde-000123-Xy ** b@example.org: Unrouteable address\n")
	f.Add("0000-00-00 00:00:00 000000-000000-00 ** :")
	f.Add("to=<a@example.org>, dsn=5.1.1, status=bounced (no)\n")
	f.Fuzz(func(t *testing.T, text string) {
		for b, err := range ReadBounces(strings.NewReader(text), nil) {
			if err != nil {
				t.Fatal(err)
			}
			if b.Address == "" || b.Finding.Rule == "" {
				t.Errorf("%+v", b)
			}
		}
	})
}

// TestAReaderOfOneKindReadsNothingElse: a list or a table beside mails is not a record of bounces, nor is a mail in a log.
func TestAReaderOfOneKindReadsNothingElse(t *testing.T) {
	const log = "Nov 22 10:00:00 mx postfix/smtp[1]: 4F: to=<log@example.org>, relay=mx.example.org[192.0.2.1]:25, " +
		"dsn=5.1.1, status=bounced (host said: 550 5.1.1 User unknown)\n"
	texts := map[string]string{
		"mail": dsn, "mbox": "From MAILER-DAEMON Mon Nov 30 10:00:00 2026\n" + dsn, "list": "list@example.org\n",
		"table":   "email,reason\nt@example.org,550 5.1.1 User unknown\n",
		"sidecar": "{\n  \"outcome\": \"accepted\",\n  \"to\": [\n    \"ada@acme.test\"\n  ]\n}\n",
		"replies": "550 5.1.1 <r@example.org>: User unknown\n", "log": log, "empty": "",
	}
	for _, tt := range []struct {
		name string
		read func(io.Reader, func(int)) iter.Seq2[Bounce, error]
		want string // the texts of which something is read
	}{
		{"mails", ReadMails, "mail mbox"},
		{"logs", ReadLog, "log"},
	} {
		for name, text := range texts {
			read, passed := 0, 0
			for b, err := range tt.read(strings.NewReader(text), func(int) { passed++ }) {
				if err != nil || b.Address == "" {
					t.Errorf("%s, %s: %+v, %v", tt.name, name, b, err)
				}
				read++
			}
			if wanted := slices.Contains(strings.Fields(tt.want), name); wanted != (read > 0) {
				t.Errorf("%s: of %s, %d bounces were read", tt.name, name, read)
			}
			if tt.name == "mails" && name != "empty" && read == 0 && passed == 0 {
				t.Errorf("%s was passed over in silence", name)
			}
		}
	}
}
