package batch

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/sync/errgroup"
)

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
	var notes []byte
	for _, block := range blocks {
		var err error
		if notes, err = l.readNotes(block, noteSize, notes); err != nil {
			return err
		}
		if near, err = cache.of(block, near); err != nil {
			return err
		}
		for row := range block.rows {
			see(note(binary.NativeEndian.Uint64(notes[row*noteSize:])), near.at(row))
		}
	}
	return nil
}

// readNotes reads what the first read left about a block's rows, in the room of reuse: their notes, or with size for both, their places behind.
func (s *survey) readNotes(b surveyedBlock, size int, reuse []byte) ([]byte, error) {
	notes := append(reuse[:0], make([]byte, int(b.rows)*size)...)
	if _, err := s.notes.ReadAt(notes, b.notesAt); err != nil && len(notes) > 0 {
		return nil, fmt.Errorf("reading working data: %w", err)
	}
	return notes, nil
}
