package batch

// linkCache keeps the links near the rows that are read at present.
type linkCache struct {
	same *duplicates
	last linkedRows
}

// of returns the links of a block's rows: one or more stretches.
func (c *linkCache) of(b surveyedBlock) (links []linkedRows, err error) {
	for row := b.firstRow; row < b.firstRow+b.rows; row = c.last.to {
		if row < c.last.from || row >= c.last.to {
			if c.last, err = c.same.near(row); err != nil {
				return nil, err
			}
		}
		links = append(links, c.last)
	}
	return links, nil
}

func linkAt(links []linkedRows, row uint32) (first uint32, other, ok bool) {
	for _, l := range links {
		if row < l.to {
			return l.at(row)
		}
	}
	return 0, false, false
}
