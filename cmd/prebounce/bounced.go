package main

import (
	"errors"
	"fmt"
	"iter"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/reply"
)

// bouncedBefore reads the person's records of earlier sends: who bounced hard is in the set. A block, a full mailbox or a deferral
// is no hard bounce.
func (s *settings) bouncedBefore(c *cobra.Command) (*batch.AddressSet, error) {
	set := &batch.AddressSet{}
	for _, path := range s.bounced {
		err := addEvents(set, eventsOf(c, path, nil))
		if ownTable(err) && path != "-" {
			err = addReplies(set, bouncesOf(path, c.InOrStdin()), err)
		}
		if err != nil {
			return nil, unreadBounces(err)
		}
	}
	return set, nil
}

func unreadBounces(err error) error {
	err = fmt.Errorf("reading earlier bounces: %w", err)
	if unknown := (*bounces.UnknownError)(nil); errors.As(err, &unknown) {
		return &exit{code: exitFailed, err: err, hints: []string{"a CSV is read whose header has email and reply"}}
	}
	return err
}

// ownTable tells of a table that no service exports. It may have replies all the same, or be a list with names.
func ownTable(err error) bool {
	var unknown *bounces.UnknownError
	return errors.As(err, &unknown) && unknown.What == "columns"
}

func addEvents(set *batch.AddressSet, all iter.Seq2[bounces.Event, error]) error {
	for e, err := range all {
		if err != nil {
			return err
		}
		if e.Fate.Hard() {
			addText(set, e.Address)
		}
	}
	return nil
}

// addReplies fails with none if there are none.
func addReplies(set *batch.AddressSet, all iter.Seq2[reply.Bounce, error], none error) error {
	for b, err := range all {
		if err != nil {
			return err
		}
		none = nil
		if validate.ReasonFor(b.Finding.Class).HardBounce() {
			addText(set, b.Address)
		}
	}
	return none
}

// addText adds what is an address.
func addText(set *batch.AddressSet, text string) {
	if a, err := validate.Parse(text); err == nil {
		set.Add(&a)
	}
}
