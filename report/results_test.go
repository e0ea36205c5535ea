package report

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/segments"
)

var day = time.Date(2026, 11, 1, 9, 30, 0, 0, time.UTC)

// sample is a result to tell, each with something that reports must get right.
type sample struct {
	name string
	make func(testing.TB) *Result
	page bool // kept as a page too
}

var samples = []sample{
	{"business", business, false},
	{"plain", plainRun, true},
	{"empty", emptyRun, true},
	{"short", shortRun, true},
	{"core", coreRun, false},
	{"probed", probedRun, false},
	{"sampled", sampledRun, true},
	{"learned", learnedRun, false},
	{"hostile", hostileRun, false},
}

// forecast completes a result; the error is the test's.
func (r *Result) forecast(t testing.TB, tally *risk.Tally, o risk.Options) *Result {
	t.Helper()
	f, err := risk.Predict(tally, o)
	if err != nil {
		t.Fatal(err)
	}
	r.Risk, r.Tally = f, tally
	return r
}

func profile(name string) risk.Profile {
	p, _ := risk.ProfileNamed(name)
	return p
}

// summary is a run with counts that add up.
func summary(name string, counts map[validate.Reason]int64) *batch.Summary {
	s := &batch.Summary{List: name, Layout: batch.ListLayout{Encoding: "UTF-8", Delimiter: ",",
		Columns: []string{"Email"}}, Verdicts: map[string]int64{}, Started: day, Took: 3 * time.Second,
		Counts:     batch.Counts{Other: 1},
		NotChecked: []string{"whether the mailboxes exist: no mail server was asked"}, DNS: true}
	for _, r := range validate.AllReasons() {
		n := counts[r]
		if n == 0 {
			continue
		}
		s.Reasons = append(s.Reasons, batch.ReasonCount{Reason: r, Verdict: r.Verdict(), List: r.List(), Rows: n,
			Sentence: r.Sentence()})
		*[]*int64{&s.Clean, &s.Review, &s.Removed}[r.List()] += n
		s.Verdicts[r.Verdict().String()] += n
	}
	slices.SortStableFunc(s.Reasons, func(a, b batch.ReasonCount) int {
		return cmp.Or(cmp.Compare(b.List, a.List), cmp.Compare(b.Rows, a.Rows))
	})
	s.Rows = s.Clean + s.Review + s.Removed
	s.Read, s.Addresses = s.Rows+s.Other, s.Rows
	return s
}

// years are ages of rows with the share of a list that has them.
var years = []struct{ age, share float64 }{{0.1, 0.2}, {0.6, 0.3}, {1.5, 0.25}, {3, 0.15}, {6, 0.1}}

// fill tallies n sound rows of all ages and three sources, with replies for one in every asked.
func fill(tally *risk.Tally, p segments.Provider, n, asked int64) {
	for _, source := range []segments.Source{segments.Form, segments.Event, segments.Purchased} {
		for _, y := range years {
			rows := int64(float64(n) * y.share / float64(source))
			row := risk.Row{Provider: p, Source: source, Date: day.Add(-time.Duration(y.age*8766) * time.Hour)}
			if asked > 0 {
				row.Replied, row.RepliedAt = validate.Accepted, day
				tally.Add(row, rows/asked*9/10)
				row.Replied = validate.MailboxUnknown
				tally.Add(row, rows/asked/10)
				row.Replied, row.RepliedAt = validate.NoReason, time.Time{}
				rows -= rows/asked*9/10 + rows/asked/10
			}
			tally.Add(row, rows)
		}
	}
}

