package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate/batch"
)

// DiffText writes a summary of the changes, without any address.
func DiffText(w io.Writer, d *Difference) error {
	var b strings.Builder
	var t table
	t.row("in both lists", number(d.Both))
	t.row("  newly dead", number(d.Dead), "undeliverable now, and not before")
	if d.Held > 0 {
		t.row("  held back", number(d.Held), "undeliverable now, but so many are that the newer run did not believe it")
	}
	t.row("  recovered", number(d.Recovered), "undeliverable before, and what was found since says otherwise")
	t.row("  unsettled", number(d.Unsettled), "undeliverable before, and nothing was found since")
	t.row("  moved", number(d.Moved), "another operator runs the mail hosts")
	t.row("only in the older", number(d.OnlyOld))
	t.row("only in the newer", number(d.OnlyNew), arrived(d))
	t.unindented(&b, 1)
	t = nil
	for _, c := range d.Why {
		t.row(number(c.Addresses), Plain(c.Reason))
	}
	under(&b, "newly dead, because", t)
	t = nil
	for _, m := range d.Moves {
		t.row(number(m.Addresses), Plain(m.From)+" to "+Plain(m.To))
	}
	under(&b, "moved, from one operator to another", t)
	_, err := io.WriteString(w, b.String())
	return err
}

func arrived(d *Difference) string {
	var parts []string
	if d.Arrived > 0 {
		parts = append(parts, number(d.Arrived)+" of them undeliverable")
	}
	if d.HeldNew > 0 {
		parts = append(parts, number(d.HeldNew)+" of them held back")
	}
	return strings.Join(parts, ", ")
}

// under writes the first lines of a table below a title, if there are any.
func under(b *strings.Builder, title string, t table) {
	if len(t) == 0 {
		return
	}
	if rest := len(t) - 2*shown; rest > 0 {
		t = append(t[:2*shown:2*shown], []string{"", "and " + strconv.Itoa(rest) + " more"})
	}
	fmt.Fprintf(b, "\n%s\n", title)
	t.write(b, 0)
}

const changesHeader = "address,change,row,old_status,old_reason,old_operator,new_status,new_reason,new_operator"

// DiffCSV makes a function that writes changes as rows of a CSV, the header first, and one that ends it. If the newer run was over
// several lists, a last column says which one a row is in.
func DiffCSV(w io.Writer) (change func(Change) error, end func() error) {
	begun := false
	begin := func(file bool) []byte {
		if begun {
			return nil
		}
		begun = true
		b := []byte(changesHeader)
		if file {
			b = append(b, ",file"...)
		}
		return append(b, '\n')
	}
	change = func(c Change) error {
		b := batch.AppendCell(begin(c.File != ""), c.Address)
		cells := []string{c.Change, strconv.Itoa(c.Row), c.OldStatus, c.OldReason, c.OldOperator, c.NewStatus, c.NewReason, c.NewOperator}
		if c.File != "" {
			cells = append(cells, c.File)
		}
		for _, cell := range cells {
			b = batch.AppendCell(append(b, ','), cell)
		}
		_, err := w.Write(append(b, '\n'))
		return err
	}
	end = func() error {
		_, err := w.Write(begin(false))
		return err
	}
	return change, end
}

// DiffJSON makes a function that writes changes as the first part of a JSON object, and one that ends it with the counts.
func DiffJSON(w io.Writer) (change func(Change) error, end func(*Difference) error) {
	before := "{\"changes\": [\n"
	change = func(c Change) error {
		b, err := json.Marshal(c)
		if err == nil {
			_, err = fmt.Fprintf(w, "%s%s", before, b)
		}
		before = ",\n"
		return err
	}
	end = func(d *Difference) error {
		b, err := json.Marshal(d)
		if err == nil {
			_, err = fmt.Fprintf(w, "%s\n],\n\"counts\": %s}\n", strings.TrimRight(before, ",\n"), b)
		}
		return err
	}
	return change, end
}
