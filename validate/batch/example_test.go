package batch_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
)

// A list from a reader, cleaned without the network: with a Resolver DNS is asked, with an Asker mail hosts are.
func ExampleRun() {
	ctx := context.Background()
	list := strings.NewReader("Name;E-Mail\nAnn;ann@firm.com\nBob;bob@firm\nCleo;info@firm.com\nAnn " +
		"again;ann@firm.com\n")
	source, err := contacts.Open(ctx, "-", contacts.Options{Stdin: list})
	if err != nil {
		panic(err)
	}
	defer source.Close()
	dir, err := os.MkdirTemp("", "example-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	run := batch.Run{Name: "list", Source: source, Dir: filepath.Join(dir, "out")}
	sum, err := run.Do(ctx)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d rows: %d clean, %d review, %d removed\n", sum.Rows, sum.Clean, sum.Review, sum.Removed)
	for _, name := range []string{"clean.csv", "removed.csv"} {
		text, err := os.ReadFile(filepath.Join(run.Dir, name))
		if err != nil {
			panic(err)
		}
		fmt.Printf("\n%s\n%s", name, text)
	}
	// Output:
	// 4 rows: 1 clean, 1 review, 2 removed
	//
	// clean.csv
	// Name;E-Mail
	// Ann;ann@firm.com
	//
	// removed.csv
	// Name;E-Mail;pb_status;pb_reason;pb_detail;pb_suggestion
	// Bob;bob@firm;undeliverable;dotless_domain;;
	// Ann again;ann@firm.com;unknown;duplicate;row 1;
}
