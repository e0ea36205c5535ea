package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/exports"
)

func TestVerifiersAreSetAgainstWhatCame(t *testing.T) {
	rows := []string{
		"ann@firm.com,valid,ok", "bob@firm.com,valid,ok", // bob bounced
		"cy@firm.com,invalid,invalid", "di@firm.com,invalid,ok", // cy bounced
		"el@firm.com,catch-all,catch_all", "fay@firm.com,invalid,invalid", // of fay nobody knows
		"ann@firm.com,invalid,invalid", "nobody,invalid,invalid", // repeated; no address
		"gil@firm.com,unknown,",
	}
	l := sentList(t, "Email,ZB Status,mv result\n"+strings.Join(rows, "\n")+"\n")
	c := heard(t, l, bounces.Event{Address: "bob@firm.com", Fate: bounces.Dead}, bounces.Event{Address: "CY@firm.com",
		Fate: bounces.Dead}, bounces.Event{Address: "fay@firm.com", Fate: bounces.Untold})
	e := exports.Read(exports.Sample{Names: l.Layout().Names, Width: 3, Cells: func(column int) (cells []string) {
		for _, row := range rows {
			cells = append(cells, strings.Split(row+",,", ",")[column])
		}
		return cells
	}})
	if err := c.Verify(t.Context(), l, e); err != nil {
		t.Fatal(err)
	}
	var zb, mv Verified
	zb.Title, mv.Title = "ZeroBounce", "MillionVerifier"
	zb.Words[exports.CalledValid], zb.Words[exports.CalledDead] = Came{1, 1}, Came{1, 1}
	zb.Words[exports.CalledCatchAll], zb.Words[exports.NotCalled] = Came{Delivered: 1}, Came{Delivered: 1}
	mv.Words[exports.CalledValid], mv.Words[exports.CalledDead] = Came{2, 1}, Came{Bounced: 1}
	mv.Words[exports.CalledCatchAll], mv.Words[exports.NotCalled] = Came{Delivered: 1}, Came{Delivered: 1}
	slices.SortFunc(c.Verifiers, func(a, b Verified) int { return -strings.Compare(a.Title, b.Title) })
	if diff := cmp.Diff([]Verified{zb, mv}, c.Verifiers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	says := strings.Join(verifiers(c.Verifiers[:1]).Says, " ")
	if want := "ZeroBounce called 2 contacts invalid: 1 bounced hard, 1 was delivered. ZeroBounce called 2 " +
		"contacts valid: 1 bounced hard."; says != want {
		t.Errorf("says %q, want %q", says, want)
	}
}
