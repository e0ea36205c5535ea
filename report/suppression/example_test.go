package suppression_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/suppression"
)

// The dead addresses of a run as Amazon SES imports them.
func Example() {
	results := "row,address,status,reason,list\n1,ann@firm.com,deliverable,accepted,clean\n2,bob@firm.com,undeliverable,mailbox_unknown,removed\n"
	dir, err := os.MkdirTemp("", "example-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	ses, _ := suppression.Named("ses")
	ctx := context.Background()
	dead := suppression.Undeliverable.Of(report.Results(ctx, strings.NewReader(results)), nil)
	written, err := suppression.Export{Service: ses, Dir: dir}.Write(ctx, dead)
	if err != nil {
		panic(err)
	}
	for _, f := range written.Files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s\n%s", f.Name, text)
	}
	// Output:
	// suppression-ses-1.csv
	// bob@firm.com,BOUNCE
}
