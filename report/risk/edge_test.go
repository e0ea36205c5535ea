package risk

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// sane fails the test if a forecast holds a number that is none.
func sane(t *testing.T, f *Forecast) {
	t.Helper()
	if _, err := json.Marshal(f); err != nil {
		t.Fatalf("forecast has no JSON: %v", err)
	}
	for name, r := range map[string]Rate{"as is": f.Rate.AsIs, "cleaned": f.Rate.Cleaned} {
		for _, ci := range [][2]float64{r.CI50, r.CI90, r.CI95} {
			if ci[0] < 0 || ci[1] > 1 || ci[0] > ci[1] {
				t.Errorf("%s: interval %v", name, ci)
			}
		}
	}
	if e := f.Evidence; f.Expected.AsIs > 0 && math.Abs(e.Observed+e.Learned+e.Assumed-1) > 1e-9 {
		t.Errorf("evidence adds up to %v", e)
	}
}

func TestEdges(t *testing.T) {
	old := sendDay.AddDate(-1, -2, 0)
	for _, c := range []struct {
		name string
		fill func(*Tally)
		want func(*testing.T, *Forecast)
	}{
		{"an empty list has nothing to send", func(*Tally) {}, func(t *testing.T, f *Forecast) {
			if f.Scored != 0 || f.Verdict.Code != DoNotSend || f.Verdict.Because != "There is no address to send to." {
				t.Errorf("%+v", f.Verdict)
			}
		}},
		{"a list that is all suppressed has nothing to send", func(tally *Tally) {
			tally.Add(Row{Settled: validate.Suppressed}, 500)
		}, func(t *testing.T, f *Forecast) {
			if f.Rows != 500 || f.Scored != 0 || f.Suppressed != 500 || f.Verdict.Code != DoNotSend {
				t.Errorf("%d rows, %d scored, %+v", f.Rows, f.Scored, f.Verdict)
			}
		}},
		{"one row is counted, not rated", func(tally *Tally) {
			tally.Add(Row{Provider: segments.Gmail, Date: old}, 1)
		}, func(t *testing.T, f *Forecast) {
			if f.Scored != 1 || !strings.Contains(f.Verdict.Because, "of one address") {
				t.Errorf("%+v", f.Verdict)
			}
		}},
		{"a list of one domain is one segment", func(tally *Tally) {
			tally.Add(Row{Provider: segments.Corporate, Date: old}, 5000)
		}, func(t *testing.T, f *Forecast) {
			if len(f.Segments) != 1 || width(f.Rate.AsIs.CI95) == 0 {
				t.Errorf("%d segments, %+v", len(f.Segments), f.Rate.AsIs)
			}
		}},
		{"a list that can't be asked is never to be sampled", func(tally *Tally) {
			tally.Add(Row{Provider: segments.Yahoo, Blind: true, Date: old}, 50_000)
		}, func(t *testing.T, f *Forecast) {
			if f.Verdict.NextProbes > 0 || !strings.Contains(f.Verdict.Because,
				"Asking mail servers would not settle it") {
				t.Errorf("%+v", f.Verdict)
			}
			if f.Segments[0].Basis != Unseen || width(f.Rate.AsIs.CI95) < 0.05 {
				t.Errorf("basis %s, %+v", f.Segments[0].Basis, f.Rate.AsIs)
			}
		}},
		{"without dates and sources there still is a forecast", func(tally *Tally) {
			tally.Add(Row{Provider: segments.Gmail}, 4000)
			tally.Add(Row{}, 4000)
		}, func(t *testing.T, f *Forecast) {
			if f.Segments[0].Age != "unknown" || f.Segments[0].Source != "none" || f.Rate.AsIs.Mean < 0.05 {
				t.Errorf("%+v, %+v", f.Segments[0], f.Rate.AsIs)
			}
		}},
		{"dates in the future count as today, with a warning", func(tally *Tally) {
			tally.Add(Row{Provider: segments.Gmail, Sign: segments.Acted, Date: sendDay.AddDate(3, 0, 0)}, 700)
		}, func(t *testing.T, f *Forecast) {
			if len(f.Warnings) != 1 || !strings.HasPrefix(f.Warnings[0], "700 rows") || f.Segments[0].Age != "<3m" {
				t.Errorf("%v, %+v", f.Warnings, f.Segments[0])
			}
		}},
		{"zero refusals leave an upper bound, and a risk that isn't written as zero", func(tally *Tally) {
			row := Row{Provider: segments.Gmail, Source: segments.Confirmed, Sign: segments.Acted, Date: sendDay.AddDate(0, -1, 0)}
			tally.Add(row, 4000)
			asked(tally, row, liveReply, 1000)
		}, func(t *testing.T, f *Forecast) {
			if f.Rate.AsIs.CI95[1] <= 0 || f.Segments[0].CI90[1] <= 0 {
				t.Errorf("no upper bound: %+v, %+v", f.Rate.AsIs, f.Segments[0])
			}
			if strings.Contains(f.Verdict.Because, " 0%") || strings.Contains(f.Verdict.Because, "0.0%") {
				t.Errorf("risk written as zero: %s", f.Verdict.Because)
			}
		}},
		{"a short list names a count of bounces", func(tally *Tally) {
			tally.Add(Row{Provider: segments.Gmail, Source: segments.Confirmed, Sign: segments.Acted, Date: sendDay.AddDate(0, -1, 0)}, 199)
		}, func(t *testing.T, f *Forecast) {
			if !strings.HasPrefix(f.Verdict.Because, "As is, 0 to ") || !strings.Contains(f.Verdict.Because,
				"of 199 addresses") {
				t.Error(f.Verdict.Because)
			}
		}},
		{"a list of nothing but certain bounces is not to be sent", func(tally *Tally) {
			tally.Add(Row{Settled: validate.BadSyntax}, 300)
			tally.Add(Row{Settled: validate.PastBounce}, 100)
		}, func(t *testing.T, f *Forecast) {
			if f.Verdict.Code != DoNotSend || f.Rate.Cleaned.Rows != 0 || !strings.Contains(f.Verdict.Because,
				"leaves nothing") {
				t.Errorf("%+v, %+v", f.Verdict, f.Rate.Cleaned)
			}
		}},
		{"ages beyond any table are one range", func(tally *Tally) {
			tally.Add(Row{Provider: segments.Outlook, Date: time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)}, 30)
		}, func(t *testing.T, f *Forecast) {
			if f.Segments[0].Age != ">4y" || f.Segments[0].Theta >= 1 {
				t.Errorf("%+v", f.Segments[0])
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tally := NewTally(sendDay)
			c.fill(tally)
			f := predict(t, tally, Options{})
			sane(t, f)
			c.want(t, f)
		})
	}
}

