package batch

import "golang.org/x/sync/errgroup"

// seeRow is told of a row by its note, and which earlier row holds the address, or the mailbox in another spelling.
type seeRow func(n note, earlier link)

// eachRow goes through the notes of all rows. Each worker sees the rows of a stretch of the list, in their order.
func (l *looked) eachRow(workers int, see func(worker int) seeRow) error {
	var group errgroup.Group
	for w := range workers {
		from, to := w*len(l.blocks)/workers, (w+1)*len(l.blocks)/workers
		if from < to {
			group.Go(func() error { return l.eachOf(l.blocks[from:to], see(w)) })
		}
	}
	return group.Wait()
}

// eachOf goes through the rows of some blocks in their order.
func (l *looked) eachOf(blocks []surveyedBlock, see seeRow) error {
	cache := linkCache{same: l.same}
	var near links
	var t trail
	for _, block := range blocks {
		err := l.readTrail(&t, block, false)
		if err != nil {
			return err
		}
		if near, err = cache.of(block, near); err != nil {
			return err
		}
		for row, n := range t.notes {
			see(n, near.at(uint32(row)))
		}
	}
	return nil
}
