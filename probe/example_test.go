package probe_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/mx"
)

// Two questions to one mail host. The sandbox stands in for the world: leave out Dial, AllowPrivate and Pace to ask
// the real one.
func ExampleProber() {
	world, err := sandbox.Parse(`
		shop.test     MX 10 mx.shop.test
		mx.shop.test  A 192.0.2.1
		mx.shop.test  SMTP postfix
		shop.test     MAILBOX ann
	`)
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	box, err := sandbox.Start(ctx, world, sandbox.Options{Pace: 1000})
	if err != nil {
		panic(err)
	}
	defer box.Close()
	names := &dns.Client{Servers: []string{sandbox.ResolverAddr}, Dial: box.Dial}
	defer names.Close()
	mail := (&mx.Lookup{DNS: names, AllowPrivate: true}).Mail(ctx, "shop.test")

	client := &smtp.Client{HELO: "probe.firm.test", From: "check@firm.test", Dial: box.Dial, AllowPrivate: true}
	fit := func(context.Context) error { return nil } // a lab's; else Fit of an identity.Examiner
	prober, err := probe.New(client, new(probe.Memory), fit)
	if err != nil {
		panic(err)
	}
	prober.Pace = 1000
	questions := []validate.Question{
		{ID: 0, Address: validate.Address{Local: "ann", Domain: "shop.test"}, Mail: &mail},
		{ID: 1, Address: validate.Address{Local: "bob", Domain: "shop.test"}, Mail: &mail},
	}
	answers := make([]validate.Answer, len(questions))
	_, err = prober.Ask(ctx, slices.Values(questions), func(found []validate.Answered) error {
		for _, a := range found {
			answers[a.ID] = a.Answer // a later answer takes the place of an earlier one
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	for i, a := range answers {
		fmt.Printf("%s: %s, %s\n", questions[i].Address, a.Status, a.Reason())
	}
	// Output:
	// ann@shop.test: said, accepted
	// bob@shop.test: said, mailbox_unknown
}
