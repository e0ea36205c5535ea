package contacts

// Rivals are the columns that were not chosen although each may be meant as well as the chosen one: it holds addresses, and its name
// speaks of e-mail and not of a second or another one, or no column has a name that does.
func (l *Layout) Rivals() (rivals []Column) {
	if len(l.Columns) != 1 {
		return nil
	}
	chosen := l.Columns[0]
	for _, c := range l.Left {
		named := c.rank >= rankPart && chosen.rank >= rankPart
		alike := c.rank == chosen.rank && c.rank != rankLookAlike
		if c.proven() && (named || alike) {
			rivals = append(rivals, c)
		}
	}
	return rivals
}