func TestSilenceLeavesThePriorAsItWas(t *testing.T) {
	row := Row{Provider: segments.Microsoft365, Source: segments.Event, Date: sendDay.AddDate(-2, -3, 0)}
	before, after := NewTally(sendDay), NewTally(sendDay)
	before.Add(row, 10_000)
	asked(after, row, silentReply, 10_000)
	a, b := predict(t, before, Options{}).Rate.AsIs.Mean, predict(t, after, Options{}).Rate.AsIs.Mean
	// Catch-all domains swallow some bounces, but a mailbox known to be silent isn't at one.
	if b < a || b > 1.35*a {
		t.Errorf("nothing asked: %v, everything silent: %v", a, b)
	}
	row.Provider = segments.Gmail
	before, after = NewTally(sendDay), NewTally(sendDay)
	before.Add(row, 10_000)
	asked(after, row, silentReply, 10_000)
	a, b = predict(t, before, Options{}).Rate.AsIs.Mean, predict(t, after, Options{}).Rate.AsIs.Mean
	if math.Abs(a-b) > 0.02*a {
		t.Errorf("nothing asked: %v, everything silent: %v", a, b)
	}
}

func TestRefusalsOfUsSayNothing(t *testing.T) {
	row := Row{Provider: segments.Corporate, Source: segments.Form, Date: sendDay.AddDate(-2, -3, 0)}
	before, after := NewTally(sendDay), NewTally(sendDay)
	before.Add(row, 5000)
	after.Add(row, 4000)
	asked(after, row, policyReply, 1000)
	a, b := predict(t, before, Options{}), predict(t, after, Options{})
	if math.Abs(a.Rate.AsIs.Mean-b.Rate.AsIs.Mean) > 1e-9 || b.Probes.Policy != 1000 || b.Probes.Informative != 0 {
		t.Errorf("mean %v became %v, %+v", a.Rate.AsIs.Mean, b.Rate.AsIs.Mean, b.Probes)
	}
}

func TestRepliesOfBlindHostsAreIgnored(t *testing.T) {
	tally := NewTally(sendDay)
	asked(tally, Row{Provider: segments.Yahoo, Blind: true}, liveReply, 1000)
	if f := predict(t, tally, Options{}); f.Probes.Informative != 0 || f.Segments[0].Basis != Unseen {
		t.Errorf("%+v", f.Probes)
	}
}

