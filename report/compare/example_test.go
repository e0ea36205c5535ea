package compare_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/compare"
)

// What became of the addresses between two runs.
func ExampleDiff() {
	const header = "row,address,status,reason,operator,mx\n"
	october := strings.NewReader(header +
		"1,ann@firm.com,deliverable,accepted,google,mx.firm.com\n2,bob@firm.com,deliverable,accepted,google,mx.firm.com\n")
	november := strings.NewReader(header +
		"1,bob@firm.com,deliverable,accepted,ovh,mx.ovh.net\n2,ann@firm.com,undeliverable,mailbox_unknown,ovh,mx.ovh.net\n")
	ctx := context.Background()
	counts, err := compare.Diff(ctx, report.Results(ctx, october), report.Results(ctx, november),
		func(c compare.Change) error {
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
