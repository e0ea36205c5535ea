package contacts

import (
	"bytes"
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
	faulty   int // cells that were meant to be an address, with a fault
	distinct int
	most     int    // rows of the address that fills most of them
	shown    []byte // its first filled cell
}

// String returns the column's name for people.
func (c Column) String() string {
	if c.Name == "" {
		return "column " + strconv.Itoa(c.Index+1)
	}
	return strconv.Quote(c.Name)
}

const (
	enoughShare  = 1.0 / 3 // of the filled cells
	enoughFilled = 20      // filled cells below which addresses with a fault speak for a column, too
	enoughHeld   = 10      // addresses that ought to differ
	muchFuller   = 10      // times as many addresses as in a column that has the better name
)

// proven reports whether the content shows a column of contacts. A few addresses that repeat again and again
// are not contacts.
func (c *Column) proven() bool {
	return c.addresses() && (c.varied() || c.rank >= rankMail || c.Name == "")
}

// varied reports whether the addresses differ as those of contacts do.
func (c *Column) varied() bool { return c.held < enoughHeld || 10*c.distinct >= c.held }

// many reports whether they differ as those of nobody else do: a firm has few owners and sellers.
func (c *Column) many() bool { return c.held >= enoughHeld && 2*c.distinct >= c.held }

// addresses reports whether the content shows addresses, whosever.
func (c *Column) addresses() bool { return c.held > 0 && c.Share >= enoughShare }

// eligible reports whether the column may be chosen: it holds addresses in a plausible share of its filled
// cells. A column that is named for them may also be empty so far.
func (c *Column) eligible() bool {
	switch {
	case messageIDs[nameKey(c.Name)]:
		return false
	case c.rank == rankLookAlike:
		return c.addresses() && c.many()
	case c.proven():
		return true
	}
	return c.rank >= rankMail && (c.filled == 0 || (c.filled < enoughFilled && 2*(c.held+c.faulty) >= c.filled))
}

// dwarfs reports whether the column holds so many more addresses than another that a name can't make up for it.
func (c *Column) dwarfs(o *Column) bool { return c.many() && c.held >= muchFuller*(o.held+1) }

// better puts the column to choose first: content that fits at all, then the name, then how many addresses
// differ. An owner's column is fuller than the contacts', but says the same again and again; between names
// that speak of e-mail, that tells the seller's from the buyer's. A look-alike is for want of any other.
func better(a, b Column) int {
	return cmp.Or(
		btoi(b.rank != rankLookAlike)-btoi(a.rank != rankLookAlike),
		btoi(b.proven())-btoi(a.proven()),
		btoi(b.dwarfs(&a))-btoi(a.dwarfs(&b)),
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
	c.faulty += btoi(meant((*found)[0].Text))
}

// meant reports whether a text was meant to be an address: a few words, with an @ between letters.
func meant(text []byte) bool {
	at := bytes.IndexByte(text, '@')
	return at > 0 && at < len(text)-1 && len(text) <= longestMeant && len(bytes.Fields(text)) <= 3 &&
		!bytes.Contains(text, []byte("  "))
}

const longestMeant = 120 // bytes

// onlyFaulty reports whether a column was meant to hold addresses, and holds hardly any: its cells look meant
// so, or its name says so and many of its cells are filled.
func (c Column) onlyFaulty() bool {
	named := c.rank >= rankMail && c.filled >= enoughFilled
	meant := c.faulty > 0 && 2*(c.faulty+c.held) >= c.filled
	return c.rank != rankLookAlike && (named || meant) && !c.addresses()
}

// choose picks the address column, and tells which others look like one.
func choose(columns []Column) (chosen, left []Column) {
	ranked := slices.Clone(columns)
	ranked = slices.DeleteFunc(ranked, func(c Column) bool { return !c.eligible() })
	slices.SortStableFunc(ranked, better)
	if len(ranked) == 0 || (ranked[0].filled == 0 && slices.ContainsFunc(columns, Column.onlyFaulty)) {
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

// elsewhere counts the rows that hold no address in the chosen column, but one in a left column that is no
// look-alike. It returns these columns.
func elsewhere(rows []entry, chosen Column, left []Column) (n int, columns []Column) {
	counts := make([]int, len(left))
	for _, row := range rows {
		if row.holds(chosen.Index) {
			continue
		}
		if i := slices.IndexFunc(left, func(c Column) bool {
			return c.rank > rankLookAlike && c.varied() &&
				row.holds(c.Index)
		}); i >= 0 {
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

// holds reports whether there is an address in the i-th field.
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
			notes = append(notes, fmt.Sprintf("%d columns are named %s; only the first, column %d, is read", same, c,
				c.Index+1))
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
	return &OpenError{What: "none of its columns holds e-mail addresses",
		Hint:  "select one with --column NAME (or its number); its columns: " + nameList(columns),
		Holds: contentsOf(columns)}
}

const (
	contentsShown = 6
	longestShown  = 30 // characters of a cell
)

// contentsOf says what columns hold: a cell of each, and how many of the filled ones are addresses, those
// first that are named for it.
func contentsOf(columns []Column) string {
	sorted := slices.Clone(columns)
	slices.SortStableFunc(sorted, func(a, b Column) int {
		return cmp.Or(btoi(b.rank >= rankMail)-btoi(a.rank >= rankMail), b.held-a.held)
	})
	var said []string
	for _, c := range sorted[:min(len(sorted), contentsShown)] {
		if c.filled == 0 {
			said = append(said, c.String()+" is empty")
			continue
		}
		shown := []rune(string(c.shown))
		if len(shown) > longestShown {
			shown = append(shown[:longestShown], '…')
		}
		said = append(said, fmt.Sprintf("%s holds %s (%d of %d are addresses)", c, strconv.Quote(string(shown)),
			c.held, c.filled))
	}
	return strings.Join(said, "; ")
}