func TestMeansAreKeptFromTheEnds(t *testing.T) {
	p := defaultParams()
	for _, r := range []Row{
		{Provider: segments.Gmail, Sign: segments.Survived, Date: sendDay}, {Provider: segments.Corporate, Date: sendDay.AddDate(-199, 0, 0),
			Disposable: true},
	} {
		tally := NewTally(sendDay)
		tally.Add(r, 1)
		for _, k := range tally.sorted() {
			if m := p.prior(newMix(tally, &p, &Options{}), k); m < 1e-5 || m > 0.9 {
				t.Errorf("prior of %+v is %v", r, m)
			}
		}
	}
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	for name, o := range map[string]Options{
		"more bounced than were sent": {History: History{Sent: 10, Hard: 11}},
		"a negative history":          {History: History{Sent: -1}},
		"a profile without a line":    {Profile: Profile{Name: "x"}},
		"a category nobody knows":     {Remove: []Category{"tall"}},
	} {
		if _, err := Predict(NewTally(sendDay), o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestHistoryIsJudgedTogether(t *testing.T) {
	tally := NewTally(sendDay)
	tally.Add(Row{Settled: validate.NoDomain}, 100)
	row := Row{Provider: segments.Gmail, Source: segments.Confirmed, Sign: segments.Acted, Date: sendDay}
	asked(tally, row, liveReply, 900)
	p := perfect(t)
	ses, _ := ProfileNamed("ses")
	alone := predict(t, tally, Options{Profile: ses, Params: p})
	if alone.Threshold.Exceed.AsIs < 0.999 {
		t.Errorf("a tenth is dead, but the chance to exceed 5%% is %v", alone.Threshold.Exceed.AsIs)
	}
	diluted := predict(t, tally, Options{Profile: ses, Params: p, History: History{Sent: 9000, Hard: 90}})
	if diluted.Threshold.Exceed.AsIs > 0.001 {
		t.Errorf("190 in 10,000 is under 5%%, but the chance to exceed is %v", diluted.Threshold.Exceed.AsIs)
	}
}

func TestVerdicts(t *testing.T) {
	ses, _ := ProfileNamed("ses")
	day := func(days int) time.Time { return sendDay.AddDate(0, 0, -days) }
	mailed := Row{Provider: segments.Gmail, Source: segments.Form, Sign: segments.Survived, Date: day(30)}
	joined := Row{Provider: segments.Gmail, Source: segments.Form, Date: day(240)}
	old := Row{Provider: segments.Corporate, Source: segments.Purchased, Date: day(5 * 365)}
	for _, c := range []struct {
		name  string
		claim Claim
		fill  func(*Tally)
		want  Code
		says  string // the reason, the condition or a way to settle it
	}{
		{"a list that survived a send is sent", Claim{}, func(tally *Tally) { tally.Add(mailed, 20_000) }, Send,
			"exceed"},
		{"dates of sends that may be anybody's are repeated as a condition", Claim{}, func(tally *Tally) {
			tally.Add(mailed, 20_000)
			tally.Signs.SentClaimed = true
		}, Send, "if its last-sent dates come from a service"},
		{"a claim is repeated as a condition", Claim{LastSent: day(20)},
			func(tally *Tally) { tally.Add(joined, 20_000) }, Send, "if you mailed these contacts in October 2026"},
		{"without evidence nothing is sent", Claim{}, func(tally *Tally) { tally.Add(joined, 20_000) }, FindOutFirst,
			"--last-sent 2026-10"},
		{"without evidence nothing is forbidden", Claim{}, func(tally *Tally) { tally.Add(old, 20_000) },
			FindOutFirst, "does not show when it was last mailed"},
		{"dead domains are cleaned first", Claim{LastSent: day(20)}, func(tally *Tally) {
			tally.Add(joined, 20_000)
			tally.Add(Row{Settled: validate.NoDomain}, 2000)
		}, CleanFirst, "after cleaning"},
		{"a bad part is held back", Claim{}, func(tally *Tally) {
			tally.Add(mailed, 20_000)
			tally.Add(old, 8000)
		}, SendCore, "The 20,000 best addresses stay under 5%"},
		{"a list that was never mailed is not sent", Claim{Never: true}, func(tally *Tally) {
			for provider := segments.Gmail; provider < numProviders; provider++ {
				tally.Add(Row{Provider: provider, Source: segments.Purchased, Date: day(5 * 365)}, 5000)
			}
		}, DoNotSend, "if it was never mailed"},
		{"many dead domains forbid a send", Claim{}, func(tally *Tally) {
			tally.Add(Row{Provider: segments.Corporate, Date: day(1000)}, 20_000)
			tally.Add(Row{Settled: validate.NoDomain}, 2000)
			tally.Signs = Signs{DNS: true, Domains: 4000, Dead: 300}
		}, DoNotSend, "exceed"},
		{"sound domains permit none", Claim{}, func(tally *Tally) {
			tally.Add(joined, 20_000)
			tally.Signs = Signs{DNS: true, Domains: 4000}
		}, FindOutFirst, "--last-sent"},
		{"a short list is never forbidden", Claim{Never: true}, func(tally *Tally) { tally.Add(old, 199) },
			FindOutFirst, "--probe"},
		{"a list too short for a rate is told to be so", Claim{}, func(tally *Tally) { tally.Add(joined, 15) },
			FindOutFirst, "One bounce would already exceed"},
		{"answers of mail hosts permit a send", Claim{}, func(tally *Tally) {
			tally.Add(joined, 20_000)
			asked(tally, joined, liveReply, 300)
		}, Send, "exceed"},
		{"answers of mail hosts forbid one", Claim{}, func(tally *Tally) {
			tally.Add(joined, 20_000)
			asked(tally, joined, liveReply, 240)
			asked(tally, joined, deadReply, 60)
		}, DoNotSend, "exceed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tally := NewTally(sendDay)
			c.fill(tally)
			f := predict(t, tally, Options{Profile: ses, Claim: c.claim})
			said, _ := json.Marshal(f.Verdict)
			if f.Verdict.Code != c.want || !strings.Contains(string(said), c.says) {
				t.Errorf("%s", said)
			}
			if (len(f.Verdict.Settle) > 0) != (c.want == FindOutFirst) {
				t.Errorf("%s, but to settle it: %v", f.Verdict.Code, f.Verdict.Settle)
			}
		})
	}
}

func TestCleaningTakesOutWhatItIsTold(t *testing.T) {
	tally := NewTally(sendDay)
	tally.Add(Row{Provider: segments.Corporate}, 5000)
	tally.Add(Row{Provider: segments.Corporate, Role: true}, 300)
	tally.Add(Row{Provider: segments.Corporate, Disposable: true}, 200)
	f := predict(t, tally, Options{Remove: []Category{"disposable"}})
	if f.Rate.Cleaned.Rows != 5300 {
		t.Errorf("%d rows are left", f.Rate.Cleaned.Rows)
	}
	for row, gone := range map[*Row]bool{{Provider: segments.Corporate, Role: true}: false,
		{Provider: segments.Corporate, Disposable: true}: true} {
		if a, ok := f.Address(tally, *row); !ok || a.Gone != gone {
			t.Errorf("%+v: %+v, known %v", row, a, ok)
		}
	}
}

func TestWaitingCosts(t *testing.T) {
	row := Row{Provider: segments.Corporate, Source: segments.Form, Date: sendDay.AddDate(-1, 0, 0)}
	means := [2]float64{}
	for i, days := range [...]int{0, 60} {
		tally := NewTally(sendDay)
		row.Replied, row.RepliedAt = validate.Accepted, sendDay.AddDate(0, 0, -days)
		tally.Add(row, 1000)
		means[i] = predict(t, tally, Options{Params: perfect(t)}).Rate.AsIs.Mean
	}
	if want := 1 - math.Exp(-0.18*60/365); means[0] != 0 || math.Abs(means[1]-want) > 1e-9 {
		t.Errorf("after 0 and 60 days %v, want 0 and %v", means, want)
	}
}

func TestKeptRefusalsAreInTheCleanedList(t *testing.T) {
	refused := Row{
		Provider:  segments.Gmail,
		Source:    segments.Form,
		Replied:   validate.MailboxUnknown,
		RepliedAt: sendDay,
	}
	list := func(kept int64) *Forecast {
		tally := NewTally(sendDay)
		tally.Add(Row{Provider: segments.Gmail, Source: segments.Form}, 10_000)
		tally.Add(
			Row{Provider: segments.Gmail, Source: segments.Form, Replied: validate.Accepted, RepliedAt: sendDay},
			900,
		)
		tally.Add(refused, 100-kept)
		audited := refused
		audited.Kept = true
		tally.Add(audited, kept)
		f := predict(t, tally, Options{})
		if a, ok := f.Address(tally, audited); kept > 0 && (!ok || a.Gone || a.P < 0.5) {
			t.Errorf("a kept row: %+v, %v", a, ok)
		}
		return f
	}
	none, some := list(0), list(40)
	if got := some.Rate.Cleaned.Rows - none.Rate.Cleaned.Rows; got != 40 {
		t.Errorf("%d rows more are sent, want 40", got)
	}
	if got := some.Expected.Cleaned - none.Expected.Cleaned; got < 20 || got > 40 {
		t.Errorf("%.1f more bounces are expected of 40 refused mailboxes", got)
	}
	if diff := some.Expected.AsIs - none.Expected.AsIs; math.Abs(diff) > 1e-6 {
		t.Errorf("the list as it is differs by %g bounces", diff)
	}
	if a, _ := some.Address(NewTally(sendDay), refused); !a.Gone {
		t.Error("other refused rows stay, too")
	}
}
