package known

import (
	"maps"
	"strings"
	"testing"
)

func TestSuggestWithoutAPrior(t *testing.T) {
	for typed, want := range map[string]string{
		"gmial.com": "gmail.com", "gnail.com": "gmail.com", "gmaill.com": "gmail.com", "gmail.con": "gmail.com",
		"gmial.con": "gmail.com",
		"gmail.cm":  "gmail.com", "gmail.co": "gmail.com", "gmail.comm": "gmail.com", "gmailcom": "gmail.com",
		"hotmailcom": "hotmail.com",
		"hotmial.fr": "hotmail.fr", "yaho.co.uk": "yahoo.co.uk", "outlok.com": "outlook.com",
		"protonmial.com": "protonmail.com",
		"portonmali.com": "protonmail.com", "acme-widgets.con": "acme-widgets.com", "comcast.nte": "comcast.net",
		"acme.ogr": "acme.org",

		"hornail.com": "hotmail.com", "hotmail.con.br": "hotmail.com.br", "hotmail.co": "hotmail.com",
		"comcast.nry": "comcast.net", "gmsn.com": "msn.com",
		"livr.com": "live.com", "acme.ifno": "acme.info", "acme.com.uk": "acme.co.uk", "acme.com.nz": "acme.co.nz",
		"acme.co.br":  "acme.com.br",
		"acme.con.au": "acme.com.au", "acme.nrt": "acme.net", "acme.orgn": "acme.org", "icloud.co": "icloud.com",
		"outlook.co": "outlook.com",
		"acme.co.uk": "", "acme.com.br": "", "acme.com.de": "", "acme.com.co": "", "acme.uk.com": "",
		"acme.co.de": "", "acme.co.pl": "", "acme.co.it": "", "acme.xyz": "", "acme.local": "",

		// somebody's own
		"gmx.net": "", "mail.com": "", "ymail.com": "", "email.com": "", "gail.com": "", "cloud.com": "",
		"hmail.com": "", "qmail.com": "",
		"yahoo.co": "", "glob.com": "", "roger.com": "", "line.com": "", "love.com": "", "hotmails.com": "",
		"outlooks.com": "",
		"icloud.de":    "", "aon.com": "", "sfr.com": "", "acme.com": "", "acme.co": "", "acme.cm": "", "duck.com": "",
		"gmail.com": "", "hotmail.co.uk": "",
		"": "", ".": "", "com": "", "con": "", ".con": "", "gmail": "", "free.ft": "",
		"mailinator.con": "", "mail.mailinator.con": "", // not worth mending
	} {
		if got := new(Lists).Suggest(typed, 0, nil); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestTheUsersListIsTheBestPrior(t *testing.T) {
	p := NewPrior(maps.All(map[string]int{
		"gmail.com": 40_000, "hotmail.co.uk": 9_000, "hotmail.com": 20, "yahoo.com": 800, "yahoo.co.uk": 700,
		"libero.it":           900,
		"bigcorp.example.com": 4, "bigcorporation.com": 5_000, "smallcorp.com": 300, "company1.de": 6_000,
		"gmaul.com": 600, "aaaa.de": 9_000, "protonmail.com": 3_000,
	}))
	for _, c := range []struct {
		says, typed string
		seen        int
		want        string
	}{
		{"a name once, a letter from one seen 5000 times", "bigcorpration.com", 1, "bigcorporation.com"},
		{"the same, but too often for a slip", "bigcorpration.com", 20, ""},
		{"one seen 300 times is no target", "smalcorp.com", 1, ""},
		{"a far key is a name of its own", "bigcorporatizn.com", 1, ""},
		{"a number of its own", "company7.de", 1, ""},
		{"four letters are too few", "aaab.de", 1, ""},
		{"hotmail.co is what the list says it is", "hotmail.co", 3, "hotmail.co.uk"},
		{"where the list is in two minds, so are we", "yahoo.co", 3, ""},
		{"a first letter, with forty thousand witnesses", "hmail.com", 3, "gmail.com"},
		{"a first letter that is no slip at this rate", "hmail.com", 300, ""},
		{"a provider that is no giant, with witnesses", "libeo.it", 1, "libero.it"},
		{"a consumer domain that the list lacks", "virgiliio.it", 1, ""},
		{"two edits, one of them odd", "fotonmail.com", 1, ""},
		{"two edits that fingers make", "portonmial.com", 1, "protonmail.com"},
		{"a country's domain, once", "bigcorporation.co", 1, "bigcorporation.com"},
		{"a country's domain, not so seldom", "bigcorporation.co", 40, ""},
		{"a slip that is common and still a slip", "gmaul.com", 600, "gmail.com"},
		{"a slip of a giant that the list speaks against", "icloiud.com", 9, ""},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := new(Lists).Suggest(c.typed, c.seen, p); got != c.want {
				t.Errorf("Suggest(%q, %d) = %q, want %q", c.typed, c.seen, got, c.want)
			}
		})
	}
}

func TestADomainMoreFrequentThanWhatItWouldMeanIsNoSlip(t *testing.T) {
	p := NewPrior(maps.All(map[string]int{"gemail.com": 5_000, "gmail.com": 900}))
	if got := new(Lists).Suggest("gemail.com", 5_000, p); got != "" {
		t.Errorf("taken for %s", got)
	}
}

func TestAPriorIsBounded(t *testing.T) {
	counts := map[string]int{strings.Repeat("a", 70) + ".com": 10_000}
	for i := range 5_000 {
		counts[strings.Repeat("b", 1+i%20)+strings.Repeat("c", 1+i/20%50)+strings.Repeat("d", 1+i/1000)+
			".com"] = 1_000 + i
	}
	p, n := NewPrior(maps.All(counts)), 0
	for _, bucket := range p.all {
		n += len(bucket)
	}
	if n > maxOwn+targets.count() {
		t.Errorf("%d targets", n)
	}
}

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		typed, meant string
		n            int
		odd          bool
	}{
		{"gmail", "gmail", 0, false}, {"gmial", "gmail", 1, false}, {"gmal", "gmail", 1, false},
		{"gmaill", "gmail", 1, false},
		{"gmsil", "gmail", 1, false}, {"gmxil", "gmail", 1, true}, {"mail", "gmail", 1, true}, {"agmail", "gmail", 1,
			true}, {"gmai", "gmail", 1, false},
		{"gmaxil", "gmail", 1, true}, {"mgail", "gmail", 1, false}, {"gmia", "gmail", 2, false},
		{"lgmia", "gmail", 3, true}, {"", "ab", 2, true}, {"", "", 0, false},
	} {
		n, odd := edits(c.typed, c.meant, 0, 0, maxEdits)
		if n != c.n || (n <= maxEdits && odd != c.odd) {
			t.Errorf("edits(%q, %q) = %d, %v, want %d, %v", c.typed, c.meant, n, odd, c.n, c.odd)
		}
	}
}
