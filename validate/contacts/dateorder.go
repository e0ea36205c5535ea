package contacts

import "bytes"

// dates decides which number of a column's dates is the day. The cells that can be read in one way only tell;
// where there are none, or as many for each order, the language of the header does; and where that isn't
// known or leaves it open, how the dates are written.
func (s *surveyedTraits) dates(c Column) Dates {
	votes, open, slashes := s.votes(c)
	d, because := s.order(votes, slashes)
	switch {
	case !open:
	case votes == [2]int{}:
		s.list.note("dates in %s are read with %s, because %s; no date has a day above 12, which would settle it", c,
			d, because)
	case min(votes[0], votes[1]) > 0:
		s.list.note("dates in %s are read with %s, though %d of %d can only be read in the other order", c, d,
			votes[1-d], votes[0]+votes[1])
	default:
		s.list.note("dates in %s are read with %s", c, d)
	}
	return d
}

// votes counts the dates that can be read in one order only. It also reports whether any could be read in
// both, and whether all of these are written with slashes.
func (s *surveyedTraits) votes(c Column) (votes [2]int, open, slashes bool) {
	slashes = true
	for cell := range s.cells(c) {
		if _, iso := isoDay(cell); iso {
			continue
		}
		w, ok := readDate(cell)
		if !ok || !w.open {
			continue
		}
		open = true
		slashes = slashes && bytes.IndexByte(cell, '/') >= 0
		if d, known := w.only(); known {
			votes[d]++
		}
	}
	return votes, open, slashes
}

// order is that of the dates, and why where no date tells.
func (s *surveyedTraits) order(votes [2]int, slashes bool) (d Dates, because string) {
	switch {
	case votes[DayFirst] != votes[MonthFirst]:
		return Dates(btoi(votes[DayFirst] > votes[MonthFirst])), ""
	case s.tongue != nil:
		return DayFirst, "the header is in " + s.tongue.name
	case !slashes:
		return DayFirst, "they are not written with slashes"
	case s.list.dialect.delim == ';':
		return DayFirst, "a semicolon separates the columns, as in Europe"
	}
	return MonthFirst, "they are written with slashes, as in the United States"
}
