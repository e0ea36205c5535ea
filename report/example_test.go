package report_test

import (
	"os"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// A finished run is read from its folder and reported again.
func ExampleText() {
	result := &report.Result{Summary: &batch.Summary{
		List: "contacts.csv", Layout: batch.ListLayout{Columns: []string{"E-Mail"}, Encoding: "UTF-8"},
		Counts: batch.Counts{Read: 3, Rows: 2, Clean: 1, Removed: 1, Other: 1},
		Reasons: []batch.ReasonCount{{Reason: validate.NoDomain, List: validate.Removed, Rows: 1,
			Sentence: validate.NoDomain.Sentence()}},
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