func business(t testing.TB) *Result {
	s := summary("contacts-2026-q4.csv", map[validate.Reason]int64{
		validate.NotProbed: 42_600, validate.Role: 1_460, validate.DNSFailed: 182, validate.NoDomain: 1_233,
		validate.NullMX:    211,
		validate.BadSyntax: 164, validate.PastBounce: 301, validate.Disposable: 402, validate.Duplicate: 1_870,
		validate.TypoDomain: 96,
	})
	s.Layout.Left, s.DistinctDomains = []string{"Contact owner"}, 6_120
	s.Operators = []batch.DomainCount{{Name: "google.com", Rows: 16_011, Clean: 15_202, Review: 611, Removed: 198},
		{Name: "outlook.com", Rows: 12_830, Clean: 12_004, Review: 702, Removed: 124}, {Name: "yahoodns.net",
			Rows: 2_004, Clean: 1_988, Review: 3, Removed: 13}}
	s.Domains = []batch.DomainCount{{Name: "gmail.com", Rows: 9_120, Clean: 8_870, Review: 40, Removed: 210},
		{Name: "outlook.com", Rows: 2_211, Clean: 2_180, Review: 2, Removed: 29}, {Name: "gmial.com", Rows: 88,
			Review: 88}}
	s.Repairs = []batch.Count{{Name: "spaces taken off", Rows: 212}, {Name: "mailto: taken off", Rows: 9}}
	tally := risk.NewTally(day)
	for _, row := range []struct {
		provider segments.Provider
		n        int64
	}{{segments.Gmail, 12_200}, {segments.Outlook, 4_400}, {segments.Yahoo, 2_000}, {segments.Workspace, 9_000},
		{segments.Microsoft365, 10_000}, {segments.Corporate, 5_000}} {
		tally.Add(
			risk.Row{
				Provider: row.provider,
				Source:   segments.Confirmed,
				Sign:     segments.Survived,
				Date:     day.AddDate(0, 0, -12),
			},
			row.n*80/100,
		)
		tally.Add(
			risk.Row{
				Provider: row.provider,
				Source:   segments.Form,
				Sign:     segments.Survived,
				Date:     day.AddDate(0, -1, 0),
			},
			row.n*195/1000,
		)
		tally.Add(
			risk.Row{Provider: row.provider, Source: segments.Event, Date: day.AddDate(-3, 0, 0)},
			row.n*5/1000,
		)
	}
	for settled, n := range map[validate.Reason]int64{validate.BadSyntax: 164, validate.NoDomain: 1_444,
		validate.PastBounce: 301, validate.TypoDomain: 96, validate.DNSFailed: 182, validate.Duplicate: 1_870} {
		tally.Add(risk.Row{Settled: settled}, n)
	}
	tally.Add(
		risk.Row{Provider: segments.Corporate, Role: true, Source: segments.Form, Date: day.AddDate(-1, 0, 0)},
		1_460,
	)
	tally.Add(
		risk.Row{Provider: segments.Corporate, Disposable: true, Source: segments.Form, Date: day.AddDate(0, -2,
			0)},
		402,
	)
	r := &Result{Summary: s, Causes: causes()}
	return r.forecast(t, tally, risk.Options{Profile: profile("ses"), Remove: []risk.Category{"disposable",
		"role"}})
}

// causes blames a source and an owner, who is called by an address.
func causes() CauseReport {
	o := observing("Source", "Contact owner")
	for i := range 48_000 {
		source, owner, settled := "Website", "dana@acme.test", validate.NotProbed
		if i%6 == 0 {
			source = "Trade fair 2019"
		}
		if i%4 == 0 {
			owner = "otto@acme.test"
		}
		if (i%6 == 0 && i%5 == 0) || i%90 == 1 || (i%4 == 0 && i%19 == 0) {
			settled = validate.NoDomain
		}
		o.add(settled, 1, source, owner)
	}
	return o.causes()
}

func plainRun(testing.TB) *Result {
	return &Result{Summary: summary("newsletter.csv", map[validate.Reason]int64{validate.NotProbed: 940,
		validate.Role: 31, validate.BadSyntax: 12, validate.NoDomain: 17})}
}

func emptyRun(t testing.TB) *Result {
	r := &Result{Summary: summary("empty.csv", nil)}
	return r.forecast(t, risk.NewTally(day), risk.Options{})
}

func shortRun(t testing.TB) *Result {
	r := &Result{Summary: summary("board.csv", map[validate.Reason]int64{validate.NotProbed: 43,
		validate.BadSyntax: 1})}
	tally := risk.NewTally(day)
	tally.Add(
		risk.Row{
			Provider: segments.Workspace,
			Source:   segments.Confirmed,
			Sign:     segments.Acted,
			Date:     day.AddDate(0, -3, 0),
		},
		43,
	)
	tally.Add(risk.Row{Settled: validate.BadSyntax}, 1)
	return r.forecast(t, tally, risk.Options{})
}

// coreRun is a good list with an old, bought part.
func coreRun(t testing.TB) *Result {
	r := &Result{Summary: summary("merged.csv", map[validate.Reason]int64{validate.NotProbed: 29_000,
		validate.NoDomain: 400})}
	tally := risk.NewTally(day)
	for _, p := range []segments.Provider{segments.Gmail, segments.Outlook, segments.Workspace, segments.Microsoft365} {
		tally.Add(
			risk.Row{Provider: p, Source: segments.Confirmed, Sign: segments.Survived, Date: day.AddDate(0, -1, 0)},
			5_000,
		)
		tally.Add(risk.Row{Provider: p, Source: segments.Purchased, Date: day.AddDate(-5, 0, 0)}, 2_250)
	}
	tally.Add(risk.Row{Settled: validate.NoDomain}, 400)
	return r.forecast(t, tally, risk.Options{Profile: profile("ses")})
}

