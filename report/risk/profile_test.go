package risk

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

func TestProfiles(t *testing.T) {
	want := map[string][3]float64{ // warn, act, target
		"ses": {0.05, 0.10, 0.05}, "hubspot": {0.05, 0.05, 0.05}, "brevo": {0.02, 0.02, 0.02},
		"sendgrid": {0.05, 0, 0.05},
		"klaviyo":  {0.008, 0.015, 0.015}, "mailchimp": {0.02, 0.05, 0.02}, "mailgun": {0.05, 0.05, 0.05},
		"postmark": {0.05, 0.10, 0.05}, "generic": {0.02, 0.05, 0.02}, "strict": {0.01, 0.02, 0.01},
	}
	for _, p := range Profiles() {
		if got := [3]float64{p.Warn, p.Act, p.Target}; got != want[p.Name] {
			t.Errorf("%s: %v, want %v", p.Name, got, want[p.Name])
		}
		delete(want, p.Name)
		again, err := ParseProfile(strings.NewReader(p.String()))
		if err != nil || again != p {
			t.Errorf("%s reads back as %+v, %v", p.Name, again, err)
		}
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
	if _, ok := ProfileNamed("nobody"); ok {
		t.Error("found nobody")
	}
}

func TestParseProfile(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"warn alone is the target", "name=a\nwarn=2%", "target 0.02"},
		{"act is the target before warn", "name=a\nwarn=2%\nact = 0.04 # of our own", "target 0.04"},
		{"only act", "\n# house\nname=a\nact=4 %\n", "target 0.04"},
		{"no name", "act=4%", "profile has no name"},
		{"no line at all", "name=a", "profile a has no limit"},
		{"a rate of nothing", "name=a\nact=0", `profile line 2: invalid act "0": want a rate between 0 and 100%`},
		{"a rate that is no number", "name=a\nact=NaN",
			`profile line 2: invalid act "NaN": want a rate between 0 and 100%`},
		{"acts before it warns", "name=a\nwarn=5%\nact=2%",
			"invalid profile a: warn (0.05) must not be above act (0.02)"},
		{"a line without a value", "name=a\nsource=\nact=2%", "profile line 2: source has no value"},
		{"a word nobody knows", "name=a\nactt=2%",
			`profile line 2: invalid line "actt=2%": want NAME = VALUE with a name from name`},
		{"a date that is none", "name=a\nact=2%\ndate=May", `profile line 3: invalid date "May": want a date`},
		{"counts neither", "name=a\nact=2%\ncounts=soft", `profile line 3: invalid counts "soft": want one of`},
		{"a volume of nothing", "name=a\nact=2%\nmin_volume=0", `profile line 3: invalid min_volume "0"`},
		{"a minimum volume", "name=a\nact=2%\nmin_volume=1000", "target 0.02"},
		{"endless", strings.Repeat("# nothing\n", 10_000), "profile is longer than"},
		{"one endless line", strings.Repeat("x", 70_000), "profile: bufio.Scanner: token too long"},
	} {
		p, err := ParseProfile(strings.NewReader(c.text))
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = fmt.Sprint("target ", p.Target)
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func FuzzParseProfile(f *testing.F) {
	f.Add("name = house\nwarn = 2%\nact = 4%\n")
	f.Add("name=a\nact=2%\nmin_volume=1000\n")
	f.Add("name=a\nact=0.5\nsource=x # y\ncounts=hard+soft\nkind=reported\ndate=2026-01-02\n")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseProfile(strings.NewReader(s))
		if err != nil {
			return
		}
		again, err := ParseProfile(strings.NewReader(p.String()))
		if err != nil || again != p {
			t.Errorf("%+v reads back as %+v, %v", p, again, err)
		}
		if p.Target <= 0 || p.Target >= 1 {
			t.Errorf("target %v", p.Target)
		}
	})
}

// TestMinimumVolume: one bounce among 30 messages is not a rate where the service judges a thousand, and with
// 999 sent before it is one.
func TestMinimumVolume(t *testing.T) {
	for _, c := range []struct {
		name   string
		volume int64
		before History
		over   bool // a 2% line, with one certain bounce
		says   bool
	}{
		{"without a minimum", 0, History{}, true, false},
		{"under the minimum", 1000, History{}, false, true},
		{"under the minimum with what was sent before", 1000, History{Sent: 900}, false, true},
		{"bounces from before count", 1000, History{Sent: 900, Hard: 20}, true, true},
		{"over the minimum with what was sent before", 1000, History{Sent: 970, Hard: 20}, true, false},
	} {
		tally := NewTally(sendDay)
		tally.Add(Row{Provider: segments.Gmail, Source: segments.Confirmed, Sign: segments.Survived, Date: sendDay}, 29)
		tally.Add(Row{Settled: validate.PastBounce}, 1)
		p := Profile{Name: "house", Title: "House", Target: 0.02, Does: "acts", Counts: "hard", Volume: c.volume}
		f := predict(t, tally, Options{Profile: p, History: c.before})
		if over := f.Threshold.Exceed.AsIs > 0.5; over != c.over {
			t.Errorf("%s: %v likely to exceed", c.name, f.Threshold.Exceed.AsIs)
		}
		if says := strings.Contains(f.Verdict.Because, "at least 1,000 messages"); says != c.says {
			t.Errorf("%s: %s", c.name, f.Verdict.Because)
		}
	}
}
