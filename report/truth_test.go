package report

import (
	"fmt"
	"html"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// settledRows are reasons that a run may find, the state that the forecast gives them, and whether it takes
// DNS to find them.
var settledRows = []struct {
	reason validate.Reason
	row    risk.Row
	dns    bool
}{
	{validate.Duplicate, risk.Row{Settled: validate.Duplicate}, false},
	{validate.NoAddress, risk.Row{Settled: validate.NoAddress}, false},
	{validate.OptedOut, risk.Row{Settled: validate.Suppressed}, false},
	{validate.BadSyntax, risk.Row{Settled: validate.BadSyntax}, false},
	{validate.PastBounce, risk.Row{Settled: validate.PastBounce}, false},
	{validate.NoDomain, risk.Row{Settled: validate.NoDomain}, true},
	{validate.DNSFailed, risk.Row{Settled: validate.DNSFailed}, true},
	{validate.TypoDomain, risk.Row{Settled: validate.TypoDomain}, true},
	{validate.Role, risk.Row{Provider: segments.Corporate, Source: segments.Form, Role: true, Aside: true}, false},
	{
		validate.Disposable,
		risk.Row{Provider: segments.Freemail, Source: segments.Form, Disposable: true, Aside: true},
		false,
	},
}

// anyRun is a run of a random list, with random knowledge of it.
func anyRun(t testing.TB, seed uint64) *Result {
	rng := rand.New(rand.NewPCG(seed, 15))
	counts, tally, dns := map[validate.Reason]int64{}, risk.NewTally(day), rng.IntN(2) == 0
	size := []int64{0, 1, 3, 30, 300, 5000, 200_000}[rng.IntN(7)]
	most := size/[]int64{3, 20, 100}[rng.IntN(3)] + 2
	for _, s := range settledRows {
		if n := rng.Int64N(most); rng.IntN(3) == 0 && (dns || !s.dns) {
			counts[s.reason] += n
			tally.Add(s.row, n)
		}
	}
	for p := segments.UnknownProvider; p <= segments.Corporate && size > 0; p++ {
		addSound(
			rng,
			counts,
			tally,
			risk.Row{Provider: p, Source: segments.Source(rng.IntN(6)), Blind: p == segments.Yahoo},
			size/8+1,
		)
	}
	tally.Signs.DNS, tally.Signs.Domains, tally.Signs.Dead = dns, size/10, rng.Int64N(size/100+1)
	s := summary("any.csv", counts)
	s.DNS = dns
	all := risk.Profiles()
	o := risk.Options{Profile: all[rng.IntN(len(all))], Remove: []risk.Category{"role",
		"disposable"}}
	switch rng.IntN(6) {
	case 0:
		o.History = risk.History{Sent: 1 + rng.Int64N(100_000), Hard: 0}
	case 1:
		o.Claim.LastSent = day.AddDate(0, -1-rng.IntN(20), 0)
	case 2:
		o.Claim.Never = true
	case 3:
		o.Profile.Volume = 1000
	}
	if counts[validate.Accepted] > 0 {
		s.Probed = true
		s.Asking = []validate.Asking{{Operator: "google", Questions: 60, Asked: 70, Sessions: 1, Answered: 60}}
		o.RCPT, o.Stopped = 70, []risk.Stop{"decision", "budget", "reputation", "everybody"}[rng.IntN(4)]
		o.Curve = []risk.Point{{Mean: 0.1, Half: 0.2}, {RCPT: 70, Asked: 60, Mean: 0.08, Half: 0.05}}
	}
	r := (&Result{Summary: s}).forecast(t, tally, o)
	r.Outputs = []string{"clean.csv", "removed.csv", "review.csv", "results.csv"}
	if r.Risk.Verdict.Code == risk.SendCore {
		r.Core, r.Held = r.Risk.Rate.Core.Rows, s.Clean-r.Risk.Rate.Core.Rows
	}
	return r
}

// addSound adds rows that may be sent, some of them asked about or mailed before.
func addSound(rng *rand.Rand, counts map[validate.Reason]int64, tally *risk.Tally, row risk.Row, n int64) {
	row.Date = day.AddDate(0, -rng.IntN(80), 0)
	if rng.IntN(2) == 0 {
		row.Sign, row.Date = segments.Survived, day.AddDate(0, 0, -rng.IntN(40))
	}
	if asked := min(n/4, 60); rng.IntN(3) == 0 && asked > 0 && !row.Blind {
		row.Replied, row.RepliedAt = validate.Accepted, day
		tally.Add(row, asked)
		row.Replied = validate.MailboxUnknown
		dead := rng.Int64N(asked + 1)
		tally.Add(row, dead)
		counts[validate.Accepted] += asked
		counts[validate.MailboxUnknown] += dead
		row.Replied, row.RepliedAt = validate.NoReason, time.Time{}
	}
	tally.Add(row, n)
	counts[validate.NotProbed] += n
}

// lie is a sentence or figure that must not be told of a run.
type lie struct {
	name string
	told func(r *Result, text string) bool
}

var (
	seenShare  = regexp.MustCompile(`([<>]?\d+)% seen in this list`)
	staysUnder = regexp.MustCompile(`stay under`)
	oneOfMany  = regexp.MustCompile(
		`(^|[ (])1 (rows|addresses|bounces of|domains|campaigns|messages|questions)\b|\b([2-9]|\d\d+) (row|address|question)\b`,
	)
	noNumber    = regexp.MustCompile(`NaN|[+-]Inf|%!|[+-]0\.00\b`)
	numbersWord = regexp.MustCompile(
		`lambda|tau\.|kind\.|Beta\(|lognormal|SMTPUTF8|standard deviation|RCPT|percentage point|theta`,
	)
)

var lies = []lie{
	{"it was seen although nobody looked", func(r *Result, text string) bool {
		m := seenShare.FindStringSubmatch(text)
		if m == nil || r.DNS || r.Risk.Probes.Informative > 0 {
			return false
		}
		share, _ := strconv.ParseFloat(strings.Trim(m[1], "<>"), 64)
		n := settledIn(r.Tally)
		certain := float64(n["syntax"] + n["past_bounce"])
		return share/100*r.Risk.Expected.AsIs > certain+0.01*r.Risk.Expected.AsIs
	}},
	{"a core stays under the line although it is likely to be over it", func(r *Result, text string) bool {
		f := r.Risk
		if !staysUnder.MatchString(text) {
			return false
		}
		alone := f.Threshold.History.Sent == 0 && r.Risk.Threshold.Service.Volume == 0
		return f.Threshold.Exceed.Core == nil || *f.Threshold.Exceed.Core > 0.05 ||
			(alone && f.Rate.Core.Mean > f.Threshold.Target)
	}},
	{"before was not said where earlier sends move the line", func(r *Result, text string) bool {
		return r.Risk.Threshold.History.Sent > 0 && staysUnder.MatchString(text) && !strings.Contains(text,
			"what was sent before")
	}},
	{"send, although it is likely to be over the line", func(r *Result, text string) bool {
		e := r.Risk.Threshold.Exceed
		return (r.Risk.Verdict.Code == risk.Send && e.AsIs > 0.05) || (r.Risk.Verdict.Code == risk.CleanFirst &&
			e.Cleaned > 0.05)
	}},
	{"do not send, without being sure or for a short list", func(r *Result, text string) bool {
		f := r.Risk
		return f.Verdict.Code == risk.DoNotSend && f.Rate.Cleaned.Rows > 0 && (f.Threshold.Exceed.Cleaned < 0.9 ||
			f.Rate.Cleaned.Rows < 200)
	}},
	{"a claim is not repeated", func(r *Result, text string) bool {
		c := r.Risk.Claim
		send := r.Risk.Verdict.Code == risk.Send || r.Risk.Verdict.Code == risk.CleanFirst
		return c != nil && !c.LastSent.IsZero() && send && !strings.Contains(text, "if you mailed these contacts in")
	}},
	{"an open question without a way to settle it", func(r *Result, text string) bool {
		return r.Risk.Verdict.Code == risk.FindOutFirst && !strings.Contains(text, "Once that is settled") &&
			r.Clean > 0
	}},
	{"a service that counts soft bounces is not named", func(r *Result, text string) bool {
		return r.Risk.Threshold.Profile == "klaviyo" && r.Risk.Rate.AsIs.Rows > 0 && !strings.Contains(text,
			"hard and soft bounces together")
	}},
	{"the singular and the plural are mixed up",
		func(r *Result, text string) bool { return oneOfMany.MatchString(text) }},
	{"a figure is none, or a small one reads as zero",
		func(r *Result, text string) bool { return noNumber.MatchString(text) }},
	{"a term of art stands before the numbers",
		func(r *Result, text string) bool { return numbersWord.MatchString(text) }},
	{"the next steps don't come first", func(r *Result, text string) bool {
		steps := strings.Index(strings.ToLower(text), "what to do next")
		rates := strings.Index(strings.ToLower(text), "will it cross the line?")
		return rates >= 0 && (steps < 0 || steps > rates)
	}},
}

var (
	htmlMarkup = regexp.MustCompile(
		`(?s)<style>.*?</style>|<details>.*?</details>|<h2 class="numbers">.*|<svg.*?</svg>|<[^>]*>`,
	)
	formats = []struct {
		name  string
		plain func(*testing.T, *Result) string // what stands before the numbers
	}{
		{"text", func(t *testing.T, r *Result) string {
			var b strings.Builder
			if err := Text(&b, r, "out"); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}},
		{"md", func(t *testing.T, r *Result) string {
			before, _, _ := strings.Cut(written(t, Markdown, r), "## The numbers")
			return before
		}},
		{"html", func(t *testing.T, r *Result) string { return html.UnescapeString(markupOff(written(t, HTML, r))) }},
	}
)

func markupOff(s string) string { return htmlMarkup.ReplaceAllString(s, " ") }

// TestNoSentenceLies tells random runs in every format and looks for sentences that are not so.
func TestNoSentenceLies(t *testing.T) {
	codes := map[risk.Code]int{}
	for seed := range uint64(80) {
		r := anyRun(t, seed)
		codes[r.Risk.Verdict.Code]++
		for _, f := range formats {
			text := f.plain(t, r)
			for _, l := range lies {
				if l.told(r, text) {
					t.Fatalf("seed %d, %s: %s:\n%s", seed, f.name, l.name, text)
				}
			}
		}
		checkFigures(t, seed, r)
	}
	for code := range verdicts {
		if codes[code] == 0 {
			t.Errorf("no run was told to %s: %v", code, codes)
		}
	}
}

// checkFigures compares figures that must agree.
func checkFigures(t *testing.T, seed uint64, r *Result) {
	f := r.Risk
	if r.Clean != f.Rate.Cleaned.Rows || f.Rows != r.Rows {
		t.Errorf("seed %d: clean %d, cleaned %d, rows %d, tallied %d", seed, r.Clean, f.Rate.Cleaned.Rows, r.Rows,
			f.Rows)
	}
	for _, c := range f.Categories {
		if off := c.Saved + c.GoodLost - float64(c.Rows); off > 1e-6*float64(c.Rows)+1e-6 ||
			off < -1e-6*float64(c.Rows)-1e-6 {
			t.Errorf("seed %d: %s saves %v and loses %v of %d rows", seed, c.Name, c.Saved, c.GoodLost, c.Rows)
		}
	}
	for _, rate := range []risk.Rate{f.Rate.AsIs, f.Rate.Cleaned} {
		if rate.Rows > 0 && (rate.CI95[0] > rate.Median || rate.CI95[1] < rate.Median) {
			t.Errorf("seed %d: median %v outside %v", seed, rate.Median, rate.CI95)
		}
	}
	if sum := f.Evidence.Observed + f.Evidence.Learned + f.Evidence.Assumed; f.Expected.AsIs > 0 &&
		(sum < 0.999 || sum > 1.001) {
		t.Errorf("seed %d: evidence adds up to %v", seed, sum)
	}
}

// TestWrittenFiguresAreTrue: what is written of a figure lies within half of its last digit, and "less than" is less.
func TestWrittenFiguresAreTrue(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		x := []float64{rng.Float64(), rng.Float64() * 20, rng.Float64() * 1e6}[rng.IntN(3)]
		for _, w := range []struct {
			name, text string
			x, coarse  float64
		}{
			{"amount", amount(x), x, 0.5}, {"percent", strings.TrimSuffix(risk.Percent(x/1e6), "%"), x / 1e4, 0.5},
			{"share", strings.TrimSuffix(share(x/1e6), "%"), x / 1e4, 0.5},
			{"chance", strings.TrimSuffix(risk.Chance(x/1e6), "%"), x / 1e4, 0.5},
		} {
			if why := untrue(strings.ReplaceAll(w.text, ",", ""), w.x, w.coarse); why != "" {
				t.Fatalf("%s of %v is written %s: %s", w.name, w.x, w.text, why)
			}
		}
	}
}

