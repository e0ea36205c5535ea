package report_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// A finished run, told again.
func ExampleText() {
	result := &report.Result{Summary: &batch.Summary{
		List: "contacts.csv", Layout: batch.ListLayout{Columns: []string{"E-Mail"}, Encoding: "UTF-8"},
		Counts:  batch.Counts{Read: 3, Rows: 2, Clean: 1, Removed: 1, Other: 1},
		Reasons: []batch.ReasonCount{{Reason: validate.NoDomain, List: validate.Removed, Rows: 1, Sentence: validate.NoDomain.Sentence()}},
	}}
	if err := report.Text(os.Stdout, result, "contacts-prebounce"); err != nil {
		panic(err)
	}
	// Output:
	// 1 of 2 rows can be mailed
	//   0 to look through first, 1 removed. This run made no forecast.
	//
	// what to do next
	//   1. Send clean.csv (1 row).
	//   2. Do not mail removed.csv (1 row).
	//
	// contacts.csv: addresses from "E-Mail"
	//
	//   clean    1  no problems found
	//   review   0  look through these before you send
	//   removed  1  would not arrive, or must not be mailed
	//   other    1  header, titles, blank lines: kept in clean.csv
	//   read     3
	//
	// removed, because
	//   1  no_domain  the domain does not exist
	//
	// outputs in contacts-prebounce/
}

// What became of the addresses between two runs.
func ExampleDiff() {
	const header = "row,address,status,reason,operator,mx\n"
	october := strings.NewReader(header + "1,ann@firm.com,deliverable,accepted,google,mx.firm.com\n2,bob@firm.com,deliverable,accepted,google,mx.firm.com\n")
	november := strings.NewReader(header + "1,bob@firm.com,deliverable,accepted,ovh,mx.ovh.net\n2,ann@firm.com,undeliverable,mailbox_unknown,ovh,mx.ovh.net\n")
	ctx := context.Background()
	counts, err := report.Diff(ctx, report.Results(ctx, october), report.Results(ctx, november), func(c report.Change) error {
		fmt.Println(c.Address, c.Change, c.NewReason, c.NewOperator)
		return nil
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(counts.Dead, counts.Moved)
	// Output:
	// ann@firm.com dead mailbox_unknown ovh
	// bob@firm.com moved accepted ovh
	// 1 1
}
