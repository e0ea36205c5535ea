package batch

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

const statedHeader = "Record ID,Email,Unsubscribed from all email,Email hard bounce reason,Marketing email " +
	"confirmation status\n"

// statedAddresses are spellings, and mailboxes by the number of which they are one.
var statedAddresses = []struct {
	text    string
	mailbox int
}{
	{"ann.lee@gmail.com", 0}, {"annlee@gmail.com", 0}, {"Ann.Lee+news@googlemail.com", 0}, {"bob@pickleford.com",
		1}, {"Bob@pickleford.com", 1}, {"info@pickleford.com", 2},
	{"carl@gurkenwerk.de", 3}, {"dora@gurkenwerk.de", 4}, {"eve@gmx.de", 5}, {"=eve@gmx.de", 6},
}

// madeRow is a row of a made list, and what holds for its addresses.
type madeRow struct {
	text      string
	mailboxes []int
	says      validate.Reason // NotProbed: nothing that holds for the address
}

func makeRow(b byte, more byte) madeRow {
	a := statedAddresses[int(b&15)%len(statedAddresses)]
	r := madeRow{mailboxes: []int{a.mailbox}, says: validate.NotProbed}
	cells := [...]struct {
		text string
		says validate.Reason
	}{
		{",,", r.says}, {"false,,Confirmed", r.says}, {"TRUE,,", validate.OptedOut}, {",UNKNOWN_USER,",
			validate.PastBounce}, {",MAILBOX_FULL,", r.says},
		{",,Confirmation Pending", r.says}, {"moon,POLICY,moon", r.says}, {"true,Unknown User,", validate.OptedOut},
	}[b>>4&7]
	address := a.text
	if more > 0 && b&0x80 != 0 {
		other := statedAddresses[int(more)%len(statedAddresses)]
		address += "; " + other.text
		r.mailboxes = append(r.mailboxes, other.mailbox)
	}
	r.text, r.says = "1,"+address+","+cells.text+"\n", cells.says
	return r
}

// barredOf is the gravest reason that is stated of each mailbox.
func barredOf(rows []madeRow) map[int]validate.Reason {
	barred := map[int]validate.Reason{}
	for _, r := range rows {
		for i, m := range r.mailboxes {
			if i > 0 && r.says == validate.PastBounce {
				break // it is the first address that bounced
			}
			if was, ok := barred[m]; r.says != validate.NotProbed && (!ok || r.says < was) {
				barred[m] = r.says
			}
		}
	}
	return barred
}

// FuzzStated: what one row says of an address holds for it in every row and list, in any order, and for no other
// address.
func FuzzStated(f *testing.F) {
	f.Add([]byte{0x00, 0x20, 0x31, 0x45, 0x9f, 0x07}, uint8(0), uint64(1))
	f.Add([]byte{0x03, 0x23, 0x04, 0x05, 0x25, 0x15, 0x75, 0x06, 0x56}, uint8(40), uint64(2))
	f.Add([]byte{0x87, 0x88, 0xa7, 0x08, 0x09, 0xb0, 0x01}, uint8(200), uint64(3))
	f.Fuzz(func(t *testing.T, data []byte, block uint8, seed uint64) {
		var rows []madeRow
		for i, b := range data[:min(len(data), 49)] { // fewer than it takes to doubt them
			rows = append(rows, makeRow(b, byte(seed>>8)+byte(i)))
		}
		if len(rows) == 0 {
			return
		}
		rnd := rand.New(rand.NewPCG(seed, 0))
		got := cleanStated(t, rows, rnd, 1+int(block), 4)
		if again := cleanStated(t, rows, rand.New(rand.NewPCG(seed, 0)), 1<<18, 1); !cmp.Equal(got.files, again.files) {
			t.Errorf("with other blocks and workers:\n%s", cmp.Diff(again.files, got.files))
		}
		checkStated(t, rows, got)
		checkIndependent(t, rows, got)
		rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		checkStated(t, rows, cleanStated(t, rows, rnd, 1+int(block), 2))
	})
}

// cleanStated cleans some rows, cut up into lists.
func cleanStated(t *testing.T, rows []madeRow, rnd *rand.Rand, block, workers int) finished {
	t.Helper()
	var text strings.Builder
	text.WriteString(statedHeader)
	for _, r := range rows {
		text.WriteString(r.text)
	}
	parts, _ := cutUp(rnd, text.String(), 1+rnd.IntN(3))
	var named []string
	for i, part := range parts {
		named = append(named, fmt.Sprintf("part %d.csv", i), part)
	}
	o := contacts.Options{BlockSize: block, Columns: []string{"Email"}}
	return do(t, Run{Workers: workers, Several: severalOf(t, o, named...), AllowEmpty: true, YesUnreadable: true})
}

// firstResults are the results on the first address of each row, in the order of the rows.
func firstResults(results []Result) (first []Result) {
	for _, r := range results {
		if len(first) == 0 || first[len(first)-1].File != r.File || first[len(first)-1].Row != r.Row {
			first = append(first, r)
		}
	}
	return first
}

