package batch

// linkCache keeps the links near the rows that are read at present: those of the rows [from, to), which are one partition of them.
type linkCache struct {
	same     *duplicates
	from, to uint32
	near     links // nil: none of them has one

	room links // for near
	read [linksKept]linkedRow
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
			all = append(reuse[:0], make(links, b.rows)...)
		}
		copy(all[row-b.firstRow:], c.near[row-c.from:])
	}
	return all, nil
}

// find reads the links of the rows about row.
func (c *linkCache) find(row uint32) error {
	per := c.same.perPartition()
	c.from, c.near = row/per*per, nil
	c.to = c.from + per
	for _, spilled := range c.same.links {
		if err := spilled.each(int(row/per), c.read[:], c.take); err != nil {
			return err
		}
	}
	return nil
}

// take puts links where they belong.
func (c *linkCache) take(found []linkedRow) error {
	if c.near == nil && len(found) > 0 {
		c.begin()
	}
	for _, f := range found {
		c.near[f.row-c.from] = link(f.first&^otherSpelling + 1 | f.first&otherSpelling)
	}
	return nil
}

// begin makes room for them.
func (c *linkCache) begin() {
	if c.room == nil {
		c.room = make(links, c.to-c.from)
	}
	c.near = c.room
	clear(c.near)
}
