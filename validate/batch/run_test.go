package batch

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/outdir"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/known"
)

const small = `Email,Name
Ann.Lee@Acme.Example,Ann
"Bob <bob@acme.example>",Bob
bob@acme.example,Bob again
ANN.LEE@acme.example,Ann in capitals
info@acme.example,
x@@y.example,
,Nobody
carl@acme.example; carl@null.example,Two
=1+1@acme.example,Formula
joe.doe+x@gmail.com,Joe
`

func TestResultsReadBackAsTheyWereWritten(t *testing.T) {
	f := clean(t, small, Run{Resolver: &world{mail: map[string]validate.MailStatus{"null.example": validate.IsNullMX}}, Policy: lab()})
	at := "2026-05-04T03:02:01Z"
	plain := func(row int, address, status, reason, list, detail string) Result {
		domain := address[strings.LastIndexByte(address, '@')+1:]
		return Result{Row: row, Address: address, Status: status, Reason: reason, List: list, Detail: detail,
			Operator: "somebody", MX: "mx." + domain, CheckedAt: at}
	}
	want := []Result{
		plain(1, "Ann.Lee@acme.example", "unknown", "not_probed", "clean", ""),
		plain(2, "bob@acme.example", "unknown", "not_probed", "clean", "repaired: taken out of angle brackets"),
		plain(3, "bob@acme.example", "unknown", "duplicate", "removed", "row 2"),
		plain(4, "ANN.LEE@acme.example", "risky", "duplicate_mailbox", "review", "as in row 1"),
		plain(5, "info@acme.example", "risky", "role", "review", "rfc2142"),
		{Row: 6, Address: "x@@y.example", Status: "undeliverable", Reason: "bad_syntax", List: "removed",
			Detail: "a second @ at 3", Suggestion: "x@y.example"},
		{Row: 7, Status: "undeliverable", Reason: "no_address", List: "removed"},
		plain(8, "carl@acme.example", "unknown", "not_probed", "review", ""),
		{Row: 8, Address: "carl@null.example", Status: "undeliverable", Reason: "null_mx", List: "review",
			Detail: "so the world says", CheckedAt: at},
		plain(9, "'=1+1@acme.example", "unknown", "not_probed", "clean", ""),
		plain(10, "joe.doe+x@gmail.com", "unknown", "not_probed", "clean", ""),
	}
	if diff := cmp.Diff(want, f.results); diff != "" {
		t.Error(diff)
	}
	if got := string(AppendResults(nil, true, undoSafe(f.results)...)); got != f.files["results.csv"] {
		t.Errorf("AppendResults writes\n%s\nwhere a run wrote\n%s", got, f.files["results.csv"])
	}
	if !strings.HasPrefix(f.files["results.csv"], outdir.ResultsStart) {
		t.Errorf("results.csv no longer begins with what Vacant recognises it by: %q", outdir.ResultsStart)
	}
}

// lab lets reserved names pass.
func lab() (p validate.Policy) {
	p.Ignore(validate.ReservedDomain)
	return p
}

// undoSafe takes off the apostrophes before what a spreadsheet would take for a formula.
func undoSafe(rows []Result) []Result {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].Address = strings.TrimPrefix(rows[i].Address, "'")
	}
	return rows
}

// manyRows is a list in which domains, duplicates, roles and faults come in all mixtures.
func manyRows(rnd *rand.Rand, n int) (rows []string) {
	for range n {
		local := fmt.Sprintf("person%d", rnd.IntN(n))
		switch rnd.IntN(12) {
		case 0:
			local = "info"
		case 1:
			local += "@"
		case 2:
			local = strings.ToUpper(local)
		case 3:
			local += "+news"
		}
		domain := fmt.Sprintf("d%d.example", rnd.IntN(40))
		if rnd.IntN(5) == 0 {
			domain = "gmail.com"
		}
		rows = append(rows, fmt.Sprintf("%s@%s,\"row, %d\"\n", local, domain, rnd.IntN(1000)))
	}
	return rows
}

