package batch

import (
	"bufio"
	"slices"

	"github.com/prebounce/prebounce/validate/batch/spool"
)

// blockNotes is what the first read leaves about a block's rows.
type blockNotes struct {
	notes  []rowNote
	places []rowPlace
}

// surveyedBlock tells where the trail of a block is, the places behind the notes, and which rows it is about.
type surveyedBlock struct {
	firstRow, rows uint32
	trailAt        int64
}

// resize makes it a trail of so many rows. What it says of those that come on is yet to be written.
func (t *blockNotes) resize(rows int) {
	t.notes = slices.Grow(t.notes, max(0, rows-len(t.notes)))[:rows]
	t.places = slices.Grow(t.places, max(0, rows-len(t.places)))[:rows]
}

// noteFile are those of all blocks, gathered to many pieces of a file at a time.
type noteFile struct {
	file  *spool.Scratch
	ahead *bufio.Writer // of what is not in the file yet
}

func newTrails(dir *spool.Dir) (noteFile, error) {
	room, err := dir.Scratch()
	return noteFile{room, bufio.NewWriterSize(room, 8*spool.Piece)}, err
}

// leave keeps the trail of a block.
func (t *noteFile) leave(b *blockNotes) (at int64, err error) {
	at = t.file.Size() + int64(t.ahead.Buffered())
	if _, err = t.ahead.Write(spool.Octets(b.notes)); err == nil {
		_, err = t.ahead.Write(spool.Octets(b.places))
	}
	return at, err
}

// end writes what is left. Only then all can be read.
func (t *noteFile) end() error { return t.ahead.Flush() }

// readTrail reads the notes on a block's rows, and perhaps their places.
func (s *survey) readTrail(t *blockNotes, b surveyedBlock, places bool) error {
	if t.resize(int(b.rows)); b.rows == 0 {
		return nil
	}
	_, err := s.trails.file.ReadAt(spool.Octets(t.notes), b.trailAt)
	if err == nil && places {
		_, err = s.trails.file.ReadAt(spool.Octets(t.places), b.trailAt+int64(b.rows)*noteSize)
	}
	return err
}
