package mx_test

import (
	"context"
	"fmt"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/mx"
)

// The sandbox stands in for the world: leave out Servers, Dial and AllowPrivate to ask the real one.
func ExampleLookup_Mail() {
	world, err := sandbox.Parse(samples.World)
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	box, err := sandbox.Start(ctx, world, sandbox.Options{})
	if err != nil {
		panic(err)
	}
	defer box.Close()
	client := &dns.Client{Servers: []string{sandbox.ResolverAddr}, Dial: box.Dial}
	defer client.Close()
	lookup := &mx.Lookup{DNS: client, AllowPrivate: true}
	for _, domain := range []string{"gmail.com", "null.test", "nowhere.test", "blocked.test"} {
		m := lookup.Mail(ctx, domain)
		fmt.Printf("%s: %s, %s%s\n", domain, m.Status, m.Operator, m.Detail)
	}
	// Output:
	// gmail.com: mx, google
	// null.test: null_mx, MX 0 . from 192.0.2.53:53
	// nowhere.test: nxdomain, NXDOMAIN from 192.0.2.53:53
	// blocked.test: no_answer, MX blocked.test: NXDOMAIN from 192.0.2.53:53, EDE 15 Blocked
}
