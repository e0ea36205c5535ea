package known

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDomain(t *testing.T) {
	for _, c := range []struct {
		says, name string
		want       Domain
	}{
		{"a stranger is nothing", "prebounce-has-never-heard-of.it", Domain{}},
		{"a name on curated and gathered lists", "mailinator.com", Domain{Disposable: Strong,
			Sources: Curated | SeenLately | Checker | Gathered}},
		{"a subdomain inherits it", "my.mailinator.com", Domain{Disposable: Strong,
			Sources: Curated | SeenLately | Checker | Gathered}},
		{"a name that one gathered list has, and that is of their kind", "0.pbot.tk", Domain{Disposable: Weak,
			Sources: Gathered}},
		{"a name that two gathered lists have", "aabbt.com", Domain{Disposable: Strong, Sources: Checker | Gathered}},
		{"one of five letters that somebody may be called", "biden.com", Domain{Disposable: Weak, Sources: Gathered}},
		{"a plain word", "linden.com", Domain{Disposable: Weak, Sources: Gathered}},
		{"a host that other sites load things from", "salemnewschannel.com", Domain{Disposable: Weak,
			Sources: Gathered}},
		{"a company that one gathered list has", "angi.com", Domain{}},
		{"another", "test.de", Domain{}},
		{"a company's mail domain", "facebookmail.com", Domain{}},
		{"a short name that two of them have may be a company's", "acs.net", Domain{Disposable: Weak,
			Sources: Gathered}},
		{"an alias service of old", "recursor.net", Domain{Alias: true}},
		{"a public suffix speaks for itself", "ddns.net", Domain{Disposable: Weak, Sources: Gathered}},
		{"and for no name below it", "my-company.ddns.net", Domain{}},
		{"a free provider with its operator", "gmail.com", Domain{Free: true, Operator: "google"}},
		{"a free provider's subdomain is somebody's own", "news.gmail.com", Domain{}},
		{"a free provider without an operator of ours", "riseup.net", Domain{Free: true}},
		{"an alias service", "duck.com", Domain{Alias: true, Operator: "duckduckgo"}},
		{"an alias service's subdomain", "me.anonaddy.com", Domain{Alias: true}},
		{"a slip of the pen that curated lists have", "gmial.com", Domain{Disposable: Weak,
			Sources: Curated | Checker}},
		{"nothing", "", Domain{}},
		{"only dots", "...", Domain{}},
		{"a comment of a table is no name", "# Kept by hand.", Domain{}},
	} {
		t.Run(c.says, func(t *testing.T) {
			if diff := cmp.Diff(c.want, new(Lists).Domain(c.name)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every entry must be found by the names that it stands for, or the filter and the search disagree.
func TestEveryEntryIsFound(t *testing.T) {
	var l *Lists
	for name, mask := range embedded.disposable.all() {
		if d := l.Domain(name); d.Disposable == None {
			t.Fatalf("%s (%s) is not found", name, mask)
		}
	}
	for name, kind := range embedded.roles.all() {
		if got := l.Role(name); got.String() != kind && got != NoReply {
			t.Errorf("Role(%s) = %v, the list says %s", name, got, kind)
		}
	}
}

func TestTheUsersOwnListsComeFirst(t *testing.T) {
	l := new(Lists)
	for _, err := range []error{
		l.AddBlocked(strings.NewReader("\ufeffDomain\n@Rival.example.org, # no "+
			"thanks\n\n*.bücher.example.org\nboth.example.org\nduck.com\nddns.net\n"), "block.csv"),
		l.AddAllowed(strings.NewReader("\"mailinator.com\";\r\nboth.example.org\r\n"), "allow.csv"),
		l.AddAlias(strings.NewReader("# ours\nforward.example.org"), "alias.txt"),
		l.AddRoles(strings.NewReader("Welcome-Desk\nkäse\n"), "roles.txt"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	blocked := Domain{Disposable: Strong, Sources: UserList}
	for name, want := range map[string]Domain{
		"rival.example.org":             blocked,
		"eu.rival.example.org":          blocked,
		"xn--bcher-kva.example.org":     blocked,
		"both.example.org":              {},
		"mailinator.com":                {},
		"my.mailinator.com":             {},
		"x.forward.example.org":         {Alias: true},
		"duck.com":                      {Disposable: Strong, Sources: UserList, Alias: true, Operator: "duckduckgo"},
		"guerrillamail.com":             new(Lists).Domain("guerrillamail.com"),
		"example.org":                   {},
		"ddns.net":                      {Disposable: Strong, Sources: UserList | Gathered},
		"my-company.ddns.net":           {},
		"notrival.example.org":          {},
		"rival.example.org.example.com": {},
	} {
		if diff := cmp.Diff(want, l.Domain(name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := l.Role("WELCOME-desk+x"); got != Department {
		t.Errorf("Role = %v", got)
	}
}

func TestOwnListsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"a.example\nno domain\n":                    `mine.csv: line 2: "no domain": no domain`,
		"a.example,b.example\n":                     `mine.csv: line 1: "a.example,b.example": no domain`,
		"localhost\n":                               `mine.csv: line 1: "localhost": no domain`,
		"a\x00b.example\n":                          `mine.csv: line 1: "a\x00b.example": no domain`,
		"a.example\n" + strings.Repeat("x", 70_000): "mine.csv: line 2: bufio.Scanner: token too long",
		"ok.example\nuser@mail.example\n":           `mine.csv: line 2: "user@mail.example": no domain`,
	} {
		err := new(Lists).AddBlocked(strings.NewReader(text), "mine.csv")
		if err == nil || err.Error() != want {
			t.Errorf("%.30q: got %v, want %s", text, err, want)
		}
	}
	if err := new(Lists).AddRoles(strings.NewReader("ok\nnot ok\n"), "r"); err == nil ||
		!strings.HasPrefix(err.Error(), "r: line 2: ") {
		t.Errorf("roles: %v", err)
	}
}

func TestSourcesHaveTheirNames(t *testing.T) {
	known := map[string]bool{"your list": true}
	for _, s := range new(Lists).Sources() {
		known[s.Name] = true
	}
	for bit := Curated; bit <= UserList; bit <<= 1 {
		names := bit.Names()
		if len(names) != 1 || !known[names[0]] {
			t.Errorf("%b: %v", bit, names)
		}
	}
	if got := (Curated | Gathered | UserList).Names(); !slices.Equal(got, []string{"disposable-email-domains-js",
		"disposable-domains", "your list"}) {
		t.Errorf("%v", got)
	}
	if got := (SeenLately | SeenLongAgo).Names(); len(got) != 1 {
		t.Errorf("one list counts twice: %v", got)
	}
	if got := SeenLongAgo.Strength(); got != Weak {
		t.Errorf("seen long ago is %v", got)
	}
}

func TestRegistrableDomain(t *testing.T) {
	for host, want := range map[string]string{
		"mx1.mail.example.co.uk": "example.co.uk", "example.com": "example.com", "com": "com",
		"x.ddns.net": "x.ddns.net", "": "", "..": "..",
	} {
		if got := RegistrableDomain(host); got != want {
			t.Errorf("RegistrableDomain(%q) = %q, want %q", host, got, want)
		}
	}
}

// Who collects the names beside a large mail domain gets the mail of customers who mistyped it: they are
// asked, not removed.
func TestANameBesideAMailDomainIsAskedAbout(t *testing.T) {
	l := new(Lists)
	for name, meant := range map[string]string{
		"gmain.com": "gmail.com", "gaail.com": "gmail.com", "ootlook.com": "outlook.com", "icluoud.com": "icloud.com",
		"notmail.com": "hotmail.com", "amail.com": "gmail.com", "lastmail.com": "fastmail.com",
	} {
		d := l.Domain(name)
		if d.Disposable != Weak {
			t.Errorf("%s is %v by %v, want weak", name, d.Disposable, d.Sources.Names())
		}
		if got := l.Suggest(name, 0, nil); got != meant {
			t.Errorf("%s: %q, want %q", name, got, meant)
		}
	}
	for _, name := range []string{"mailinator.com", "gmail.com", "mail.gmain.example", "x.gmain.com"} {
		if meant := nearMail(name); meant != "" {
			t.Errorf("%s is beside %s", name, meant)
		}
	}
}
