package batch

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/exports"
)

// A share of the list, and a number of rows, beyond which nobody believes that so many contacts opted out.
const (
	statedShare = 0.5
	statedCount = 50
)

// judge decides what becomes of all that is said, once it was searched, and leaves it in the notes on the rows.
func (s *statements) judge(l *survey, workers int) error {
	switch {
	case s == nil:
		return nil
	case s.Status.Off && s.barred > 0 && !s.Status.KeepOptedOut:
		return &KeptError{Rows: s.barred, Columns: s.barring()}
	case s.Status.Off:
		return nil
	}
	s.pulled = s.barred >= statedCount && float64(s.barred) > statedShare*float64(l.rows)
	var group errgroup.Group
	for w := range workers {
		from, to := w*len(l.blocks)/workers, (w+1)*len(l.blocks)/workers
		if from < to {
			group.Go(func() error { return s.note(l, l.blocks[from:to]) })
		}
	}
	return group.Wait()
}

// barring names the sources that keep contacts from being mailed.
func (s *statements) barring() (names []string) {
	for i := range s.sources {
		if c := &s.sources[i]; c.bars() {
			names = append(names, c.title())
		}
	}
	return names
}

// bars reports whether a source keeps a contact from being mailed wherever it stands.
func (c *statedSource) bars() bool {
	return c.decides && slices.ContainsFunc(exports.Barring.All(), func(r validate.Reason) bool { return c.said[r] > 0 })
}

// title is what a source is called.
func (c *statedSource) title() string {
	if c.column == nil {
		return "file name"
	}
	return fmt.Sprintf("column %q", c.name)
}

// note leaves what is said of the rows of some blocks in the notes on them.
func (s *statements) note(l *survey, blocks []surveyedBlock) error {
	cache := statedCache{of: s}
	var near []statedRow
	var t trail
	for _, block := range blocks {
		var err error
		if near, err = cache.rows(block, near); err != nil {
			return err
		}
		if near == nil {
			continue
		}
		if err := l.readTrail(&t, block, false); err != nil {
			return err
		}
		for i := range near {
			if near[i].reason != 0 {
				t.notes[i] = t.notes[i].stated(&near[i], s.Policy, s.pulled)
			}
		}
		if _, err := l.trails.WriteAt(octets(t.notes), block.trailAt); err != nil {
			return fmt.Errorf("writing working data: %w", err)
		}
	}
	return nil
}

// stated is the note on a row once something is said of it.
func (n note) stated(s *statedRow, p validate.Policy, pulled bool) note {
	reason := s.of()
	if reason == validate.OtherAddress {
		return n // that is found out as the row is judged
	}
	own := n.reason()
	if (s.capped() || pulled) && p.List(own) == validate.Removed {
		return n // for review at most, and the row is removed anyway
	}
	n = n&^reasonBits | note(p.Judge(own.Set()|reason.Set()))
	if n&settled == 0 && exports.Barring.Has(reason) {
		n &^= verdictMask << verdictAt
	}
	switch {
	case !exports.Barring.Has(reason), p.List(reason) == validate.Clean:
	case reason != validate.PastBounce:
		n |= isSuppressed | settled
	case !s.capped() && !pulled:
		n |= bouncedOnce | settled
	}
	return n
}

// statedCache keeps what is said of the rows that are read at present, as [linkCache] does for links.
type statedCache struct {
	of       *statements
	from, to uint32
	near     []statedRow // nil: nothing is said of any
	room     []statedRow
	read     [linksKept]statedRow
}

// rows is what is said of a block's rows, in the room of reuse; nil: nothing.
func (c *statedCache) rows(b surveyedBlock, reuse []statedRow) (all []statedRow, err error) {
	if c.of == nil || c.of.Status.Off {
		return nil, nil
	}
	end := b.firstRow + b.rows
	for row := b.firstRow; row < end; row = c.to {
		if row < c.from || row >= c.to {
			if err = c.find(row); err != nil {
				return nil, err
			}
		}
		if c.near == nil {
			continue
		}
		if all == nil {
			all = append(reuse[:0], make([]statedRow, b.rows)...)
		}
		copy(all[row-b.firstRow:], c.near[row-c.from:])
	}
	return all, nil
}

// find reads what is said of the rows about row.
func (c *statedCache) find(row uint32) error {
	per := c.of.perPartition
	c.from, c.near = row/per*per, nil
	c.to = c.from + per
	for _, spilled := range c.of.links {
		if err := spilled.each(int(row/per), c.read[:], c.take); err != nil {
			return err
		}
	}
	return nil
}

// take puts what is said where it belongs. What is said of a row's first address counts before what is said of its
// others.
func (c *statedCache) take(found []statedRow) error {
	if c.near == nil && len(found) > 0 {
		if c.room == nil {
			c.room = make([]statedRow, c.to-c.from)
		}
		c.near = c.room
		clear(c.near)
	}
	for _, f := range found {
		if at := &c.near[f.row-c.from]; at.reason == 0 || f.before(at) {
			*at = f
		}
	}
	return nil
}

func (s *statedRow) before(other *statedRow) bool {
	if further := s.of() == validate.OtherAddress; further != (other.of() == validate.OtherAddress) {
		return !further
	}
	return s.by < other.by
}

// IsStatus reports whether an error is about the columns that say who may be mailed.
func IsStatus(err error) bool {
	var status *StatusError
	var kept *KeptError
	return errors.As(err, &status) || errors.As(err, &kept)
}
