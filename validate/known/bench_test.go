package known

import (
	"maps"
	"strings"
	"testing"
)

// Names as they occur: of ten domains seven are strangers; of ten local parts one is a role.
var (
	someDomains = strings.Fields("my.mailinator.com company.ddns.net example-widgets.de mail.some-company.co.uk " +
		"gmail.com university.example.edu klein-und-partner.at mailinator.com web.de acme-logistics.com " +
		"stadtwerke-musterhausen.de yahoo.fr")
	strangers = strings.Fields("example-widgets.de some-company.co.uk klein-und-partner.at acme-logistics.com " +
		"stadtwerke-musterhausen.de a-b.it")
	someLocals = strings.Fields("john.smith maria Peter.Mueller j.doe info anna-lena k.nowak sophie92 t_andersson " +
		"pierre.dupont")
	result any
)

func BenchmarkDomain(b *testing.B) {
	for name, domains := range map[string][]string{"mixed": someDomains, "strangers": strangers,
		"listed": {"mailinator.com", "guerrillamail.com", "yopmail.com"}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var d Domain
			for i := 0; b.Loop(); i++ {
				d = (*Lists)(nil).Domain(domains[i%len(domains)])
			}
			result = d
		})
	}
}

func BenchmarkRole(b *testing.B) {
	for name, locals := range map[string][]string{"mixed": someLocals, "roles": {"info", "buchhaltung", "sales.uk",
		"no-reply"}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var k RoleKind
			for i := 0; b.Loop(); i++ {
				k = (*Lists)(nil).Role(locals[i%len(locals)])
			}
			result = k
		})
	}
}

func BenchmarkSameMailbox(b *testing.B) {
	b.ReportAllocs()
	dst := make([]byte, 0, 128)
	for i := 0; b.Loop(); i++ {
		dst = SameMailbox(dst[:0], someLocals[i%len(someLocals)], someDomains[i%7])
	}
	result = dst
}

func BenchmarkOperatorOf(b *testing.B) {
	hosts := strings.Fields("aspmx.l.google.com example-com.mail.protection.outlook.com mx1.some-company.co.uk " +
		"mxa-00123.gslb.pphosted.com")
	b.ReportAllocs()
	var o Operator
	for i := 0; b.Loop(); i++ {
		o, _ = OperatorOf(hosts[i%len(hosts)])
	}
	result = o
}

func BenchmarkSuggest(b *testing.B) {
	own := map[string]int{}
	for i, d := range someDomains {
		for j := range 100 {
			own[strings.Repeat("x", j%9)+string(rune('a'+j%26))+d] = minOwn + i
		}
	}
	typed := append([]string{"gmial.com", "hotmial.co.uk"}, someDomains...)
	for name, p := range map[string]*Prior{"consumers": nil, "1000 of the list": NewPrior(maps.All(own))} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var s string
			for i := 0; b.Loop(); i++ {
				s = (*Lists)(nil).Suggest(typed[i%len(typed)], 1, p)
			}
			result = s
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir() + "/lists"
	if err := new(Lists).Save(dir); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Open(dir); err != nil {
			b.Fatal(err)
		}
	}
}

func TestHotFunctionsDoNotAllocate(t *testing.T) {
	l := new(Lists)
	if err := l.AddBlocked(strings.NewReader("blocked.example\n"), "mine"); err != nil {
		t.Fatal(err)
	}
	if err := l.AddRoles(strings.NewReader("chief\n"), "mine"); err != nil {
		t.Fatal(err)
	}
	dst := make([]byte, 0, 512)
	for name, f := range map[string]func(){
		"Domain": func() {
			for _, d := range someDomains {
				l.Domain(d)
			}
		},
		"Role": func() {
			for _, s := range append(someLocals[:len(someLocals):len(someLocals)], "owner-x", "sales.uk",
				"do-not-reply", strings.Repeat("a", 64)) {
				l.Role(s)
			}
		},
		"SameMailbox": func() {
			for _, d := range someDomains {
				dst = SameMailbox(dst[:0], "J.Doe+x", d)
			}
		},
		"OperatorOf": func() { OperatorOf("example-com.mail.protection.outlook.com") },
	} {
		allowed := 0.0
		if name == "Role" {
			allowed = 2 // the test's own append and Repeat
		}
		if n := testing.AllocsPerRun(100, f); n > allowed {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
