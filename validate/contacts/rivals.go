package contacts

// Rivals returns the columns that were not chosen but are equally plausible. Such a column holds addresses, and either
// its name denotes a main e-mail address or no column has a name that does.
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
