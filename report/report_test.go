package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/known"
)

var update = flag.Bool("update", false, "rewrite testdata")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("differs from %s:\n%s", path, diff)
	}
}

// large is a run in which all there is to tell happened.
func large() *batch.Summary {
	reason := func(r validate.Reason, l validate.List, rows int64) batch.ReasonCount {
		return batch.ReasonCount{Reason: r, Verdict: r.Verdict(), List: l, Rows: rows, Sentence: r.Sentence()}
	}
	return &batch.Summary{
		List: "spring\x1b[31m.csv",
		Layout: batch.ListLayout{Encoding: "Windows-1252", Guessed: true, Delimiter: ";",
			Columns: []string{"E-Mail", "Mail 2"}, Left: []string{"Besitzer\u202e"}},
		Counts: batch.Counts{Read: 1234567, Rows: 1234560, Clean: 1200000, Review: 4560, Removed: 30000,
			Rejected: 1, Other: 6},
		Addresses: 1240000, Verdicts: map[string]int64{"unknown": 1210000, "risky": 4560, "undeliverable": 25440},
		Reasons: []batch.ReasonCount{
			reason(validate.NoDomain, validate.Removed, 25440), reason(validate.Duplicate, validate.Removed, 4560),
			reason(validate.DNSFailed, validate.Review, 4559), reason(validate.CatchAll, validate.Review, 1),
			reason(validate.NotProbed, validate.Clean, 1199000), reason(validate.Role, validate.Clean, 1000),
		},
		Curable: 4559, Repairs: []batch.Count{{Name: "taken out of angle brackets", Rows: 1200},
			{Name: "apostrophe before it removed", Rows: 1}},
		DistinctDomains: 7,
		Domains: []batch.DomainCount{{Name: "gmail.com", Rows: 900000, Clean: 890000, Review: 1, Removed: 9999},
			{Name: "a.example", Rows: 1000, Clean: 1000},
			{Name: "b.example", Rows: 999, Removed: 999}, {Name: "c.example", Rows: 2, Review: 2},
			{Name: "d.example", Rows: 1, Clean: 1}, {Name: "e.example", Rows: 1, Clean: 1}},
		Operators: []batch.DomainCount{{Name: "google", Rows: 900100, Clean: 890100, Review: 1, Removed: 9999}},
		DNS:       true, Brake: batch.Brake{Distinct: 1235000, Removed: 25440},
		Notes:      []string{"read as Windows-1252 (a guess)"},
		NotChecked: []string{"whether the mailboxes exist: no mail server was asked"},
		Started:    time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC), Took: 12 * time.Second,
	}
}

