package batch

// window reads spilled records in the order of the rows they are about. It holds those of one partition, the rows
// [from, to), and turns each record R into a V at the place of its row. The zero value has no records.
type window[V any, R aboutRow] struct {
	spilled []*spill[R]
	per     uint32 // rows of a partition
	put     func(at *V, r R)

	from, to uint32
	near     []V // nil: no record is about these rows
	room     []V // for near
	read     [linksKept]R
}

type aboutRow interface{ place() uint32 }

func (r linkedRow) place() uint32 { return r.row }
func (r statedRow) place() uint32 { return r.row }

// of returns the values for a block's rows, in the room of reuse; nil if no record is about any of them.
func (w *window[V, R]) of(b surveyedBlock, reuse []V) (all []V, err error) {
	if len(w.spilled) == 0 {
		return nil, nil
	}
	end := b.firstRow + b.rows
	for row := b.firstRow; row < end; row = w.to {
		if row < w.from || row >= w.to {
			if err = w.find(row); err != nil {
				return nil, err
			}
		}
		if w.near == nil {
			continue
		}
		if all == nil {
			all = append(reuse[:0], make([]V, b.rows)...)
		}
		copy(all[row-b.firstRow:], w.near[row-w.from:])
	}
	return all, nil
}

// find reads the records of the partition that row is in.
func (w *window[V, R]) find(row uint32) error {
	w.from, w.near = row/w.per*w.per, nil
	w.to = w.from + w.per
	for _, s := range w.spilled {
		if err := s.each(int(row/w.per), w.read[:], w.take); err != nil {
			return err
		}
	}
	return nil
}

func (w *window[V, R]) take(found []R) error {
	if w.near == nil && len(found) > 0 {
		if w.room == nil {
			w.room = make([]V, w.per)
		}
		w.near = w.room
		clear(w.near)
	}
	for _, r := range found {
		w.put(&w.near[r.place()-w.from], r)
	}
	return nil
}
