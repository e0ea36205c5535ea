package batch

// linkCache keeps the links near the rows that are read at present.
type linkCache struct {
	same *duplicates
	last linkedRows
}

// links are those of a block's rows, by their place in the block. nil: none of them has one.
type links []link

// link leads to the first row with the same address or mailbox: one more than that row, perhaps marked as otherSpelling. 0: there is none.
type link uint32

func (l link) row() uint32 { return uint32(l)&^otherSpelling - 1 }
func (l link) same() bool  { return l != 0 && !l.other() }
func (l link) other() bool { return l&otherSpelling != 0 }

func (l links) at(row uint32) link {
	if l == nil {
		return 0
	}
	return l[row]
}

// of returns the links of a block's rows, in the room of reuse.
func (c *linkCache) of(b surveyedBlock, reuse links) (all links, err error) {
	end := b.firstRow + b.rows
	for row := b.firstRow; row < end; row = c.last.to {
		if row < c.last.from || row >= c.last.to {
			if c.last, err = c.same.near(row); err != nil {
				return nil, err
			}
		}
		if c.last.first == nil {
			continue
		}
		if all == nil {
			all = append(reuse[:0], make(links, b.rows)...)
		}
		copy(all[row-b.firstRow:], c.last.first[row-c.last.from:])
	}
	return all, nil
}