// TestTheOrderOfRowsMattersToDuplicatesOnly: shuffled, each row keeps its verdict, and of the rows that share
// an address or a mailbox as many are duplicates as before.
func TestTheOrderOfRowsMattersToDuplicatesOnly(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		rows := manyRows(rnd, 400)
		before := clean(t, "email,note\n"+strings.Join(rows, ""), Run{Resolver: byName{}, Policy: lab()})
		rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		after := clean(t, "email,note\n"+strings.Join(rows, ""), Run{Resolver: byName{}, Policy: lab()})
		if diff := cmp.Diff(butDuplicates(before), butDuplicates(after)); diff != "" {
			t.Fatal(diff)
		}
		if count(before, validate.Duplicate) != count(after, validate.Duplicate) {
			t.Errorf("%d duplicates became %d", count(before, validate.Duplicate), count(after, validate.Duplicate))
		}
	}
}

// TestCapitalsInDomainsMatterToNobody: only the rows as they stand show them.
func TestCapitalsInDomainsMatterToNobody(t *testing.T) {
	asObjects := func(row string) string {
		address, _, _ := strings.Cut(row, ",")
		return fmt.Sprintf("{\"email\":%q}\n", address)
	}
	asLines := func(row string) string { return strings.TrimSuffix(row, "\n") + "\r" } // which no chart is drawn of
	for _, tt := range []struct {
		name, header, clean string
		form                func(row string) string
		run                 Run
	}{
		{"sound domains", "email,note\n", "clean.csv", nil, Run{}},
		{"all sorts of domains", "email,note\n", "clean.csv", nil, Run{Resolver: byName{}, YesRemove: true}},
		{"with a forecast", "email,note\n", "clean.csv", nil, Run{Resolver: byName{}, YesRemove: true,
			Forecaster: plain{}}},
		{"row by row", "email,note\r", "clean.csv", asLines, Run{}},
		{"objects", "", "clean.jsonl", asObjects, Run{Resolver: byName{}, YesRemove: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.run.Policy = lab()
			rows := manyRows(rand.New(rand.NewPCG(7, 8)), 700)
			if tt.form != nil {
				for i := range rows {
					rows[i] = tt.form(rows[i])
				}
			}
			capitals := slices.Clone(rows)
			for i := range capitals {
				if at := strings.IndexByte(capitals[i], '@'); i%3 != 0 {
					end := at + strings.Index(capitals[i][at:], ".") + 2
					capitals[i] = capitals[i][:at] + strings.ToUpper(capitals[i][at:end]) + capitals[i][end:]
				}
			}
			want, got := clean(t, tt.header+strings.Join(rows, ""), tt.run),
				clean(t, tt.header+strings.Join(capitals, ""), tt.run)
			kept := tt.header
			for i := range got.results {
				if got.results[i].List == "clean" {
					kept += capitals[i]
				}
				if want.results[i].Reason == "bad_syntax" { // the text of no address
					want.results[i].Address, got.results[i].Address = "", ""
				}
			}
			if diff := cmp.Diff(want.results, got.results); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(kept, got.files[tt.clean]); diff != "" {
				t.Error(diff)
			}
			if got.sum.Clean < 20 || got.sum.Review < 20 || got.sum.Removed < 20 {
				t.Errorf("the list shows little: %+v", got.sum.Counts)
			}
		})
	}
}

