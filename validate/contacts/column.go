package contacts

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Column is one column of a list.
type Column struct {
	Index int     // from 0
	Name  string  // as the header has it; may be empty
	Share float64 // how many of its filled cells hold an address, of those looked at

	rank     int
	filled   int
	held     int
	distinct int
	most     int    // rows of the address that fills most of them
	shown    []byte // its first filled cell
}

// String is the column's name for people.
func (c Column) String() string {
	if c.Name == "" {
		return "column " + strconv.Itoa(c.Index+1)
	}
	return strconv.Quote(c.Name)
}

const (
	enoughShare  = 1.0 / 3 // of the filled cells
	enoughFilled = 20      // filled cells without any address that make a good name a wrong one
	enoughHeld   = 10      // addresses that ought to differ
)

// proven tells whether the content shows a column of contacts. The same few addresses again and again are no contacts.
func (c *Column) proven() bool {
	return c.addresses() && (c.varied() || c.rank >= rankMail || c.Name == "")
}

// varied tells whether the addresses differ as those of contacts do.
func (c *Column) varied() bool { return c.held < enoughHeld || 10*c.distinct >= c.held }

// many tells whether they differ as those of nobody else do: a firm has few owners and sellers.
func (c *Column) many() bool { return c.held >= enoughHeld && 2*c.distinct >= c.held }

// addresses tells whether the content shows addresses, whosever.
func (c *Column) addresses() bool { return c.held > 0 && c.Share >= enoughShare }

// eligible tells whether the column may be chosen.
func (c *Column) eligible() bool {
	switch {
	case c.rank == rankLookAlike:
		return c.addresses() && c.many()
	case c.proven():
		return true
	}
	return c.rank >= rankMail && (c.held > 0 || c.filled < enoughFilled)
}

// better puts the column to choose first: content that fits at all, then the name, then how many addresses differ. An
// owner's column is fuller than the contacts', but says the same again and again; between names that speak of e-mail, that
// tells the seller's from the buyer's. A look-alike is for want of any other.
func better(a, b Column) int {
	return cmp.Or(
		btoi(b.rank != rankLookAlike)-btoi(a.rank != rankLookAlike),
		btoi(b.proven())-btoi(a.proven()),
		btoi(b.rank >= rankMail && b.varied())-btoi(a.rank >= rankMail && a.varied()),
		b.rank-a.rank,
		b.distinct-a.distinct,
		cmp.Compare(b.Share, a.Share), // sorting is stable: the leftmost
	)
}

// measure looks at the rows for what each column holds.
func measure(rows []entry, names []string, width int) []Column {
	columns := make([]Column, max(width, len(names)))
	seen := make([]map[string]int, len(columns))
	for i := range columns {
		columns[i].Index, seen[i] = i, map[string]int{}
		if i < len(names) {
			columns[i].Name, columns[i].rank = names[i], rankName(names[i])
		}
	}
	var found []Found
	for _, row := range rows {
		for i, cell := range row.cells[:min(len(row.cells), len(columns))] {
			columns[i].look(cell, &found, seen[i])
		}
	}
	for i := range columns {
		columns[i].distinct = len(seen[i])
		columns[i].Share = float64(columns[i].held) / float64(max(columns[i].filled, 1))
	}
	return columns
}

func (c *Column) look(cell []byte, found *[]Found, seen map[string]int) {
	*found = Addresses((*found)[:0], cell)
	if len(*found) == 0 {
		return
	}
	if c.filled++; c.filled == 1 {
		c.shown = cell
	}
	for _, f := range *found {
		if isAddress(f.Text) {
			c.held++
			seen[string(f.Text)]++
			c.most = max(c.most, seen[string(f.Text)])
			return
		}
	}
}

// choose picks the address column, and tells which others look like one.
func choose(columns []Column) (chosen, left []Column) {
	ranked := slices.Clone(columns)
	ranked = slices.DeleteFunc(ranked, func(c Column) bool { return !c.eligible() })
	slices.SortStableFunc(ranked, better)
	if len(ranked) == 0 {
		return nil, nil
	}
	chosen = ranked[:1]
	for _, c := range columns {
		if c.Index != chosen[0].Index && (c.addresses() || c.rank >= rankMail) {
			left = append(left, c)
		}
	}
	return chosen, left
}

// elsewhere counts the rows that hold no address in the chosen column, but one in a left column that is no look-alike. It returns
// these columns.
func elsewhere(rows []entry, chosen Column, left []Column) (n int, columns []Column) {
	counts := make([]int, len(left))
	for _, row := range rows {
		if row.holds(chosen.Index) {
			continue
		}
		if i := slices.IndexFunc(left, func(c Column) bool { return c.rank > rankLookAlike && c.varied() && row.holds(c.Index) }); i >= 0 {
			counts[i]++
			n++
		}
	}
	for i, c := range left {
		if counts[i] > 0 {
			columns = append(columns, c)
		}
	}
	return n, columns
}

// holds tells whether there is an address in the i-th field.
func (e *entry) holds(i int) bool {
	if i >= len(e.cells) {
		return false
	}
	return slices.ContainsFunc(Addresses(nil, e.cells[i]), func(f Found) bool { return isAddress(f.Text) })
}

// find picks the columns that the person named, by the header's name or by number.
func find(columns []Column, wanted []string) (chosen []Column, notes []string, err error) {
	for _, w := range wanted {
		c, same, err := findOne(columns, w)
		if err != nil {
			return nil, nil, err
		}
		if same > 1 {
			notes = append(notes, fmt.Sprintf("%d columns are called %s: the first one is read, column %d", same, c, c.Index+1))
		}
		if !slices.ContainsFunc(chosen, func(o Column) bool { return o.Index == c.Index }) {
			chosen = append(chosen, c)
		}
	}
	return chosen, notes, nil
}

// lacking marks the error of a list that has an address column, but not the one that was named.
func lacking(err error, columns []Column) error {
	if e := (*OpenError)(nil); errors.As(err, &e) {
		chosen, _ := choose(columns)
		e.lacks = chosen != nil
	}
	return err
}

// findOne tries the exact name, the number, and the name without case and punctuation.
func findOne(columns []Column, want string) (c Column, same int, err error) {
	exact := func(name string) bool { return name == want }
	folded := func(name string) bool { return name != "" && nameKey(name) != "" && nameKey(name) == nameKey(want) }
	if c, same = named(columns, exact); same > 0 {
		return c, same, nil
	}
	if n, err := strconv.Atoi(want); err == nil && n >= 1 && n <= len(columns) {
		return columns[n-1], 1, nil
	}
	if c, same = named(columns, folded); same > 0 {
		return c, same, nil
	}
	return c, 0, unreadable(fmt.Sprintf("it has no column %q", want), "its columns: "+nameList(columns), nil)
}

// named returns the first column whose name fits, and how many do.
func named(columns []Column, fits func(string) bool) (first Column, n int) {
	for _, c := range columns {
		if c.Name != "" && fits(c.Name) {
			if n == 0 {
				first = c
			}
			n++
		}
	}
	return first, n
}

const namesShown = 40

// nameList lists columns for a hint, not all of very many.
func nameList(columns []Column) string {
	var names []string
	for _, c := range columns[:min(len(columns), namesShown)] {
		names = append(names, c.String())
	}
	if more := len(columns) - namesShown; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// noColumn is the error of a list in which no column holds addresses.
func noColumn(columns []Column) error {
	return unreadable("no column of it holds e-mail addresses",
		"say which one with --column NAME (or its number); its columns: "+nameList(columns), nil)
}
