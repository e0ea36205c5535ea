package batch

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate/contacts"
)

// TestALineThatIsTooLongIsOneRow: however many blocks it fills, it is rejected once, with its whole text.
func TestALineThatIsTooLongIsOneRow(t *testing.T) {
	for _, c := range []struct{ name, before, long, after string }{
		{"a row", "email,n\na@b.co,1\n", "c@d.co," + strings.Repeat("x", 999), "e@f.co,2\n"},
		{"a cell in quotes that are closed", "email,n\na@b.co,1\n", `c@d.co,"` + strings.Repeat("x", 999) + `"`,
			"e@f.co,2\n"},
		{"a cell in quotes that never end", "email,n\na@b.co,1\n", `c@d.co,"` + strings.Repeat(`y""`, 999),
			"e@f.co,2\n"},
		{"an object", "{\"email\":\"a@b.co\"}\n", `{"email":"c@d.co","n":"` + strings.Repeat("x", 999) + `"}`,
			"{\"email\":\"e@f.co\"}\n"},
		{"the first object", "", `{"email":"c@d.co","n":"` + strings.Repeat("x", 999) + `"}`,
			"{\"email\":\"a@b.co\"}\n{\"email\":\"e@f.co\"}\n"},
		{"a row that looks like formulas", "email,n\na@b.co,1\n", strings.Repeat("=", 999), "e@f.co,2\n"},
		{"a row that ends where a piece does", "email,n\na@b.co,1\n", strings.Repeat("x", 512), "e@f.co,2\n"},
		{"the last row, without a line end", "email,n\na@b.co,1\ne@f.co,2\n", strings.Repeat("x", 999), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := c.before + c.long + "\n" + c.after
			if c.after == "" {
				list = c.before + c.long
			}
			o := contacts.Options{RecordCap: 128, BlockSize: 64}
			f := do(t, Run{Source: openList(t, list, o), Resolver: byName{}, Workers: 3})
			if f.sum.Rejected != 1 || len(f.results) != 2 {
				t.Errorf("%d rows rejected, %d results", f.sum.Rejected, len(f.results))
			}
			rows, err := csv.NewReader(strings.NewReader(f.files["rejected.csv"])).ReadAll()
			if err != nil || len(rows) != 2 {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			if diff := cmp.Diff(c.long, strings.TrimPrefix(rows[1][2], "'")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