// untrue says what is wrong with a text for a number; numbers below ten have a decimal, or are whole by chance.
func untrue(text string, x, coarse float64) string {
	bound, err := strconv.ParseFloat(strings.Trim(text, "<>"), 64)
	off := max(bound-x, x-bound)
	switch {
	case err != nil:
		return err.Error()
	case strings.HasPrefix(text, "<"):
		return falseIf(x >= bound, "it is not less")
	case strings.HasPrefix(text, ">"):
		return falseIf(x <= bound, "it is not more")
	case text == "0":
		return falseIf(x > 0, "it is not zero")
	}
	return falseIf(off > coarse+1e-9, fmt.Sprintf("it is off by %v", off))
}

func falseIf(is bool, why string) string {
	if is {
		return why
	}
	return ""
}

func TestStepsAreTheSameInEveryFormat(t *testing.T) {
	for seed := range uint64(20) {
		r := anyRun(t, 1000+seed)
		var steps []string
		for _, s := range newTeller(r).next().Steps {
			steps = append(steps, s.Do)
		}
		for _, f := range formats {
			text, at := f.plain(t, r), 0
			for _, do := range steps {
				i := strings.Index(text[at:], do)
				if i < 0 {
					t.Fatalf("seed %d, %s: %q is missing or out of order in\n%s", seed, f.name, do, text)
				}
				at += i + len(do)
			}
		}
	}
}

func TestFilesAreLinkedIfTheRunLeftThem(t *testing.T) {
	r := business(t)
	r.Outputs = []string{"clean.csv", "results.csv"}
	var hrefs []string
	for _, a := range parsed(t, r).all("a") {
		hrefs = append(hrefs, attribute(a, "href"))
	}
	if want := []string{"./clean.csv"}; !slices.Equal(hrefs, want) {
		t.Errorf("links to %v, want %v", hrefs, want)
	}
	if md := written(t, Markdown, r); !strings.Contains(md, "[clean.csv](./clean.csv)") {
		t.Errorf("no link in the Markdown")
	}
}
