package batch

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
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
	case s.run.Status.Off && s.barred > 0 && !s.run.Status.KeepOptedOut:
		return &KeptError{Rows: s.barred, Columns: s.barring()}
	case s.run.Status.Off:
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
	return c.decides && slices.ContainsFunc(exports.Barring.All(),
		func(r validate.Reason) bool { return c.said[r] > 0 })
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
	cache := statedOf(s)
	var near []statedRow
	var t blockNotes
	for _, block := range blocks {
		var err error
		if near, err = cache.Of(block.firstRow, block.rows, near); err != nil {
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
				t.notes[i] = t.notes[i].stated(&near[i], s.run.Policy, s.pulled)
			}
		}
		if _, err := l.trails.file.WriteAt(spool.Octets(t.notes), block.trailAt); err != nil {
			return err
		}
	}
	return nil
}

// stated is the note on a row once something is said of it.
func (n rowNote) stated(s *statedRow, p validate.Policy, pulled bool) rowNote {
	reason := s.of()
	if reason == validate.OtherAddress {
		return n // that is found out as the row is judged
	}
	own := n.reason()
	if (s.capped() || pulled) && p.List(own) == validate.Removed {
		return n // for review at most, and the row is removed anyway
	}
	n = n&^reasonBits | rowNote(p.Judge(own.Set()|reason.Set()))
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

// statedOf returns a window on what is said of the rows: empty if nothing is, or if it is not to count.
func statedOf(s *statements) *spool.Window[statedRow, statedRow] {
	if s == nil || s.run.Status.Off {
		return new(spool.Window[statedRow, statedRow])
	}
	return spool.NewWindow(s.links, s.rows, putStated)
}

// putStated prefers what is said of the row's first address to what is said of its others.
func putStated(at *statedRow, r statedRow) {
	if at.reason == 0 || r.before(at) {
		*at = r
	}
}

func (s *statedRow) before(other *statedRow) bool {
	if further := s.of() == validate.OtherAddress; further != (other.of() == validate.OtherAddress) {
		return !further
	}
	return s.by < other.by
}

// IsStatus reports whether an error is about the columns that state who may be mailed.
func IsStatus(err error) bool {
	var status *statusError
	var kept *KeptError
	return errors.As(err, &status) || errors.As(err, &kept)
}
