package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/validate/facts"
)

// storeSettings are the flags about remembering what DNS and mail hosts said.
type storeSettings struct {
	file string
	off  bool
}

func (s *storeSettings) register(f *pflag.FlagSet) {
	f.StringVar(&s.file, "store", "", "keep DNS answers and SMTP replies in `FILE` (default: facts.db in the "+
		"user's cache folder)")
	f.BoolVar(&s.off, "no-store", false,
		"use no store of earlier answers: ask about every domain again and keep nothing")
}

// open opens the store. Where none can be had the person is told, and the run goes on without: nil. A file of somebody
// else is an error.
func (s *storeSettings) open(c *cobra.Command) (*facts.Store, error) {
	if s.off {
		return nil, nil
	}
	path, err := s.file, error(nil)
	if path == "" {
		path, err = facts.DefaultPath()
	}
	if err == nil {
		var store *facts.Store
		if store, err = facts.Open(c.Context(), path); err == nil {
			return store, nil
		}
	}
	if s.file != "" && errors.As(err, new(*facts.FileError)) {
		return nil, usageError(fmt.Errorf("--store: %w", err),
			"--store FILE with another name; the file is made if there is none")
	}
	say(c.ErrOrStderr(), "%s; continuing without it", err)
	return nil, nil
}

// sayUnused says so if a store was named that nothing comes into.
func (s *storeSettings) sayUnused(c *cobra.Command, a *asker) {
	if a.sandbox != nil && c.Flags().Changed("store") {
		say(c.ErrOrStderr(), "--store has no effect with --sandbox: the sandbox's answers are simulated")
	}
}

// sameFile reports whether two paths lead to one file that exists. A store sets a damaged file aside, and that must not
// be the list.
func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	other, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(one, other)
}

// closeStore keeps what waits and tells what the person should know.
func closeStore(c *cobra.Command, store *facts.Store) {
	if store == nil {
		return
	}
	store.Close()
	for _, note := range store.Notes() {
		say(c.ErrOrStderr(), "%s", note)
	}
}
