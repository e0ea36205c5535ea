// Command library is a program of somebody else that uses prebounce's packages, in the sandbox instead of the world.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/mx"
)

const world = `
	shop.test     MX 10 mx.shop.test
	mx.shop.test  A 192.0.2.1
	mx.shop.test  SMTP postfix
	shop.test     MAILBOX ann zoe=full
	gone.test     NXDOMAIN
`

func main() {
	log.SetFlags(0)
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	w, err := sandbox.Parse(world)
	if err != nil {
		return err
	}
	box, err := sandbox.Start(ctx, w, sandbox.Options{Pace: 1000})
	if err != nil {
		return err
	}
	defer box.Close()
	client := &dns.Client{Servers: []string{sandbox.ResolverAddr}, Dial: box.Dial}
	defer client.Close()
	var policy validate.Policy
	policy.Ignore(validate.ReservedDomain) // the sandbox's names are

	d := &desk{
		lookup: &mx.Lookup{DNS: client, AllowPrivate: true, Canaries: []string{}},
		policy: policy,
		dial:   box.Dial,
	}
	for _, address := range []string{"ann@shop.test", "bob@gone.test", "info@shop.test"} {
		fmt.Println(d.check(ctx, address))
	}
	dir, err := os.MkdirTemp("", "library-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return d.clean(ctx, filepath.Join(dir, "out"))
}
