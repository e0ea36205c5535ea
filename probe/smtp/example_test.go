package smtp_test

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate/reply"
)

// One transaction with one host. What was not answered is to be asked again, on another connection.
func ExampleClient() {
	ctx := context.Background()
	c := &smtp.Client{HELO: "probe.example.net", From: "ann@example.net"}
	s, err := c.Open(ctx, smtp.Host{Name: "mx.example.org", Addr: netip.MustParseAddr("192.0.2.25")})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Quit(ctx)
	recipients := []string{"bob@example.org", "eve@example.org"}
	replies, end := s.Ask(ctx, recipients, false)
	for i, r := range replies {
		fmt.Println(recipients[i], r)
	}
	if end != nil {
		fmt.Println(recipients[len(replies):], "not answered:", end)
	}
	// Output: mx.example.org (192.0.2.25): not a public address
}

func ExampleRedact() {
	r := reply.Parse("550-5.1.1 <bob@example.org>: no mailbox bob.\n550 5.1.1 Ask postmaster@example.org")
	fmt.Println(smtp.Redact(r, reply.Context{Stage: reply.RCPT, Sender: "ann@example.net",
		Recipient: "bob@example.org"}))
	// Output: 550 5.1.1 <recipient@redacted.invalid>: no mailbox redacted. Ask another@redacted.invalid
}
