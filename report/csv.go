package report

import (
	"io"
	"strings"

	"github.com/prebounce/prebounce/validate/batch"
)

// CSV makes a function that writes addresses as rows of results.csv, the header first.
func CSV(w io.Writer) func(Address) error {
	n := 0
	return func(a Address) error {
		n++
		_, err := w.Write(batch.AppendResults(nil, n == 1, a.result(n)))
		return err
	}
}

func (a *Address) result(row int) batch.Result {
	r := batch.Result{Row: row, Address: a.Address, Status: a.Status.String(), Reason: a.Reason.String(),
		List: a.list.String(), Detail: a.Detail, Suggestion: a.Suggestion}
	if a.Address == "" {
		r.Address = strings.ToValidUTF8(a.Input, "\ufffd")
	}
	if a.Facts == nil {
		return r
	}
	if a.Operator != nil {
		r.Operator = *a.Operator
	}
	if a.MX != nil && len(*a.MX) > 0 {
		r.MX = (*a.MX)[0]
	}
	return r
}
