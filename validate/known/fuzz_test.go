package known

import (
	"bytes"
	"strings"
	"testing"
)

func FuzzLookups(f *testing.F) {
	for _, d := range someDomains {
		f.Add("info+x", d)
	}
	f.Add("# a", "# b\n\t,")
	f.Add("\xff\x00", "..\xff")
	f.Add(strings.Repeat("a.", 40), strings.Repeat("a.", 300))
	f.Add("", "gmail.com")
	f.Fuzz(func(t *testing.T, local, domain string) {
		l := new(Lists)
		d := l.Domain(domain)
		if d.Alias && d.Disposable != None {
			t.Errorf("%q is an alias service and disposable", domain)
		}
		if (d.Free || d.Operator != "") && !isDomain(domain) {
			t.Errorf("%q is found: %+v", domain, d)
		}
		if kind := l.Role(local); kind != l.Role(strings.ToUpper(local)) && isASCII(local) {
			t.Errorf("Role(%q) depends on case", local)
		}
		if s := l.Suggest(domain, 1, nil); s == domain && s != "" {
			t.Errorf("%q is suggested for itself", s)
		}
		OperatorOf(domain)
		RegistrableDomain(domain)
		form := SameMailbox(nil, local, domain)
		at := bytes.LastIndexByte(form, '@')
		if at < 0 {
			t.Fatalf("SameMailbox(%q, %q) = %q", local, domain, form)
		}
		if again := SameMailbox(nil, string(form[:at]), string(form[at+1:])); !strings.Contains(domain, "@") &&
			!bytes.Equal(again, form) {
			t.Errorf("SameMailbox is not settled: %q, then %q", form, again)
		}
	})
}

func FuzzOwnList(f *testing.F) {
	f.Add([]byte("\ufeffdomain\n@a.example,\n# x\n\"b.example\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l := new(Lists)
		if l.AddBlocked(bytes.NewReader(text), "fuzz") != nil {
			return
		}
		for name := range l.own.blocked {
			if !isDomain(name) || l.Domain(name).Disposable != Strong {
				t.Errorf("%q was taken and is not found", name)
			}
		}
	})
}

func FuzzTable(f *testing.F) {
	f.Add("# c\na\t1\nb\nc,d\n", "a")
	f.Fuzz(func(t *testing.T, text, key string) {
		tab := table(text)
		value, found := tab.find(key)
		if tab.check(func(string, string) bool { return true }) != nil {
			return // not a table, but find must come back
		}
		for k, v := range tab.all() {
			if got, ok := tab.find(k); k != "" && (!ok || got != v) {
				t.Errorf("find(%q) = %q, %v, want %q", k, got, ok, v)
			}
			if k == key && k != "" && (!found || value != v) {
				t.Errorf("find(%q) misses", key)
			}
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}
