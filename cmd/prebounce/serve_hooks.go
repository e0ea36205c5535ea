package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/webhook"
)

// hookSettings are the flags about webhooks.
type hookSettings struct {
	urls    []string
	secret  string // a file
	private bool
}

func (h *hookSettings) register(f *pflag.FlagSet) {
	f.StringArrayVar(&h.urls, "webhook", nil,
		"tell `URL` when a run has ended, signed as Standard Webhooks has it (repeatable)")
	f.StringVar(&h.secret, "webhook-secret-file", "",
		"sign webhooks with the secret in `FILE`: whsec_ and 24 to 64 octets in base64")
	f.BoolVar(&h.private, "webhook-private", false,
		"send webhooks to private and loopback addresses too, and to these over http")
}

// senders are those that the flags name.
func (h *hookSettings) senders() (all []*webhook.Sender, err error) {
	if len(h.urls) == 0 {
		return nil, nil
	}
	if h.secret == "" {
		return nil, usageError(errors.New("--webhook needs a secret to sign with"), "--webhook-secret-file FILE")
	}
	b, err := os.ReadFile(h.secret)
	if err != nil {
		return nil, err
	}
	o := webhook.Options{Private: h.private}
	if o.Secrets, err = webhook.ParseSecrets(string(b)); err != nil {
		return nil, usageError(fmt.Errorf("invalid --webhook-secret-file %s: %w", h.secret, err),
			`echo "whsec_$(openssl rand -base64 32)" >`+shellWord(h.secret))
	}
	for _, text := range h.urls {
		to, err := webhook.New(text, o)
		if err != nil {
			return nil, usageError(fmt.Errorf("invalid --webhook: %w", err), "--webhook https://example.com/hook")
		}
		all = append(all, to)
	}
	return all, nil
}
