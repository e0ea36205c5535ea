package batch

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// severalOf opens lists under names.
func severalOf(t testing.TB, o contacts.Options, named ...string) (lists []NamedSource) {
	t.Helper()
	for i := 0; i < len(named); i += 2 {
		lists = append(lists, NamedSource{named[i], openList(t, named[i+1], o)})
	}
	return lists
}

// cutUp cuts a list into some of the same header, with the row of the whole at which each begins. Some hold
// no row at all.
func cutUp(rnd *rand.Rand, list string, parts int) (lists []string, starts []int) {
	lines := strings.SplitAfter(strings.TrimSuffix(list, "\n"), "\n")
	lines[len(lines)-1] += "\n"
	rows := lines[1:]
	cuts := []int{0, len(rows)}
	for range parts - 1 {
		cuts = append(cuts, rnd.IntN(len(rows)+1))
	}
	cuts = append(cuts, cuts[len(cuts)-1]) // a list without rows
	slices.Sort(cuts)
	for i, from := range cuts[:len(cuts)-1] {
		lists, starts = append(lists, lines[0]+strings.Join(rows[from:cuts[i+1]], "")), append(starts, from)
	}
	return lists, starts
}

// TestSeveralListsAreJudgedAsOne: what becomes of each row, and all counts, are those of a list that holds
// all of them one after the other.
func TestSeveralListsAreJudgedAsOne(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for range 3 {
		whole, _ := shops(rnd)
		whole = strings.ReplaceAll(whole, "\n\n", "\n") // rows are counted by lines here
		parts, starts := cutUp(rnd, whole, 1+rnd.IntN(5))
		workers, block := 1+rnd.IntN(4), 500+rnd.IntN(5000)
		o := contacts.Options{BlockSize: block, Columns: []string{"email"}, Traits: contacts.Traits{Find: true,
			Created: "joined"}}
		var named []string
		for i, part := range parts {
			named = append(named, fmt.Sprintf("part %d.csv", i), part)
		}
		seen, seenAsOne := &observing{}, &observing{}
		run := Run{Workers: workers, Resolver: byName{}, Policy: lab(), YesRemove: true, Now: aWhileAgo,
			AllowEmpty: true}
		several, asOne := run, run
		several.Several, several.Forecaster = severalOf(t, o, named...), seen
		asOne.Source, asOne.Forecaster = openList(t, whole, o), seenAsOne
		got, want := do(t, several), do(t, asOne)

		checkSameResults(t, want.results, got.results, starts)
		checkSameOutputs(t, want.files, got.files, len(parts))
		checkSameCounts(t, want.sum, got.sum, parts)
		checkSameColumns(t, seenAsOne, seen, got.sum.Lists)
	}
}

// checkSameResults compares row by row. Rows of the lists become those of the whole by where these begin.
func checkSameResults(t *testing.T, want, got []Result, starts []int) {
	t.Helper()
	number := func(file string) int {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(file, "part "), ".csv"))
		if err != nil || n >= len(starts) {
			t.Fatalf("there is no list %q", file)
		}
		return n
	}
	for i := range got {
		r := &got[i]
		if words := strings.SplitN(strings.TrimPrefix(r.Detail, "as in "), " ", 4); words[0] == "row" {
			row, err := strconv.Atoi(words[1])
			if err != nil {
				t.Fatalf("%q: %v", r.Detail, err)
			}
			of := r.File
			if len(words) == 4 {
				of = words[3]
				if of == r.File {
					t.Errorf("row %d of %s: %q names its own list", r.Row, r.File, r.Detail)
				}
			}
			r.Detail = strings.Replace(strings.TrimSuffix(r.Detail, " of "+of), words[1],
				strconv.Itoa(row+starts[number(of)]), 1)
		}
		r.Row += starts[number(r.File)]
		r.File = ""
	}
	if !slices.Equal(want, got) { // which is quick
		t.Errorf("%d lists:\n%s", len(starts), cmp.Diff(want, got))
	}
}

