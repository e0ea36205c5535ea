package main

import (
	"context"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate/mx"
)

// mostListening is how many large operators must be deaf for the way out to be thought closed.
const mostListening = 2

// listening gives a mail server of each of the largest operators: they listen on port 25, so where none can be
// reached, we can't get out.
func (a *asker) listening(ctx context.Context) (hosts []smtp.Host) {
	names := a.lookup.Canaries
	if names == nil {
		names = mx.Canaries()
	}
	for _, name := range names {
		for _, h := range a.lookup.Mail(ctx, name).Hosts {
			if len(h.Addrs) > 0 {
				hosts = append(hosts, smtp.Host{Name: h.Name, Addr: h.Addrs[0]})
				break
			}
		}
		if len(hosts) == mostListening {
			break
		}
	}
	return hosts
}
