package contacts

// ColumnOf returns the index of the column with a given name or number from 1, or -1.
func (l *Layout) ColumnOf(want string) int {
	columns := make([]Column, max(l.Width, len(l.Names)))
	for i := range columns {
		columns[i].Index = i
		if i < len(l.Names) {
			columns[i].Name = l.Names[i]
		}
	}
	c, _, err := findOne(columns, want)
	if err != nil {
		return -1
	}
	return c.Index
}