// checkSameOutputs compares the rows of the outputs, but for the detail, which may name another list.
func checkSameOutputs(t *testing.T, want, got map[string]string, lists int) {
	t.Helper()
	for _, name := range []string{"clean.csv", "core.csv", "held.csv", "review.csv", "removed.csv"} {
		var all [][]string
		for i := range lists {
			file, ok := got[fmt.Sprintf("part %d.csv/%s", i, name)]
			if !ok {
				t.Fatalf("list %d has no %s", i, name)
			}
			all = append(all, rowsOf(t, file)...)
		}
		if whole := rowsOf(t, want[name]); !slices.EqualFunc(whole, all, slices.Equal) {
			t.Errorf("%s of %d lists:\n%s", name, lists, cmp.Diff(whole, all))
		}
	}
}

func rowsOf(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%q: %v", text, err)
	}
	detail := slices.Index(rows[0], "pb_detail")
	for _, row := range rows[1:] {
		if detail >= 0 {
			row[detail] = ""
		}
	}
	return rows[1:]
}

// checkSameCounts compares the summaries, and adds up those of the lists.
func checkSameCounts(t *testing.T, want, got *Summary, parts []string) {
	t.Helper()
	var sum Counts
	for i, l := range got.Lists {
		if n := int64(strings.Count(parts[i], "\n")); l.Read != n || l.Read != l.Rows+l.Rejected+l.Other ||
			l.Rows != l.Clean+l.Review+l.Removed {
			t.Errorf("%s, of %d lines: %+v", l.Name, n, l.Counts)
		}
		sum.Read, sum.Rows, sum.Clean, sum.Review = sum.Read+l.Read, sum.Rows+l.Rows, sum.Clean+l.Clean,
			sum.Review+l.Review
		sum.Removed, sum.Rejected, sum.Other = sum.Removed+l.Removed, sum.Rejected+l.Rejected, sum.Other+l.Other
		sum.Core, sum.Held = sum.Core+l.Core, sum.Held+l.Held
	}
	if sum != got.Counts || len(got.Lists) != len(parts) {
		t.Errorf("the counts of %d lists come to %+v, those of all are %+v", len(got.Lists), sum, got.Counts)
	}
	more := int64(len(parts) - 1) // headers
	got.Read, got.Other = got.Read-more, got.Other-more
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Summary{}, "Lists", "List", "Notes", "Started",
		"Took")); diff != "" {
		t.Error(diff)
	}
}

// checkSameColumns compares what was seen by the values of columns. The lists are a column, too.
func checkSameColumns(t *testing.T, want, got *observing, lists []ListSummary) {
	t.Helper()
	if len(got.columns) == 0 || got.columns[0].Name != "list" {
		t.Fatalf("no column of lists among %d", len(got.columns))
	}
	rows := map[string]int64{}
	for _, v := range got.columns[0].Values {
		for _, s := range v.Settled {
			rows[v.Text] += s.Rows
		}
	}
	for _, l := range lists {
		if rows[l.Folder] > l.Rows || (l.Clean > 0 && rows[l.Folder] < l.Clean) {
			t.Errorf("%d of %s were seen, which has %d rows, %d of them clean", rows[l.Folder], l.Folder, l.Rows,
				l.Clean)
		}
	}
	if diff := cmp.Diff(want.columns, got.columns[1:]); diff != "" || len(want.columns) < 2 {
		t.Errorf("columns:\n%s", diff)
	}
	if diff := cmp.Diff(want.all, got.all); diff != "" {
		t.Errorf("all:\n%s", diff)
	}
}

