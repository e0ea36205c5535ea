package spool

// Window reads spilled records in the order of the rows they are about. It holds one partition at a time, the rows
// [from, to), and turns each record R into the V of its row. The zero value has no records.
type Window[V any, R aboutRow] struct {
	spilled []*Spill[R]
	per     uint32 // rows of a partition
	put     func(at *V, r R)

	from, to uint32
	near     []V // nil: no record is about these rows
	room     []V // for near
	read     [byRow]R
}

// aboutRow is a record about one row.
type aboutRow interface{ About() uint32 }

// NewWindow reads what was spilled by row, for a list with the given number of rows; put turns a record into a value.
func NewWindow[V any, R aboutRow](spilled []*Spill[R], rows uint32, put func(at *V, r R)) *Window[V, R] {
	return &Window[V, R]{spilled: spilled, per: perPartition(rows), put: put}
}

// Of returns the values for some rows from first on, in the room of reuse; nil if no record is about any of them.
func (w *Window[V, R]) Of(first, rows uint32, reuse []V) (all []V, err error) {
	if len(w.spilled) == 0 {
		return nil, nil
	}
	end := first + rows
	for row := first; row < end; row = w.to {
		if row < w.from || row >= w.to {
			if err = w.find(row); err != nil {
				return nil, err
			}
		}
		if w.near == nil {
			continue
		}
		if all == nil {
			all = append(reuse[:0], make([]V, rows)...)
		}
		copy(all[row-first:], w.near[row-w.from:])
	}
	return all, nil
}

// find reads the records of the partition that row is in.
func (w *Window[V, R]) find(row uint32) error {
	w.from, w.near = row/w.per*w.per, nil
	w.to = w.from + w.per
	for _, s := range w.spilled {
		if err := s.Each(int(row/w.per), w.read[:], w.take); err != nil {
			return err
		}
	}
	return nil
}

func (w *Window[V, R]) take(found []R) error {
	if w.near == nil && len(found) > 0 {
		if w.room == nil {
			w.room = make([]V, w.per)
		}
		w.near = w.room
		clear(w.near)
	}
	for _, r := range found {
		w.put(&w.near[r.About()-w.from], r)
	}
	return nil
}
