package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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
		if err := eachInput(c, path, func(r io.Reader) error { return addBounces(set, r) }); err != nil {
			return nil, unreadBounces(err)
		}
	}
	return set, nil
}

// addBounces adds the dead addresses of one file.
func addBounces(set *batch.AddressSet, r io.Reader) error {
	start := &start{r: r}
	err := addEvents(set, bounces.Read(start, nil))
	switch again, ok := start.again(); {
	case !ownTable(err) || !ok:
		return err
	case !bytes.Contains(bytes.TrimSpace(start.seen), []byte("\n")): // a header, and nothing below it
		return nil
	default:
		return addReplies(set, reply.ReadBounces(again), err)
	}
}

// start is a reader that can be read once more from its start, as long as no more was read than it takes to tell what a file is.
type start struct {
	r    io.Reader
	seen []byte
	far  bool // more was read
}

const mostSeen = 256 << 10

func (s *start) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if s.far = s.far || len(s.seen)+n > mostSeen; !s.far {
		s.seen = append(s.seen, p[:n]...)
	}
	return n, err
}

func (s *start) again() (r io.Reader, ok bool) {
	return io.MultiReader(bytes.NewReader(s.seen), s.r), !s.far
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
