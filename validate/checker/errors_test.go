package checker_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/facts"
)

// TestMissingFile: whoever opens a file that isn't there says so in the way that Go programs ask for.
func TestMissingFile(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.csv")
	for name, open := range map[string]func() error{
		"contacts.Open": func() error {
			_, err := contacts.Open(t.Context(), missing,
				contacts.Options{})
			return err
		},
		"contacts.OpenAll": func() error {
			_, err := contacts.OpenAll(t.Context(), missing,
				contacts.Options{})
			return err
		},
		"contacts.OpenTexts": func() error {
			_, err := contacts.OpenTexts(t.Context(), missing,
				contacts.Options{})
			return err
		},
		"facts.OpenExisting": func() error { _, err := facts.OpenExisting(t.Context(), missing); return err },
		"batch.ReadAddresses": func() error {
			_, err := batch.ReadAddresses(t.Context(), missing,
				new(batch.AddressSet))
			return err
		},
	} {
		if err := open(); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestParserGivesErrors: a sound address gives an error that is nil, and a bad one a SyntaxError.
func TestParserGivesErrors(t *testing.T) {
	var p validate.Parser
	for address, sound := range map[string]bool{"ann@shop.de": true, "ann@@shop.de": false, "": false,
		"ann@münchen.de": true} {
		_, err := p.Parse(address)
		if _, ok := errors.AsType[*validate.SyntaxError](err); (err == nil) != sound || ok == sound {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestCancelledLookup: a lookup that was broken off says neither yes nor no.
func TestCancelledLookup(t *testing.T) {
	_, lookup := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, domain := range []string{"shop.test", "gone.test", "null.test", "münchen.test"} {
		if m := lookup.Mail(ctx, domain); m.Status != validate.NoDNSAnswer {
			t.Errorf("%s: %v %s", domain, m.Status, m.Detail)
		}
	}
	if m := lookup.Mail(t.Context(), "münchen.test"); m.Status != validate.NoDNSAnswer {
		t.Errorf("a U-label: %v %s", m.Status, m.Detail)
	}
}
