package compare

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/batch"
)

// csvOf is the results.csv of these rows.
func csvOf(rows ...batch.Result) string { return string(batch.AppendResults(nil, true, rows...)) }

// collect gathers a list, and the error that ended it.
func collect(list iter.Seq2[batch.Result, error]) (all []batch.Result, err error) {
	for r, e := range list {
		if e != nil {
			return all, e
		}
		all = append(all, r)
	}
	return all, nil
}

func these(rows ...batch.Result) iter.Seq2[batch.Result, error] {
	return func(yield func(batch.Result, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestResultsComeBackAsTheyWere(t *testing.T) {
	want := []batch.Result{
		{Row: 1, Address: "+tag@firm.example", Status: "unknown", Reason: "not_probed", List: "clean",
			Operator: "google", MX: "mx.firm.example", CheckedAt: "2026-11-01T09:30:00Z", PBounce: "0.0120",
			PBasis: "prior"},
		{Row: 2, Address: `"a,b"@firm.example`, Status: "risky", Reason: "quoted_local_part", List: "review",
			Detail: `it says "no"`, SMTPCode: "550", EnhancedCode: "5.1.1", SMTPText: "no such user"},
		{Row: 3, Address: "'quoted@firm.example"},
		{Row: 4},
	}
	got, err := collect(report.Results(t.Context(), strings.NewReader(csvOf(want...))))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestResultsSayWhatIsWrong(t *testing.T) {
	long := strings.Repeat("x", 2<<20)
	for name, c := range map[string]struct{ file, want string }{
		"nothing at all":          {"", "empty"},
		"a file of somebody else": {"name,email\nAnn,ann@firm.example\n", `no column "row"`},
		"a row that is cut off": {csvOf(batch.Result{Row: 1}) + "2,ann@firm.example\n",
			"wrong number of fields"},
		"a row number that is none":    {csvOf() + "one" + strings.Repeat(",", 14) + "\n", "one"},
		"a quote that is never closed": {csvOf(batch.Result{Row: 1}) + `2,"` + long, "a row has more than"},
		"a header without an end":      {long, "a row has more than"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := collect(report.Results(t.Context(), strings.NewReader(c.file))); err == nil ||
				!strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one about %q", err, c.want)
			}
		})
	}
}

func TestResultsEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for _, err := range report.Results(ctx, strings.NewReader(csvOf(make([]batch.Result, 9)...))) {
		if n++; n == 3 {
			cancel()
		}
		if err != nil && (n != 4 || !errors.Is(err, context.Canceled)) {
			t.Errorf("row %d: %v", n, err)
		}
	}
	if n != 4 {
		t.Errorf("%d rows after the end", n)
	}
}

// shuffled are rows of few mailboxes in an order without sense, so that many are of one mailbox.
func shuffled(n int) (rows []batch.Result) {
	for i := range n {
		name := "user" + fmt.Sprint(i*7919%(n/3+1))
		if i%4 == 0 {
			name = strings.ToUpper(name)
		}
		rows = append(rows, batch.Result{Row: i + 1, Address: name + "@firm.example", Detail: strings.Repeat("é", i%9)})
	}
	return rows
}

func TestSortedIsAStableSortHoweverLittleRoomThereIs(t *testing.T) {
	rows := shuffled(500)
	want := slices.Clone(rows)
	slices.SortStableFunc(want, func(a, b batch.Result) int {
		return strings.Compare(Mailbox(a.Address),
			Mailbox(b.Address))
	})
	for _, room := range []int{1, 300, 5000, sortedInMemory} {
		got, err := collect(sorted(these(rows...), room))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("room for %d octets:\n%s", room, diff)
		}
	}
}

func TestSortedHandsOnAnError(t *testing.T) {
	broken := errors.New("broken")
	list := func(yield func(batch.Result, error) bool) { yield(batch.Result{}, broken) }
	if got, err := collect(Sorted(list)); err != broken || len(got) > 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestSortedCanBeLeftEarly(t *testing.T) {
	for r, err := range sorted(these(shuffled(50)...), 200) {
		if err != nil || r.Address == "" {
			t.Error(r, err)
		}
		break
	}
}

func FuzzSorted(f *testing.F) {
	f.Add(csvOf(shuffled(9)...), 100)
	f.Add(csvOf(batch.Result{Row: -1, Address: "=\x00\"\n'", SMTPText: "é\xff"}), 1)
	f.Add("row,address,status,reason\n1,\"", 0)
	f.Fuzz(func(t *testing.T, file string, room int) {
		all, failed := collect(report.Results(t.Context(), strings.NewReader(file)))
		got, err := collect(sorted(report.Results(t.Context(), strings.NewReader(file)), room))
		if (failed == nil) != (err == nil) {
			t.Fatalf("reading: %v; sorting: %v", failed, err)
		}
		if failed != nil {
			return
		}
		slices.SortStableFunc(all, func(a, b batch.Result) int {
			return strings.Compare(Mailbox(a.Address),
				Mailbox(b.Address))
		})
		if diff := cmp.Diff(all, got); diff != "" {
			t.Error(diff)
		}
	})
}
