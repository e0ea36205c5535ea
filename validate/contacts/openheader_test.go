package contacts

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAHeaderIsNeverLost: a quote opens in it and is never closed, wherever that is, however long the list.
func TestAHeaderIsNeverLost(t *testing.T) {
	for _, header := range []string{
		`Email,"Name,Source`, `"Email,Name,Source`, `Email,Name,"Source`, `Email,Name","Source`, `Email,"Name""s,Source`, `Email,"First" "Name,Source`,
	} {
		for _, form := range []struct{ name, delim, end string }{{"comma", ",", "\n"}, {"semicolon", ";", "\r\n"}, {"tab", "\t", "\r"}} {
			for _, cell := range []string{"Ann %d", `"Ann %d"`, `"Ann, %d"`} {
				for _, rows := range []int{3, 300, 40_000} {
					if rows > 300 && form.name != "comma" {
						continue
					}
					t.Run(fmt.Sprintf("%s %s %s %d", header, form.name, cell, rows), func(t *testing.T) {
						var b strings.Builder
						b.WriteString(strings.ReplaceAll(header, ",", form.delim) + form.end)
						for i := range rows {
							fmt.Fprintf(&b, "user%d@example%d.com%s"+cell+"%sweb%s", i, i%500, form.delim, i, form.delim, form.end)
						}
						counts, header := kindsOf(t, b.String())
						if counts[Header] != 1 || counts[Row] != rows || counts[Unreadable] != 0 {
							t.Errorf("%d headers, %d rows and %d that can't be read, want 1, %d and 0", counts[Header], counts[Row], counts[Unreadable], rows)
						}
						if want := strings.TrimRight(b.String()[:len(header)+1], "\r\n"); string(header) != want {
							t.Errorf("the header is %q, want %q", header, want)
						}
					})
				}
			}
		}
	}
}

// TestAQuoteThatIsNeverClosedCostsItsRow: the dialect and the rows behind it are found all the same.
func TestAQuoteThatIsNeverClosedCostsItsRow(t *testing.T) {
	for _, header := range []string{"", "Email,Name,Source\n"} {
		for _, at := range []int{0, 1, 700, 39_999} {
			t.Run(fmt.Sprintf("%q %d", header, at), func(t *testing.T) {
				var b strings.Builder
				b.WriteString(header)
				for i := range 40_000 {
					quote := ""
					if i == at {
						quote = `"`
					}
					fmt.Fprintf(&b, "user%d@example%d.com,%sAnn %d,web\n", i, i%500, quote, i)
				}
				counts, _ := kindsOf(t, b.String())
				if counts[Row] != 39_999 || counts[Unreadable] != 1 {
					t.Errorf("%d rows and %d that can't be read, want 39999 and 1", counts[Row], counts[Unreadable])
				}
			})
		}
	}
}

// kindsOf counts the records of a list by their kinds.
func kindsOf(t *testing.T, text string) (counts map[Kind]int, header []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	counts = map[Kind]int{}
	pass, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var block Block
	for {
		if block, err = pass.Next(block); err == io.EOF {
			return counts, l.Layout().Header
		} else if err != nil {
			t.Fatal(err)
		}
		var r Record
		for block.Next(&r) {
			counts[r.Kind]++
			if r.Kind == Row && len(r.Cells[0]) == 0 {
				t.Fatalf("no address in %q", r.Raw)
			}
		}
	}
}