// probedRun is a list of ten million rows, some of whose mailboxes were asked, with a send before.
func probedRun(t testing.TB) *Result {
	r := &Result{Summary: summary("all-customers.csv.gz", map[validate.Reason]int64{validate.NotProbed: 9_400_000,
		validate.NoDomain: 210_000, validate.MailboxUnknown: 9_000, validate.Duplicate: 381_000})}
	tally := risk.NewTally(day)
	fill(tally, segments.Gmail, 2_600_000, 2_000)
	fill(tally, segments.Microsoft365, 1_500_000, 1_000)
	fill(tally, segments.Corporate, 600_000, 0)
	blind := risk.Row{Provider: segments.Yahoo, Blind: true, Source: segments.Form, Date: day.AddDate(-1, -4, 0)}
	tally.Add(blind, 400_000)
	tally.Add(risk.Row{Settled: validate.NoDomain}, 210_000)
	tally.Add(risk.Row{Settled: validate.Duplicate}, 381_000)
	return r.forecast(t, tally, risk.Options{Profile: profile("hubspot"), History: risk.History{Sent: 1_000_000,
		Hard: 12_000}, Remove: []risk.Category{"blind"}})
}

// sampledRun is a list of a hundred thousand rows, of which a sample was asked about.
func sampledRun(t testing.TB) *Result {
	r := &Result{Summary: summary("spring.csv", map[validate.Reason]int64{validate.NotProbed: 99_650,
		validate.Accepted: 320, validate.MailboxUnknown: 30})}
	r.Probed = true
	r.Asking = []validate.Asking{
		{Operator: "google", Questions: 260, Asked: 261, Sessions: 14, Answered: 258, Silent: 2},
		{Operator: "firm.example", Questions: 92, Asked: 151, Sessions: 21, Answered: 92,
			Stopped: "it refuses us, not the recipients", Reply: "554 5.7.1 blocked", BlockList: "bl.example"},
	}
	r.Replies = []batch.ReplyCount{
		{Code: 250, Enhanced: "2.1.5", Text: "OK", Reason: validate.Accepted, Sentence: validate.Accepted.Sentence(),
			Rows: 320},
		{Code: 550, Enhanced: "5.1.1", Text: "<recipient@redacted.invalid>: no such user",
			Reason: validate.MailboxUnknown, Sentence: validate.MailboxUnknown.Sentence(), Rows: 30},
		{Code: 554, Text: strings.Repeat("blocked ", 30), Reason: validate.SenderBlocked,
			Sentence: validate.SenderBlocked.Sentence(), Rows: 1},
	}
	tally := risk.NewTally(day)
	fill(tally, segments.Gmail, 60_000, 260)
	fill(tally, segments.Corporate, 30_000, 90)
	tally.Add(
		risk.Row{Provider: segments.Yahoo, Blind: true, Source: segments.Form, Date: day.AddDate(-1, -4, 0)},
		10_000,
	)
	curve := []risk.Point{{Mean: 0.12, Half: 0.21}, {RCPT: 168, Asked: 150, Mean: 0.09, Half: 0.05},
		{RCPT: 290, Asked: 250, Mean: 0.088, Half: 0.041}, {RCPT: 412, Asked: 350, Mean: 0.087, Half: 0.034}}
	return r.forecast(t, tally, risk.Options{Profile: profile("ses"), RCPT: 412, Stopped: "decision",
		Curve: curve, Seed: 1})
}

// evil holds what must reach no page as it stands.
const evil = "</title></style><script>alert(1)</script><img src=http://evil.example/x>\" onload=\"x\x1b[31m\u202e|`*_[x](http://evil.example)"

func hostileRun(t testing.TB) *Result {
	r := business(t)
	r.List, r.Layout.Columns, r.Layout.Left, r.Layout.Encoding, r.Layout.Delimiter = evil, []string{evil},
		[]string{evil}, evil, evil
	r.Notes, r.NotChecked = []string{evil, "written by jane.doe@private.example"}, []string{evil}
	r.Domains = []batch.DomainCount{{Name: evil, Rows: 2}}
	r.Operators = []batch.DomainCount{{Name: evil, Rows: 2}}
	r.Repairs = []batch.Count{{Name: evil, Rows: 1}}
	o := observing(evil)
	o.add(validate.NoDomain, 1000, evil[:60])
	o.add(validate.NotProbed, 1000, "jane.doe@private.example")
	r.Causes = o.causes()
	r.Brake = batch.Brake{Distinct: 900, Removed: 800, Pulled: true}
	r.Risk.Warnings = []string{evil}
	r.Probed, r.Risk.Probes.Stopped, r.Risk.Probes.Curve = true, evil, []risk.Point{{Half: math.MaxFloat64},
		{RCPT: math.MaxInt64, Asked: -1, Mean: -1, Half: -1}}
	r.Asking = []validate.Asking{{Operator: evil, Stopped: evil, Reply: evil, BlockList: evil}}
	r.Replies = []batch.ReplyCount{{Enhanced: evil, Text: evil + " jane.doe@private.example", Sentence: evil}}
	r.Card = &history.Card{Campaigns: 1, Scored: []history.Entry{{Name: evil, Sent: evil},
		{Name: "jane.doe@private.example"}}}
	r.Risk.Threshold.Service.Title, r.Risk.Threshold.Service.Does, r.Risk.Threshold.Service.Source = evil, evil, evil
	r.Risk.Verdict.Because, r.Risk.Verdict.Code = evil, risk.Code(evil)
	return r
}
