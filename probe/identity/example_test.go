package identity_test

import (
	"context"
	"fmt"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/dns"
)

func ExampleExaminer() {
	ctx := context.Background()
	world, _ := sandbox.Parse(`
		mail.acme.test  A 192.0.2.9
		acme.test       MX 10 mail.acme.test
		acme.test       TXT "v=spf1 mx ~all"`)
	lab, _ := sandbox.Start(ctx, world, sandbox.Options{})
	defer lab.Close()
	client := &dns.Client{Servers: []string{sandbox.ResolverAddr}, Dial: lab.Dial}
	defer client.Close()

	e := &identity.Examiner{DNS: client, HELO: "mail.acme.test", From: "probe@acme.test", AllowPrivate: true}
	for _, f := range e.Preflight(ctx).Findings {
		fmt.Printf("%s %s: %s\n", f.Result, f.Check, f.Says)
	}
	// Output:
	// ok helo: the HELO name is a full name
	// ok helo_address: the HELO name resolves
	// ok address: the HELO name's addresses are taken for those that servers see
	// fail ptr: 192.0.2.9 has no PTR record
	// ok sender: the sender's address is sound
	// ok sender_mail: the sender's domain has mail hosts
	// ok spf: acme.test allows 192.0.2.9 to send (SPF pass)
	// ok spf_record: the SPF record is sound
}