func TestEachListKeepsItsForm(t *testing.T) {
	lists := severalOf(t, contacts.Options{},
		"a.csv", "Email;Name\na@x.example;Ann\nbad@@x.example;B\n",
		"b.jsonl", `{"contact":{"mail":"a@x.example"}}`+"\n"+`no object`+"\n",
		"c", "\xef\xbb\xbfC <c@x.example>\r\nA <A@x.example>\r\n")
	f := do(t, Run{Several: lists, Policy: lab()})
	delete(f.files, "results.csv")
	want := map[string]string{
		"a.csv/clean.csv":     "Email;Name\na@x.example;Ann\n",
		"a.csv/review.csv":    "Email;Name;pb_status;pb_reason;pb_detail;pb_suggestion\n",
		"a.csv/removed.csv":   "Email;Name;pb_status;pb_reason;pb_detail;pb_suggestion\nbad@@x.example;B;undeliverable;bad_syntax;a second @ at 5;bad@x.example\n",
		"b.jsonl/clean.jsonl": "", "b.jsonl/review.jsonl": "",
		"b.jsonl/removed.jsonl": `{"contact":{"mail":"a@x.example"},"pb_status":"unknown","pb_reason":"duplicate","pb_detail":"row 1 of a.csv","pb_suggestion":""}` + "\n",
		"b.jsonl/rejected.csv":  "line,why,text\n2,not a JSON object,no object\n",
		"c/clean.csv":           "\xef\xbb\xbfC <c@x.example>\r\n",
		"c/review.csv": "\xef\xbb\xbf,pb_status,pb_reason,pb_detail,pb_suggestion\r\nA " +
			"<A@x.example>,risky,duplicate_mailbox,as in row 1 of a.csv,\r\n",
		"c/removed.csv": "\xef\xbb\xbf,pb_status,pb_reason,pb_detail,pb_suggestion\r\n",
	}
	if diff := cmp.Diff(want, f.files); diff != "" {
		t.Error(diff)
	}
}

func TestOneOfSeveralListsAloneIsCleanedAsAListIs(t *testing.T) {
	list := "email\na@x.example\na@x.example\n"
	one := clean(t, list, Run{})
	several := do(t, Run{Several: severalOf(t, contacts.Options{}, "a.csv", list)})
	if diff := cmp.Diff(one.files, several.files); diff != "" || several.sum.Lists != nil {
		t.Error(diff)
	}
}

