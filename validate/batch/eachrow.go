package batch

import (
	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/validate/batch/spool"
)

// seeRows is told of some rows by their notes, and by which earlier rows hold their addresses, or their
// mailboxes in another spelling.
type seeRows func(notes []rowNote, earlier spool.Links)

// eachRow goes through the notes of all rows, many at a time. Each worker sees the rows of a stretch of the
// list, in their order.
func (l *lookedUp) eachRow(workers int, see func(worker int) seeRows) error {
	var group errgroup.Group
	for w := range workers {
		from, to := w*len(l.survey.blocks)/workers, (w+1)*len(l.survey.blocks)/workers
		if from < to {
			group.Go(func() error { return l.eachOf(l.survey.blocks[from:to], see(w)) })
		}
	}
	return group.Wait()
}

// eachOf goes through the rows of some blocks in their order.
func (l *lookedUp) eachOf(blocks []surveyedBlock, see seeRows) error {
	cache := l.survey.same.Links()
	var near spool.Links
	var t blockNotes
	for _, block := range blocks {
		err := l.survey.readTrail(&t, block, false)
		if err != nil {
			return err
		}
		if near, err = cache.Of(block.firstRow, block.rows, near); err != nil {
			return err
		}
		see(t.notes, near)
	}
	return nil
}
