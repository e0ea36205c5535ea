package batch

import (
	"fmt"
	"unsafe"
)

// trail is what the first read leaves about a block's rows.
type trail struct {
	notes  []note
	places []place
	room   []note // for both, the places behind the notes
}

// surveyedBlock tells where the trail of a block is, and which rows it is about.
type surveyedBlock struct {
	firstRow, rows uint32
	trailAt        int64
}

// reset makes room for the trail of so many rows.
func (t *trail) reset(rows int) {
	if n := rows + (rows+1)/2; cap(t.room) < n {
		t.room = make([]note, n)
	}
	t.notes = t.room[:rows]
	t.places = unsafe.Slice((*place)(unsafe.Pointer(unsafe.SliceData(t.room[rows:cap(t.room)]))), rows)
}

// octets are those of the notes and, if they are wanted, the places.
func (t *trail) octets(places bool) []byte {
	n := len(t.notes) * noteSize
	if places {
		n += len(t.notes) * placeSize
	}
	return octets(t.room)[:n]
}

// readTrail reads the notes on a block's rows, and perhaps their places.
func (s *survey) readTrail(t *trail, b surveyedBlock, places bool) error {
	t.reset(int(b.rows))
	if _, err := s.trails.ReadAt(t.octets(places), b.trailAt); err != nil && b.rows > 0 {
		return fmt.Errorf("reading working data: %w", err)
	}
	return nil
}
