package reply_test

import (
	"fmt"

	"github.com/prebounce/prebounce/validate/reply"
)

// What a reply means, and whom it is about.
func ExampleClassify() {
	for _, line := range []string{
		"550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown",
		"550 5.7.1 Service unavailable; client [192.0.2.1] blocked using Spamhaus",
		"452 4.2.2 Mailbox full",
	} {
		f := reply.Classify(reply.Parse(line), reply.Context{Stage: reply.RCPT})
		fmt.Println(f.Class, f.Subject, f.Permanent)
	}
	// Output:
	// mailbox_unknown mailbox true
	// sender_blocked us true
	// mailbox_full mailbox false
}

// What a delivery status notification (RFC 3464) says of its recipients.
func ExampleReadLetter() {
	kind, bounces := reply.ReadLetter([]byte(`From: MAILER-DAEMON@mx.example.net
To: news@firm.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; bob@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b--
`))
	for _, b := range bounces {
		fmt.Println(kind, b.Address, b.Finding.Class)
	}
	// Output: returned bob@example.org mailbox_unknown
}
