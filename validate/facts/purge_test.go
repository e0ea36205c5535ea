package facts

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prebounce/prebounce/validate"
)

// withAddresses gives the store a table of facts by address, as a later schema has one.
func withAddresses(t *testing.T, s *Store, addresses ...string) {
	t.Helper()
	if _, err := s.db.Exec("CREATE TABLE said (address BLOB, text TEXT, asked INTEGER, until INTEGER)"); err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		key := s.Key(a)
		if _, err := s.db.Exec("INSERT INTO said VALUES (?, 'what the mail host said', ?, ?)", key[:], noon.Unix(),
			noon.Add(day).Unix()); err != nil {
			t.Fatal(err)
		}
	}
}

func purged(t *testing.T, n int, err error, want int) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Errorf("removed %d facts, want %d", n, want)
	}
}

// traces reports whether the bytes are in the store's file or its companions.
func traces(t *testing.T, path string, what []byte) bool {
	t.Helper()
	found := false
	for _, companion := range []string{"", "-wal", "-shm"} {
		b, err := os.ReadFile(path + companion)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		found = found || bytes.Contains(b, what)
	}
	return found
}

func TestPurgeAddressLeavesNoTrace(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	s := mustOpen(t, path)
	put(t, s, map[string]validate.Mail{"example.com": sampleMail(1, noon)})
	withAddresses(t, s, "ana@example.com", "ben@example.com", "ana@example.com")
	ana, ben := s.Key("ana@example.com"), s.Key("ben@example.com")
	if !traces(t, path, ana[:]) {
		t.Fatal("the fact about the address isn't there to begin with")
	}
	n, err := s.PurgeAddress(t.Context(), "Ana@Example.com")
	purged(t, n, err, 2)
	if traces(t, path, ana[:]) {
		t.Error("the key of the address is still in the file")
	}
	if !traces(t, path, ben[:]) {
		t.Error("another address lost its fact")
	}
	if got := load(t, s, noon); len(got) != 1 {
		t.Error("the domain's fact is gone")
	}
}

func TestPurgeBefore(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, testPath(t))
	put(t, s, map[string]validate.Mail{
		"a.example": sampleMail(1, noon.Add(-time.Second)), "b.example": sampleMail(1, noon),
		"c.example": sampleMail(1, noon.Add(time.Second)),
	})
	withAddresses(t, s, "ana@example.com")
	n, err := s.PurgeBefore(t.Context(), noon)
	purged(t, n, err, 1)
	n, err = s.PurgeBefore(t.Context(), noon.Add(time.Second))
	purged(t, n, err, 2)
	if got := load(t, s, noon.Add(time.Second)); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
}

func TestPurgeAllKeepsTheKeyAndGivesRoomBack(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	s := mustOpen(t, path)
	before, err := s.Info(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	facts := make(map[string]validate.Mail)
	for _, letter := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
		for _, other := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
			facts[letter+other+".example"] = sampleMail(2, noon)
		}
	}
	put(t, s, facts)
	withAddresses(t, s, "ana@example.com")
	key := s.Key("ana@example.com")
	n, err := s.PurgeAll(t.Context())
	purged(t, n, err, len(facts)+1)
	after, err := s.Info(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if after.Domains != 0 || after.Bytes > before.Bytes+2*4096 || traces(t, path, []byte("operator02")) {
		t.Errorf("%d domains and %d bytes are left of %d", after.Domains, after.Bytes, before.Bytes)
	}
	mustClose(t, s)
	if again := mustOpen(t, path).Key("ana@example.com"); again != key {
		t.Error("the key has changed")
	}
}

func TestKey(t *testing.T) {
	a, b := mustOpen(t, testPath(t)), mustOpen(t, testPath(t))
	ana := a.Key("ana@example.com")
	if ana != a.Key("ANA@Example.COM") {
		t.Error("another spelling has another key")
	}
	if ana == a.Key("ben@example.com") {
		t.Error("two addresses have one key")
	}
	if ana == b.Key("ana@example.com") {
		t.Error("two installations have one key: who has guessed an address could look for it in any store")
	}
}

func TestNoAddressIsInTheFile(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	s := mustOpen(t, path)
	put(t, s, map[string]validate.Mail{"example.com": sampleMail(1, noon)})
	s.Put("ana.maria@example.com", sampleMail(1, noon))
	withAddresses(t, s, "ana.maria@example.com", "ben@example.com")
	if _, err := s.PurgeAddress(t.Context(), "ana.maria@example.com"); err != nil {
		t.Fatal(err)
	}
	if !traces(t, path, []byte("example.com")) {
		t.Error("the domain isn't in clear")
	}
	for _, who := range []string{"ana.maria", "ben@"} {
		if traces(t, path, []byte(who)) {
			t.Errorf("%s is in the file", who)
		}
	}
}

func TestInfo(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	s := mustOpen(t, path)
	put(t, s, map[string]validate.Mail{
		"a.example": sampleMail(1, noon.Add(-2*time.Hour)), "b.example": sampleMail(1, noon),
		"c.example": {Status: validate.NXDomain, Asked: noon.Add(-time.Hour)},
	})
	if err := os.WriteFile(path+".aside-1", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := s.Info(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if got.Bytes < 4096 {
		t.Errorf("%d bytes", got.Bytes)
	}
	got.Bytes = 0
	want := Contents{
		Path: path, Domains: 3, Fresh: 2, Status: map[string]int{"mx": 2, "nxdomain": 1},
		Oldest: noon.Add(-2 * time.Hour), Newest: noon, Aside: []string{path + ".aside-1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoesThatAreDoubtedAreForgotten(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	s := mustOpen(t, path)
	for name, status := range map[string]validate.MailStatus{"mx.example": validate.HasMX,
		"a.example":    validate.ImplicitMX,
		"gone.example": validate.NXDomain, "null.example": validate.IsNullMX, "none.example": validate.NoMX,
		"nowhere.example": validate.Unresolvable} {
		s.Put(name, validate.Mail{Status: status, Asked: time.Now()})
	}
	s.Doubt()
	s.Close()
	got := load(t, mustOpen(t, path), time.Now())
	if len(got) != 2 || got["mx.example"].Status != validate.HasMX || got["a.example"].Status != validate.ImplicitMX {
		t.Errorf("the store still has %v", got)
	}
}
