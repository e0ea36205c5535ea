package compare

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/batch"
)

// Text writes a summary of the changes, without any address.
func Text(w io.Writer, d *Difference) error {
	var b strings.Builder
	var t report.Table
	t.Row("in both lists", report.Number(d.Both))
	t.Row("  newly dead", report.Number(d.Dead), "undeliverable now, but not before")
	if d.Held > 0 {
		t.Row("  held back", report.Number(d.Held),
			"undeliverable now, but so many that the newer run did not believe it")
	}
	t.Row("  recovered", report.Number(d.Recovered), "undeliverable before, but later findings disagree")
	t.Row("  unsettled", report.Number(d.Unsettled), "undeliverable before, and not checked since")
	t.Row("  moved", report.Number(d.Moved), "another operator runs the mail hosts")
	t.Row("only in the older", report.Number(d.OnlyOld))
	t.Row("only in the newer", report.Number(d.OnlyNew), arrived(d))
	t.Write(&b, "", 1)
	t = nil
	for _, c := range d.Why {
		t.Row(report.Number(c.Addresses), report.Plain(c.Reason))
	}
	under(&b, "newly dead, because", t)
	t = nil
	for _, m := range d.Moves {
		t.Row(report.Number(m.Addresses), report.Plain(m.From)+" to "+report.Plain(m.To))
	}
	under(&b, "moved, from one operator to another", t)
	_, err := io.WriteString(w, b.String())
	return err
}

func arrived(d *Difference) string {
	var parts []string
	if d.Arrived > 0 {
		parts = append(parts, report.Number(d.Arrived)+" of them undeliverable")
	}
	if d.HeldNew > 0 {
		parts = append(parts, report.Number(d.HeldNew)+" of them held back")
	}
	return strings.Join(parts, ", ")
}

// most is how many lines of a table fit the screen; CSV and JSON have all.
const most = 10

// under writes the first lines of a table below a title, if there are any.
func under(b *strings.Builder, title string, t report.Table) {
	if len(t) == 0 {
		return
	}
	if rest := len(t) - most; rest > 0 {
		t = append(t[:most:most], []string{"", "and " + strconv.Itoa(rest) + " more"})
	}
	fmt.Fprintf(b, "\n%s\n", title)
	t.Write(b, "  ", 0)
}

const changesHeader = "address,change,row,old_status,old_reason,old_operator,new_status,new_reason,new_operator"

// CSV makes a function that writes changes as rows of a CSV, the header first, and one that ends it. If the
// newer run was over several lists, a last column says which one a row is in.
func CSV(w io.Writer) (change func(Change) error, end func() error) {
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
		cells := []string{c.Change, strconv.Itoa(c.Row), c.OldStatus, c.OldReason, c.OldOperator, c.NewStatus,
			c.NewReason, c.NewOperator}
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

// JSON makes a function that writes changes as the first part of a JSON object, and one that ends it with the counts.
func JSON(w io.Writer) (change func(Change) error, end func(*Difference) error) {
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