// checkStated: a row whose address must not be mailed is removed for the gravest reason, and none that holds such an
// address is in clean.
func checkStated(t *testing.T, rows []madeRow, got finished) {
	t.Helper()
	barred, first := barredOf(rows), firstResults(got.results)
	if len(first) != len(rows) {
		t.Fatalf("%d rows came out of %d", len(first), len(rows))
	}
	for i, r := range rows {
		want, ok := barred[r.mailboxes[0]]
		// the other address may be mailed
		halfway := want == validate.PastBounce && len(r.mailboxes) > 1 && first[i].List == "review"
		if ok && (first[i].Reason != want.String() || (first[i].List != "removed" && !halfway)) {
			t.Errorf("row %d, %q: %s, %s, want %s", i+1, r.text, first[i].Reason, first[i].List, want)
		}
		further := slices.ContainsFunc(r.mailboxes, func(m int) bool { _, ok := barred[m]; return ok })
		if further && first[i].List == "clean" {
			t.Errorf("row %d, %q, is in clean, and one of its addresses must not be mailed", i+1, r.text)
		}
	}
}

// checkIndependent: the other rows come out as they do without those.
func checkIndependent(t *testing.T, rows []madeRow, got finished) {
	t.Helper()
	barred, first := barredOf(rows), firstResults(got.results)
	var others []madeRow
	var want []string
	for i, r := range rows {
		_, out := barred[r.mailboxes[0]]
		if !out && slices.ContainsFunc(r.mailboxes, func(m int) bool { _, ok := barred[m]; return ok }) {
			return // that row is looked at first, and others are its duplicates
		}
		if !out {
			others = append(others, r)
			want = append(want, first[i].Address+" "+first[i].Reason+" "+first[i].List)
		}
	}
	if len(others) == 0 {
		return
	}
	alone := cleanStated(t, others, rand.New(rand.NewPCG(1, 0)), 1<<18, 1)
	var is []string
	for _, r := range firstResults(alone.results) {
		is = append(is, r.Address+" "+r.Reason+" "+r.List)
	}
	if diff := cmp.Diff(want, is); diff != "" {
		t.Errorf("without the rows that must not be mailed (-with +without):\n%s", diff)
	}
}

// TestManyStatements: they don't fit memory, and the rows they are about stand anywhere.
func TestManyStatements(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	b.WriteString("Email,Status\n")
	out := map[int]bool{}
	const rows, people = 60_000, 40_000
	for range rows {
		n, status := rnd.IntN(people), "subscribed"
		if n%3 == 0 && rnd.IntN(2) == 0 {
			out[n], status = true, "unsubscribed"
		}
		fmt.Fprintf(&b, "person%d@pickleford.com,%s\n", n, status)
	}
	got := clean(t, b.String(), Run{Workers: 3})
	seen, removed := map[string]bool{}, int64(0)
	for _, r := range got.results {
		var n int
		if _, err := fmt.Sscanf(r.Address, "person%d@", &n); err != nil {
			t.Fatal(err)
		}
		want := "not_probed"
		switch {
		case out[n]:
			want = "opted_out"
			removed++
		case seen[r.Address]:
			want = "duplicate"
		}
		if seen[r.Address] = true; r.Reason != want {
			t.Fatalf("row %d, %s: %s, want %s", r.Row, r.Address, r.Reason, want)
		}
	}
	if c := got.sum.Consent; c == nil || c.Rows != removed || len(c.Columns) != 1 ||
		c.Columns[0].Reason != validate.OptedOut {
		t.Errorf("%+v, want %d rows", c, removed)
	}
	if strings.Contains(got.files["clean.csv"], "unsubscribed") {
		t.Error("clean.csv holds somebody who opted out")
	}
}

// TestStatementsBeyondBelief: more than half of a list, and at least fifty rows, go to review until a column is named.
func TestStatementsBeyondBelief(t *testing.T) {
	list := func(out, in int) string {
		var b strings.Builder
		b.WriteString("Email,Status\n")
		for i := range out {
			fmt.Fprintf(&b, "out%d@pickleford.com,unsubscribed\n", i)
		}
		for i := range in {
			fmt.Fprintf(&b, "in%d@pickleford.com,subscribed\n", i)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		out, in int
		names   []string
		pulled  bool
	}{
		"fifty of ninety-nine":      {50, 49, nil, true},
		"half":                      {50, 50, nil, false},
		"a short list":              {49, 0, nil, false},
		"all of them":               {60, 0, nil, true},
		"all of them, but it is so": {60, 0, []string{"Status"}, false},
	} {
		got := clean(t, list(c.out, c.in), Run{Status: StatusColumns{Names: c.names}})
		where := got.sum.Removed
		if c.pulled {
			where = got.sum.Review
		}
		if got.sum.Consent.Pulled != c.pulled || where != int64(c.out) || got.sum.Clean != int64(c.in) {
			t.Errorf("%s: pulled %v, %+v", name, got.sum.Consent.Pulled, got.sum.Counts)
		}
	}
}

// TestStatedInAnyOrder is the fuzz target over lists drawn at random.
func TestStatedInAnyOrder(t *testing.T) {
	for seed := range uint64(25) {
		rnd := rand.New(rand.NewPCG(seed, 9))
		rows := make([]madeRow, 1+rnd.IntN(40))
		for i := range rows {
			rows[i] = makeRow(byte(rnd.Uint32()), byte(rnd.Uint32()))
		}
		got := cleanStated(t, rows, rnd, 1+rnd.IntN(300), 4)
		checkStated(t, rows, got)
		checkIndependent(t, rows, got)
		rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		checkStated(t, rows, cleanStated(t, rows, rnd, 1+rnd.IntN(300), 2))
	}
}
