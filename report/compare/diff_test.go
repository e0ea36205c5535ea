package compare

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// found is a result with a reason; its domain has a mail host if an operator is named.
func found(address string, reason validate.Reason, operator string) batch.Result {
	r := batch.Result{Row: 1, Address: address, Status: reason.Verdict().String(), Reason: reason.String(),
		Operator: operator}
	if operator != "" {
		r.MX = "mx." + operator
	}
	return r
}

func TestWhatBecomesOfAnAddress(t *testing.T) {
	for name, c := range map[string]struct {
		older, newer              validate.Reason
		operator, operator2, want string
	}{
		"a mailbox that is gone": {validate.Accepted, validate.MailboxUnknown, "google",
			"google", Dead},
		"a domain that is gone, and its operator with it": {validate.NotProbed, validate.NoDomain, "google", "",
			Dead},
		"a domain that is back": {validate.NoDomain, validate.NotProbed, "", "google",
			Recovered},
		"a domain that was not asked about again": {validate.NoDomain, validate.NotProbed, "", "", Unsettled},
		"a domain that nobody answers for":        {validate.NullMX, validate.DNSFailed, "", "", Unsettled},
		"a mailbox that is back": {validate.MailboxUnknown, validate.Accepted, "google",
			"google", Recovered},
		"a mailbox that is there and full": {validate.MailboxDisabled, validate.MailboxFull,
			"google", "google", Recovered},
		"a mailbox that was not asked about again": {validate.MailboxUnknown, validate.NotProbed, "google",
			"google", Unsettled},
		"a mailbox at a host that now takes anything": {validate.MailboxUnknown, validate.CatchAll, "google",
			"ovh", Unsettled},
		"a refusal that was about us": {validate.MailboxUnknown, validate.SenderBlocked,
			"google", "google", Unsettled},
		"a bounce that the newer run was not told of": {validate.PastBounce, validate.NotProbed, "google",
			"google", Unsettled},
		"a lab that became the world": {validate.ReservedDomain, validate.NotProbed, "",
			"google", Recovered},
		"a lab that became the world, which does not speak": {validate.ReservedDomain, validate.DNSFailed, "", "",
			Unsettled},
		"other mail hosts": {validate.NotProbed, validate.Accepted, "google", "ovh",
			Moved},
		"mail hosts that were not known before": {validate.NotProbed, validate.NotProbed, "", "ovh", ""},
		"dead as before, for another reason": {validate.NoDomain, validate.MailboxUnknown, "", "ovh",
			""},
		"as it was": {validate.Role, validate.Role, "google", "google", ""},
	} {
		t.Run(name, func(t *testing.T) {
			older, newer := found("a@b.example", c.older, c.operator), found("a@b.example", c.newer, c.operator2)
			if got := change(&older, &newer); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestWhatABrakeHeldBackIsNotDead: neither run believed it, so neither does the comparison.
func TestWhatABrakeHeldBackIsNotDead(t *testing.T) {
	held := func(r batch.Result) *batch.Result { r.Braked = true; return &r }
	alive, dead := found("a@b.example", validate.NotProbed, "google"), found("a@b.example", validate.NoDomain, "")
	for name, c := range map[string]struct {
		older, newer *batch.Result
		want         string
	}{
		"held by the newer run":       {&alive, held(dead), Held},
		"held by both":                {held(dead), held(dead), Held},
		"dead before, and held now":   {&dead, held(dead), ""},
		"held before, and dead now":   {held(dead), &dead, Dead},
		"held before, and alive now":  {held(dead), &alive, ""},
		"not held, and dead for once": {&alive, &dead, Dead},
	} {
		t.Run(name, func(t *testing.T) {
			if got := change(c.older, c.newer); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// runs are two lists with one of everything.
func runs() (older, newer []batch.Result) {
	older = []batch.Result{
		found("zoe@firm.example", validate.NotProbed, "google"),
		found("Ann@firm.example", validate.NotProbed, "google"),
		found("ann@firm.example", validate.Duplicate, "google"),
		found("left@firm.example", validate.NotProbed, "google"),
		found("back@lost.example", validate.NoDomain, ""),
		found("no address", validate.BadSyntax, ""),
		found("", validate.NoAddress, ""),
		found("moved@firm.example", validate.Accepted, "google"),
		found("quiet@lost.example", validate.MailboxUnknown, "google"),
	}
	newer = []batch.Result{
		found("moved@firm.example", validate.Accepted, "ovh"),
		found("ann@Firm.example", validate.MailboxUnknown, "google"),
		found("joined@firm.example", validate.NotProbed, "google"),
		found("born-dead@lost.example", validate.NoDomain, ""),
		found("back@lost.example", validate.NotProbed, "ovh"),
		found("quiet@lost.example", validate.Greylisted, "google"),
		found("zoe@firm.example", validate.Accepted, "google"),
	}
	return older, newer
}

func diffOf(t *testing.T) (changes []Change, d *Difference) {
	t.Helper()
	older, newer := runs()
	d, err := Diff(t.Context(), these(older...), these(newer...), func(c Change) error {
		changes = append(changes, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return changes, d
}

func TestDiffCountsEveryMailboxOnce(t *testing.T) {
	changes, d := diffOf(t)
	want := &Difference{
		Both: 5, OnlyOld: 1, OnlyNew: 2, Arrived: 1, Dead: 1, Recovered: 1, Unsettled: 1, Moved: 1,
		Why: []Count{{"mailbox_unknown", 1}}, Moves: []Move{{"google", "ovh", 1}},
	}
	if diff := cmp.Diff(want, d, cmpopts.IgnoreUnexported(Difference{})); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, c := range changes {
		got = append(got, c.Address+" "+c.Change)
	}
	if diff := cmp.Diff([]string{"ann@Firm.example dead", "back@lost.example recovered", "moved@firm.example moved",
		"quiet@lost.example unsettled"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestDiffOfARunWithItselfIsNothing(t *testing.T) {
	rows := shuffled(200)
	d, err := Diff(t.Context(), these(rows...), these(rows...),
		func(c Change) error { return fmt.Errorf("changed: %v", c) })
	if err != nil || d.Both != 67 || d.OnlyOld+d.OnlyNew != 0 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestDiffEndsWithTheErrorOfEitherListOrOfTheReceiver(t *testing.T) {
	broken := errors.New("broken")
	older, newer := runs()
	bad := func(yield func(batch.Result, error) bool) { yield(batch.Result{}, broken) }
	fine := func(Change) error { return nil }
	if _, err := Diff(t.Context(), bad, these(newer...), fine); err != broken {
		t.Errorf("older: %v", err)
	}
	if _, err := Diff(t.Context(), these(older...), bad, fine); err != broken {
		t.Errorf("newer: %v", err)
	}
	if _, err := Diff(t.Context(), these(older...), these(newer...),
		func(Change) error { return broken }); err != broken {
		t.Errorf("receiver: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Diff(ctx, these(older...), these(newer...), fine); !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
}

func TestDiffTextHasCountsAndNoAddress(t *testing.T) {
	_, d := diffOf(t)
	var b bytes.Buffer
	if err := Text(&b, d); err != nil {
		t.Fatal(err)
	}
	want := `in both lists      5
  newly dead       1  undeliverable now, but not before
  recovered        1  undeliverable before, but later findings disagree
  unsettled        1  undeliverable before, and not checked since
  moved            1  another operator runs the mail hosts
only in the older  1
only in the newer  2  1 of them undeliverable

newly dead, because
  1  mailbox_unknown

moved, from one operator to another
  1  google to ovh
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestDiffCSVIsSafeInASpreadsheet(t *testing.T) {
	var b bytes.Buffer
	change, _ := CSV(&b)
	if err := change(Change{Address: "=cmd@firm.example", Change: Dead, Row: 3, NewReason: "a,b"}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	want := [][]string{
		{"address", "change", "row", "old_status", "old_reason", "old_operator", "new_status", "new_reason",
			"new_operator"},
		{"'=cmd@firm.example", "dead", "3", "", "", "", "", "a,b", ""},
	}
	if diff := cmp.Diff(want, rows); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestDiffJSONIsOneObject(t *testing.T) {
	changes, d := diffOf(t)
	for _, want := range [][]Change{changes, {}} {
		var b bytes.Buffer
		change, end := JSON(&b)
		for _, c := range want {
			if err := change(c); err != nil {
				t.Fatal(err)
			}
		}
		if err := end(d); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Changes []Change
			Counts  *Difference
		}
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if diff := cmp.Diff(want, got.Changes); diff != "" || got.Counts.Both != d.Both {
			t.Errorf("%+v\n%s", got.Counts, diff)
		}
	}
}

// TestDiffTellsOperatorsSafely: they come from DNS.
func TestDiffTellsOperatorsSafely(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, &Difference{Moves: []Move{{"\x1b[2J", "x", 1}}}); err != nil || strings.Contains(b.String(),
		"\x1b") {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func BenchmarkDiff(b *testing.B) {
	var older, newer []batch.Result
	for i := range 100_000 {
		r := found(fmt.Sprintf("user%d@firm.example", i*7919%100_003), validate.NotProbed, "google")
		older = append(older, r)
		if i%50 == 0 {
			r = found(r.Address, validate.MailboxUnknown, "google")
		}
		newer = append(newer, r)
	}
	was, is := csvOf(older...), csvOf(newer...)
	b.SetBytes(int64(len(was) + len(is)))
	b.ReportAllocs()
	for b.Loop() {
		write, _ := CSV(io.Discard)
		d, err := Diff(b.Context(), report.Results(b.Context(), strings.NewReader(was)), report.Results(b.Context(),
			strings.NewReader(is)), write)
		if err != nil || d.Dead != 2000 {
			b.Fatal(d, err)
		}
	}
}

func TestDiffCSVNamesTheListOfARow(t *testing.T) {
	var b strings.Builder
	change, end := CSV(&b)
	for _, err := range []error{change(Change{Address: "a@x.example", Change: Dead, Row: 3, File: "a, b.csv"}), end()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if want := changesHeader + ",file\na@x.example,dead,3,,,,,,,\"a, b.csv\"\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
