package main

import (
	"context"
	"errors"
	"strings"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate/mx"
	"github.com/prebounce/prebounce/validate/reply"
)

// sessions asks single mail hosts, as the probe does.
type sessions struct {
	client *smtp.Client
	lookup *mx.Lookup
}

// accepts asks the sender's own mail host about the sender.
func (s *sessions) accepts(ctx context.Context, sender string) (said reply.Reply, err error) {
	m := s.lookup.Mail(ctx, sender[strings.LastIndexByte(sender, '@')+1:])
	err = errors.New("its domain has no mail host")
	for _, h := range m.Hosts {
		for _, addr := range h.Addrs {
			if said, err = s.rcpt(ctx, smtp.Host{Name: h.Name, Addr: addr}, sender); err == nil {
				return said, nil
			}
		}
	}
	return said, err
}

func (s *sessions) rcpt(ctx context.Context, h smtp.Host, recipient string) (reply.Reply, error) {
	session, err := s.client.Open(ctx, h)
	if err != nil {
		return reply.Reply{}, err
	}
	defer session.Quit(ctx)
	replies, err := session.Ask(ctx, []string{recipient}, false)
	if len(replies) == 0 {
		return reply.Reply{}, err
	}
	return replies[0], nil
}