func TestText(t *testing.T) {
	for name, s := range map[string]*batch.Summary{
		"large.txt": large(),
		"empty.txt": {List: "empty.csv", Layout: batch.ListLayout{Encoding: "UTF-8", Columns: []string{"email"}},
			Counts: batch.Counts{Read: 1, Other: 1}},
		"one.txt": {List: "-", Layout: batch.ListLayout{Encoding: "UTF-16LE", Columns: []string{"column 1"}},
			Counts: batch.Counts{Read: 1, Rows: 1, Clean: 1},
			Reasons: []batch.ReasonCount{{Reason: validate.NotProbed, List: validate.Clean, Rows: 1,
				Sentence: validate.NotProbed.Sentence()}},
			Domains: []batch.DomainCount{{Name: "gmail.com", Rows: 1, Clean: 1}},
			Repairs: []batch.Count{{Name: "taken out of a mailto: link", Rows: 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := Text(&b, &Result{Summary: s}, "out"); err != nil {
				t.Fatal(err)
			}
			golden(t, name, b.String())
			for line := range strings.Lines(b.String()) {
				if strings.TrimRight(line, " \n") != strings.TrimSuffix(line, "\n") {
					t.Errorf("blanks at the end of %q", line)
				}
			}
		})
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, &Result{Summary: large()}); err != nil {
		t.Fatal(err)
	}
	golden(t, "large.json", b.String())
}

// mixed are addresses of every sort, with what was found about them.
func mixed(t *testing.T) []Address {
	t.Helper()
	var all []Address
	look := func(address string, more func(*validate.Evidence)) {
		e := validate.Look(address, &known.Lists{})
		if more != nil {
			more(&e)
		}
		all = append(all, NewAddress(address, &e, validate.Policy{}))
	}
	mail := func(m validate.Mail) func(*validate.Evidence) { return func(e *validate.Evidence) { e.Mail = m } }
	host := validate.MailHost{Name: "mx.firm.com", Preference: 10,
		Addrs: []netip.Addr{netip.MustParseAddr("198.51.100.1")}}
	look("ann@firm.com", nil)
	look("ann@firm.com", mail(validate.Mail{Status: validate.HasMX, Hosts: []validate.MailHost{host,
		{Name: "mx2.firm.com"}}, Operator: "firm.com"}))
	look("ann@firm.com", mail(validate.Mail{Status: validate.NoDNSAnswer, Detail: "SERVFAIL from 192.0.2.53"}))
	look("ann@firm.com", mail(validate.Mail{Status: validate.IsNullMX, Detail: "MX 0 . from 192.0.2.53"}))
	look("info@gmial.com", mail(validate.Mail{Status: validate.NXDomain, Detail: "NXDOMAIN from 192.0.2.53"}))
	look("ann.o'hara@gmail.com", nil)
	look("ann@mailinator.com", nil)
	look("ann@duck.com", nil)
	look("noreply@firm.com", func(e *validate.Evidence) { e.Suppressed, e.PastBounce = true, true })
	look("ann lee@firm.com", nil)
	look("no address\x1b[2J\u202e", nil)
	look(`"ann lee"@[192.0.2.1]`, nil)
	look("ännchen@münchen.de", nil)
	look("ann@localhost", nil)
	all[0].Repaired("taken out of angle brackets")
	all[3].Repaired("apostrophe before it removed")
	all[1].DuplicateOf = 1
	return all
}

func TestCard(t *testing.T) {
	var b bytes.Buffer
	for _, a := range mixed(t) {
		if err := Card(&b, a); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "cards.txt", b.String())
}

func TestAddressesAsJSON(t *testing.T) {
	var b bytes.Buffer
	if err := Addresses(&b, mixed(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, "addresses.json", b.String())
}

func TestAddressesAsCSV(t *testing.T) {
	var b bytes.Buffer
	write := CSV(&b)
	for _, a := range mixed(t) {
		if err := write(a); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "addresses.csv", b.String())
}

// TestAbsentAndNull: a field that doesn't apply is absent, one that isn't known is null, and a fact is neither.
func TestAbsentAndNull(t *testing.T) {
	const absent, null = "absent", "null"
	tests := []struct {
		name, address string
		mail          validate.Mail
		want          map[string]string
	}{
		{"DNS was not asked", "ann@firm.com", validate.Mail{},
			map[string]string{"mx": null, "operator": null, "alias": "false", "free": "false", "disposable": `"none"`,
				"role": absent, "suggestion": absent, "detail": absent, "duplicate_of": absent,
				"disposable_sources": absent}},
		{"DNS did not answer", "ann@firm.com", validate.Mail{Status: validate.NoDNSAnswer},
			map[string]string{"mx": null, "operator": null}},
		{"DNS says there is no host", "ann@firm.com", validate.Mail{Status: validate.NoMX},
			map[string]string{"mx": "[]", "operator": null}},
		{"the operator is known without DNS", "ann@gmail.com", validate.Mail{}, map[string]string{"mx": null,
			"operator": `"google"`, "free": "true"}},
		{"what is no address has no domain", "ann lee@firm.com", validate.Mail{},
			map[string]string{"address": absent, "mx": absent, "operator": absent, "alias": absent, "free": absent,
				"disposable": absent, "sendable": "false",
				"syntax": `{"valid":false,"error":"a blank","position":4}`}},
		{"without an @ there is no position", "ann", validate.Mail{},
			map[string]string{"syntax": `{"valid":false,"error":"there is no @"}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := validate.Look(tt.address, &known.Lists{})
			e.Mail = tt.mail
			b, err := json.Marshal(NewAddress(tt.address, &e, validate.Policy{}))
			if err != nil {
				t.Fatal(err)
			}
			var fields map[string]json.RawMessage
			if err := json.Unmarshal(b, &fields); err != nil {
				t.Fatal(err)
			}
			for name, want := range tt.want {
				got := absent
				if raw, ok := fields[name]; ok {
					got = string(raw)
				}
				if got != want {
					t.Errorf("%s is %s, want %s", name, got, want)
				}
			}
		})
	}
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"Käthe 山田":          "Käthe 山田",
		"a\x1b[31mb\r\n\tc": `a\u001b[31mb\u000d\u000a\u0009c`,
		"\u202eevil\u200b":  `\u202eevil\u200b`,
		"bad \xff utf8":     `bad \xff utf8`,
		"\ufffd":            `\ufffd`,
		"\u0085\u009b31m":   `\u0085\u009b31m`,
	} {
		if got := Plain(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestNamesForPeople(t *testing.T) {
	for in, want := range map[string]string{
		"ann@xn--bcher-kva.de":     "ann@bücher.de",
		"a\u202eb@example.org":     `a\u202eb@example.org`,
		"a@xn--zzzzzzzz.example":   "a@xn--zzzzzzzz.example",
		"a@Example.org":            "a@Example.org",
		`"x@xn--bcher-kva.de"@a.b`: `"x@xn--bcher-kva.de"@a.b`,
		"":                         "",
	} {
		if got := addressForPeople(in); got != want {
			t.Errorf("%q is shown as %q, not %q", in, got, want)
		}
	}
}

func TestAThousandColumnsFitTheScreen(t *testing.T) {
	names := make([]string, 1500)
	for i := range names {
		names[i] = "e"
	}
	if got, want := columns(names), `"e", "e", "e", "e", "e", and 1495 more`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
