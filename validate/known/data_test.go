package known

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"time"
)

func TestCarriedListsAreThoseOfTheirManifest(t *testing.T) {
	l, err := Read(os.DirFS("data"))
	if err != nil {
		t.Fatal(err)
	}
	if l.opened.filter != embedded.filter {
		t.Error("filter.bin is not the filter of these lists: make data")
	}
	if l.opened.manifest != manifestText {
		t.Error("MANIFEST.json is not as it would be written: make data")
	}
}

func TestEverySourceIsDescribed(t *testing.T) {
	var l *Lists
	sources := l.Sources()
	if len(sources) < 10 {
		t.Fatalf("%d sources", len(sources))
	}
	notices, err := os.ReadFile("../../THIRD_PARTY_DATA.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		if _, err := time.Parse(time.DateOnly, s.Date); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		if s.Version == "" || s.Licence == "" || s.Integrity == "" || s.Count == 0 || s.Description == "" {
			t.Errorf("incomplete: %+v", s)
		}
		if !strings.Contains(string(notices), "\n## "+s.Name+" "+s.Version+"\n") {
			t.Errorf("THIRD_PARTY_DATA.md lacks %s %s: make data", s.Name, s.Version)
		}
		if s.Date > l.Version() {
			t.Errorf("%s is newer than the lists' version %s", s.Name, l.Version())
		}
	}
}

func TestAge(t *testing.T) {
	l, err := Pack("", "", "", []Source{{Name: "new", Date: "2026-03-01"}, {Name: "old", Date: "2025-01-01"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := l.Age(time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)), 60*time.Hour; got != want {
		t.Errorf("%v old, want %v", got, want)
	}
}

func TestHandTablesCanBeSearched(t *testing.T) {
	bare := func(name, value string) bool { return isDomain(name) && value == "" }
	for name, c := range map[string]struct {
		table  table
		proper func(name, value string) bool
	}{
		"alias.txt": {aliases, bare},
		"guard.txt": {guards, bare},
		"consumers.txt": {consumers, func(name, operator string) bool {
			_, ok := OperatorNamed(operator)
			return ok &&
				isDomain(name)
		}},
		"mailboxes.txt": {table(mailboxesText), func(name, rule string) bool {
			_,
				ok := mailboxRules[rule]
			return ok && isDomain(name)
		}},
		"places.txt": {places, func(name, value string) bool {
			return name == lower(name) &&
				len(name) <= maxRole && value == ""
		}},
		"targets.txt": {targets, func(name, kind string) bool {
			return isDomain(name) &&
				(kind == "" || kind == "giant")
		}},
		"typos.txt": {typos, func(_, meant string) bool { return targets.has(meant) }},
		"providers.csv": {providers, func(name, _ string) bool {
			return isDomain(name) || name == "localhost" ||
				name == "mx.microsoft"
		}},
	} {
		if err := c.table.check(c.proper); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for key, value := range c.table.all() {
			if got, ok := c.table.find(key); !ok || got != value {
				t.Errorf("%s: find(%q) = %q, %v", name, key, got, ok)
			}
		}
	}
}

func TestProvidersTableIsCSVOfKnownWords(t *testing.T) {
	r := csv.NewReader(strings.NewReader(providersText))
	r.Comment, r.FieldsPerRecord = '#', 7
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	words := []map[string]bool{
		2: set("mailbox", "hosting", "gateway", "forwarder", "parking"),
		3: set("no", "often", "yes", "unknown"),
		4: set("ask", "gently", "no"),
	}
	first := map[string]string{}
	for _, row := range rows {
		for i, known := range words {
			if known != nil && !known[row[i]] {
				t.Errorf("%s: %q in column %d", row[0], row[i], i+1)
			}
		}
		if _, err := time.Parse(time.DateOnly, row[6]); err != nil || row[1] == "" || row[5] == "" {
			t.Errorf("%s: %v", row[0], row)
		}
		what := strings.Join(row[2:5], ",")
		if was, again := first[row[1]]; again && was != what {
			t.Errorf("%s is %s here and %s there", row[1], what, was)
		}
		first[row[1]] = what
	}
}

func TestNoTypoIsAProviderAndEveryTargetIs(t *testing.T) {
	var l *Lists
	for typed := range typos.all() {
		if d := l.Domain(typed); d.Free || d.Operator != "" || targets.has(typed) {
			t.Errorf("%s is a slip and a provider", typed)
		}
	}
	for domain := range targets.all() {
		if !l.Domain(domain).Free {
			t.Errorf("%s is suggested, but is no free provider", domain)
		}
	}
	for domain := range embedded.free.all() {
		if meant := Typo(domain); meant != "" {
			t.Errorf("%s is called free, and is a slip of %s", domain, meant)
		}
	}
}

func TestHashesOfASuffixComeFromOnePass(t *testing.T) {
	name := "mail.example.co.uk"
	h := domainSeed
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' && h != domainSeed.of(name[i+1:]) {
			t.Errorf("the hash on the way is not that of %q", name[i+1:])
		}
		h = h.add(name[i])
	}
	if h != domainSeed.of(name) {
		t.Error("nor is the whole one")
	}
}

// The filter may let strangers pass, but few, or it saves nothing.
func TestFilterKeepsStrangersOut(t *testing.T) {
	passed := 0
	for i := range 10_000 {
		if embedded.filter.has(domainSeed.of(strings.Repeat("q", i%7) + "company" + string(rune('a'+i%26)) +
			".example" + string(rune('a'+i/26%26)) + ".com")) {
			passed++
		}
	}
	if passed > 300 {
		t.Errorf("%d of 10000 strangers pass", passed)
	}
}

func set(words ...string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words {
		m[w] = true
	}
	return m
}