func TestColumnsOfTheSameNameAreOne(t *testing.T) {
	o := contacts.Options{Traits: contacts.Traits{Find: true}}
	seen := &observing{}
	lists := severalOf(t, o,
		"a.csv", "email,Source,shop\na@x.example,web,n\nb@x.example,web,s\n",
		"b.csv", "SOURCE ,e-mail,n\nfair,c@x.example,1\nweb,bad@@x.example,2\n",
		"c.csv", "email\nd@x.example\n")
	do(t, Run{Several: lists, Policy: lab(), Forecaster: seen, Workers: 1})
	got := settledBy{}
	for _, c := range seen.columns {
		for _, v := range c.Values {
			for _, s := range v.Settled {
				got.add(c.Name+"="+v.Text, s.Settled, s.Rows)
			}
		}
	}
	fine, bad := validate.NotProbed, validate.BadSyntax
	want := settledBy{
		"list=a.csv": {fine: 2}, "list=b.csv": {fine: 1, bad: 1}, "list=c.csv": {fine: 1},
		"Source=web": {fine: 2, bad: 1}, "Source=fair": {fine: 1},
		"shop=n": {fine: 1}, "shop=s": {fine: 1}, "n=1": {fine: 1}, "n=2": {bad: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestManyListsAreOneOpenAtATime: files that are complete are closed, however many lists there are.
func TestManyListsAreOneOpenAtATime(t *testing.T) {
	if _, err := os.ReadDir("/proc/self/fd"); err != nil {
		t.Skip("no /proc here")
	}
	var named []string
	for i := range 200 {
		named = append(named, strconv.Itoa(i), fmt.Sprintf("email\na%d@x.example\n", i))
	}
	r := Run{Several: severalOf(t, contacts.Options{}, named...), Workers: 2, Policy: lab()}
	before, most := openFiles(t), 0
	r.Progress = func(p Phase, _, _ int64) {
		if p == Split {
			most = max(most, openFiles(t))
		}
	}
	f := do(t, r)
	if f.sum.Clean != 200 || most == 0 || most-before > 60 {
		t.Errorf("%d rows are clean; %d files were open at a time, %d before", f.sum.Clean, most, before)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds)
}

func TestAnInterruptionWithinALaterListLeavesNothing(t *testing.T) {
	for _, phase := range []Phase{Survey, Split} {
		p := newTrouble(t, 2000)
		p.run.Several = append(severalOf(t, contacts.Options{}, "first.csv", "email\na@x.example\n"),
			NamedSource{"second.csv", p.run.Source})
		ctx, interrupt := context.WithCancel(t.Context())
		p.run.Progress = func(at Phase, done, total int64) {
			if at == phase && done > total/2 {
				interrupt()
			}
		}
		if _, err := p.run.Do(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v", phase, err)
		}
		p.nothingLeft(t)
	}
}

func TestAnErrorNamesTheListAmongSeveral(t *testing.T) {
	p := newTrouble(t, 200)
	p.run.Several = append(severalOf(t, contacts.Options{}, "first.csv", "email\na@x.example\n"),
		NamedSource{"second.csv", p.run.Source})
	p.run.Progress = func(at Phase, _, _ int64) {
		if at == Resolve {
			if err := os.Truncate(p.list, 100); err != nil {
				t.Error(err)
			}
		}
	}
	_, err := p.run.Do(t.Context())
	if !errors.Is(err, contacts.ErrChanged) || !strings.HasPrefix(err.Error(), "second.csv: ") {
		t.Errorf("error %v", err)
	}
	p.nothingLeft(t)
}

func TestFolderNames(t *testing.T) {
	long := strings.Repeat("ü", 200)
	for _, test := range []struct{ name, given, want string }{
		{"a plain name stays", "leads 2026_(1)+.csv", "leads 2026_(1)+.csv"},
		{"letters of any script stay, composed", "Kunden_Mu\u0308nchen.csv", "Kunden_München.csv"},
		{"folders of an archive become one name", "2026/may/leads.csv", "2026-may-leads.csv"},
		{"no way leads upwards", "../../etc/passwd", "etc-passwd"},
		{"nor to the root", "/etc/passwd", "etc-passwd"},
		{"nor to a drive", `C:\Users\x\leads.csv`, "C-Users-x-leads.csv"},
		{"dots alone are no name", "..", "list"},
		{"nor is nothing", "", "list"},
		{"nor blanks", " \t ", "list"},
		{"nothing is hidden", ".htaccess", "htaccess"},
		{"nothing looks like a flag", "--force", "force"},
		{"nor like a formula", "=1+1.csv", "1+1.csv"},
		{"no control characters", "a\x1b[31m\x00b\n.csv", "a-31m-b-.csv"},
		{"no writing from right to left by force", "a\u202evsc.exe", "a-vsc.exe"},
		{"what isn't UTF-8 is left out", "a\xff\xfeb.csv", "a-b.csv"},
		{"devices of Windows are none of ours", "CON.csv", "list-CON.csv"},
		{"nor with the raised digits that it counts too", "com¹.csv", "list-com¹.csv"},
		{"with blanks either", "aux .txt", "list-aux .txt"},
		{"it doesn't end with a dot or a blank, which Windows drops", "a. .", "a"},
		{"it is cut, at a letter, before its extension", long + ".csv", strings.Repeat("ü", 38) + ".csv"},
		{"an extension without end is none", "a." + long, "a." + strings.Repeat("ü", 39)},
	} {
		if got := folderNames([]string{test.given}); got[0] != test.want {
			t.Errorf("%s: %q becomes %q, want %q", test.name, test.given, got[0], test.want)
		}
	}
	got := folderNames([]string{"a.csv", "A.CSV", "a-2.csv", "a/b", "a-b", "Results.csv", "report.html", "", ""})
	want := []string{"a.csv", "A-2.CSV", "a-2-2.csv", "a-b", "a-b-2", "Results-2.csv", "report-2.html", "list",
		"list-2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("of the same name:\n%s", diff)
	}
}

// FuzzFolderNames: whatever lists are called, each gets a folder of its own, directly where it belongs.
func FuzzFolderNames(f *testing.F) {
	for _, names := range []string{"a\nb", "../x\n..", "a.csv\nA.csv\na-2.csv", "con\nnul.txt",
		"results.csv\nReport.JSON", "\x00\n/\n\\", strings.Repeat("ß", 99) + "\n" + strings.Repeat("ß", 98)} {
		f.Add(names)
	}
	f.Fuzz(func(t *testing.T, text string) {
		names := strings.Split(text, "\n")
		dir := t.TempDir()
		for _, own := range ownNames {
			if err := os.WriteFile(filepath.Join(dir, own), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range folderNames(names) {
			if len(name) > 120 || filepath.Base(name) != name || !filepath.IsLocal(name) {
				t.Errorf("%q", name)
			}
			if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
				t.Error(err)
			}
		}
	})
}