// butDuplicates are the verdicts by mailbox, each once, without what other rows speak for.
func butDuplicates(f finished) (all []string) {
	for _, r := range f.results {
		if !strings.HasPrefix(r.Reason, "duplicate") {
			local, domain, _ := strings.Cut(r.Address, "@")
			all = append(all, string(known.SameMailbox(nil, local, domain))+" "+r.Reason+" "+r.List)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func count(f finished, reason validate.Reason) (n int64) {
	for _, r := range f.sum.Reasons {
		if r.Reason == reason {
			n += r.Rows
		}
	}
	return n
}

// TestDuplicatesAgainstAMap compares the search in spool.Partitions with the obvious way.
func TestDuplicatesAgainstAMap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	rows := manyRows(rnd, 5000)
	f := clean(t, "email,note\n"+strings.Join(rows, ""), Run{Policy: lab()})
	first := map[string]int{}
	for _, r := range f.results {
		if r.Reason == "bad_syntax" {
			continue
		}
		if row, ok := first[r.Address]; !ok {
			first[r.Address] = r.Row
		} else if want := fmt.Sprintf("row %d", row); r.Reason != "duplicate" || r.Detail != want {
			t.Fatalf("row %d, %s: %s %q, want duplicate %q", r.Row, r.Address, r.Reason, r.Detail, want)
		}
	}
	if n := int64(len(f.results)) - int64(len(first)) - count(f, validate.BadSyntax); n == 0 ||
		n != count(f, validate.Duplicate) {
		t.Errorf("%d duplicates, want %d", count(f, validate.Duplicate), n)
	}
}

func TestSeveralWorkersWriteWhatOneWrites(t *testing.T) {
	data := "email,note\n" + strings.Join(manyRows(rand.New(rand.NewPCG(5, 6)), 3000), "")
	one := do(t, Run{Source: openList(t, data, contacts.Options{}), Workers: 1, Resolver: byName{}, Policy: lab()})
	many := do(t, Run{Source: openList(t, data, contacts.Options{BlockSize: 1 << 10}), Workers: 7, Resolver: byName{},
		Policy: lab()})
	if diff := cmp.Diff(one.files, many.files); diff != "" {
		t.Error(diff)
	}
	if one.sum.Read != 3001 || one.sum.Clean == 0 || one.sum.Review == 0 || one.sum.Removed == 0 {
		t.Errorf("the list shows little: %+v", one.sum)
	}
}

func TestARowMovesWithItsReason(t *testing.T) {
	p := lab()
	p.Move(validate.Clean, validate.Duplicate)
	p.Move(validate.Removed, validate.Role)
	p.Move(validate.Review, validate.NotProbed)
	f := clean(t, "email\na@x.example\na@x.example\ninfo@x.example\n", Run{Policy: p})
	want := []string{"a@x.example duplicate clean", "a@x.example not_probed review", "info@x.example role removed"}
	if diff := cmp.Diff(want, f.reasonsOf()); diff != "" {
		t.Error(diff)
	}
}

func TestListsOfOnesOwn(t *testing.T) {
	var unsubscribed, bounced AddressSet
	for set, text := range map[*AddressSet]string{&unsubscribed: "Ann@X.example", &bounced: "bob@x.example"} {
		a, err := validate.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		set.Add(&a)
	}
	f := clean(t, "email\nann@x.example\nbob@x.example\ncarl@x.example\n",
		Run{Policy: lab(), Suppressed: &unsubscribed, Bounced: &bounced})
	want := []string{"ann@x.example suppressed removed", "bob@x.example past_bounce removed",
		"carl@x.example not_probed clean"}
	if diff := cmp.Diff(want, f.reasonsOf()); diff != "" {
		t.Error(diff)
	}
}

// TestResultsOfNonsense: whatever stands in the list, results.csv is UTF-8 and its cells are bounded.
func TestResultsOfNonsense(t *testing.T) {
	f := do(t, Run{Source: openList(t, "email,x\na\xff\xfe@b.example,1\n"+strings.Repeat("long ", 10_000)+"@,2\n",
		contacts.Options{Encoding: "UTF-8"})})
	if !utf8.ValidString(f.files["results.csv"]) || len(f.files["results.csv"]) > 1000 {
		t.Errorf("results.csv has %d octets: %.1000q", len(f.files["results.csv"]), f.files["results.csv"])
	}
	if !strings.Contains(f.files["removed.csv"], "a\xff\xfe@b.example") {
		t.Error("the row did not keep its bytes")
	}
}

func TestColumnsOfTheSameNameAreTold(t *testing.T) {
	f := clean(t, "email,Mail,email,\na@x.example,b@x.example,c@x.example,d@x.example\n", Run{})
	want := ListLayout{Format: "csv", Outputs: "csv", Encoding: "UTF-8", Delimiter: ",",
		Columns: []string{"email (column 1)"}, Left: []string{"Mail", "email (column 3)", "column 4"}}
	if diff := cmp.Diff(want, f.sum.Layout); diff != "" {
		t.Error(diff)
	}
}
