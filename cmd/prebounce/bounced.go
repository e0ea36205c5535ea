package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/reply"
)

// bouncedBefore reads the person's records of earlier sends: who bounced hard is in the set. A block, a full mailbox or a deferral
// is no hard bounce.
func (s *settings) bouncedBefore(c *cobra.Command) (*batch.AddressSet, error) {
	set := &batch.AddressSet{}
	for _, path := range s.bounced {
		for b, err := range bouncesOf(path, c.InOrStdin()) {
			if err != nil {
				return nil, fmt.Errorf("reading earlier bounces: %w", err)
			}
			if a, ok := bouncedHard(b); ok {
				set.Add(&a)
			}
		}
	}
	return set, nil
}

func bouncedHard(b reply.Bounce) (a validate.Address, ok bool) {
	if !validate.ReasonFor(b.Finding.Class).HardBounce() {
		return a, false
	}
	a, err := validate.Parse(b.Address)
	return a, err == nil
}
