package known

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	someDisposable = "# a comment\nhoax.example\t1\nhoax.example.org\t18\n"
	someFree       = "free.example\n"
	someRoles      = "boss\tdepartment\n"
)

// some makes a small set of lists, newer than any that the program may carry.
func some(t *testing.T) *Lists {
	t.Helper()
	l, err := Pack(someDisposable, someFree, someRoles, []Source{{Name: "a friend", Date: "2999-01-01", Count: 2}})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestPackRefuses(t *testing.T) {
	for _, c := range []struct{ says, disposable, free, roles, want string }{
		{"names out of order", "b.example\t1\na.example\t1\n", "", "",
			`disposable.txt: line 2: "a.example" stands after "b.example"`},
		{"a name twice", "", "a.example\na.example\n", "", `free.txt: line 2: "a.example" stands after "a.example"`},
		{"a last line without end", "a.example\t1", "", "", "disposable.txt: line 1 has no end"},
		{"a mask of sources that do not exist", "a.example\t20\n", "", "",
			`disposable.txt: line 1: "a.example\t20\n" does not belong here`},
		{"a name that is no domain", "A.example\t1\n", "", "",
			`disposable.txt: line 1: "A.example\t1\n" does not belong here`},
		{"a role of no kind", "", "", "boss\n", `roles.txt: line 1: "boss\n" does not belong here`},
		{"a comment between the names", "", "a.example\n# b\n", "", `free.txt: line 2: "# b\n" does not belong here`},
		{"a guarded company", "microsoft.com\t1\n", "", "",
			"disposable.txt: microsoft.com can't be disposable: it is on the guard list"},
		{"an alias service's subdomain", "x.anonaddy.com\t1\n", "", "",
			"disposable.txt: x.anonaddy.com can't be disposable: it is an alias service"},
		{"an operator's mail hosts", "a.pphosted.com\t1\n", "", "",
			"disposable.txt: a.pphosted.com can't be disposable: it is an operator's own domain"},
		{"a consumer domain", "yahoo.fr\t1\n", "", "",
			"disposable.txt: yahoo.fr can't be disposable: it is a consumer domain"},
		{"a public suffix without its mark", "ddns.net\t1\n", "", "",
			"disposable.txt: ddns.net would speak for all names below it: it is a public suffix and lacks the bit 40"},
		{"a mark and no source", "ddns.net\t40\n", "", "",
			`disposable.txt: line 1: "ddns.net\t40\n" does not belong here`},
		{"a domain free below a disposable one", "a.example\t1\n", "b.a.example\n", "",
			"disposable.txt: b.a.example can't be disposable: it is a free provider"},
	} {
		t.Run(c.says, func(t *testing.T) {
			_, err := Pack(c.disposable, c.free, c.roles, nil)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestSavedListsAreOpened(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "prebounce", "lists")
	for range 2 { // the second time in place of the first
		if err := some(t).Save(dir); err != nil {
			t.Fatal(err)
		}
	}
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if l.Embedded() || l.Version() != "2999-01-01" {
		t.Errorf("embedded %v, version %s", l.Embedded(), l.Version())
	}
	got := []Domain{l.Domain("www.hoax.example"), l.Domain("free.example"), l.Domain("mailinator.com"),
		l.Domain("gmail.com")}
	want := []Domain{{Disposable: Strong, Sources: Curated}, {Free: true}, {}, {Operator: "google"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if l.Role("boss") != Department || l.Role("info") != NotRole {
		t.Error("the roles are not the opened ones")
	}
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the lists: %v, %v", left, err)
	}
}

func TestOpenFallsBackOnTheProgramsLists(t *testing.T) {
	old, err := Pack(someDisposable, someFree, someRoles, []Source{{Name: "a friend", Date: "2001-01-01"}})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "old")
	if err := old.Save(dir); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", filepath.Join(t.TempDir(), "none"), dir} {
		if l, err := Open(dir); err != nil || !l.Embedded() {
			t.Errorf("Open(%q): %v", dir, err)
		}
	}
}

func TestDamagedListsAreAnError(t *testing.T) {
	dir := t.TempDir() + "/lists"
	if err := some(t).Save(dir); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"free.txt":       {"fine.example\n", "free.txt is not the file that MANIFEST.json describes"},
		"disposable.txt": {"\x00", "disposable.txt is not the file"},
		"filter.bin":     {"\x00", "filter.bin is not the file"},
		"MANIFEST.json":  {`{"format": 2}`, "format 2; this version reads 1"},
		"roles.txt":      {"", "roles.txt is not the file"},
	} {
		was, _ := os.ReadFile(filepath.Join(dir, name))
		os.WriteFile(filepath.Join(dir, name), []byte(c.text), 0o600)
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		os.WriteFile(filepath.Join(dir, name), was, 0o600)
	}
	os.Remove(filepath.Join(dir, "free.txt"))
	if _, err := Open(dir); err == nil {
		t.Error("a missing list is no error")
	}
}

// endless is a list without an end.
type endless struct{ fstest.MapFS }

type zeros struct{ fs.File }

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (e endless) Open(name string) (fs.File, error) {
	f, err := e.MapFS.Open(name)
	return zeros{f}, err
}

func TestReadIsBounded(t *testing.T) {
	_, err := Read(endless{fstest.MapFS{"MANIFEST.json": &fstest.MapFile{}}})
	if err == nil || err.Error() != "MANIFEST.json: longer than 64 MiB" {
		t.Error(err)
	}
}

// A set that somebody else made has a manifest that agrees with it, and is checked all the same.
func TestReadChecksWhatOpenNeedNot(t *testing.T) {
	s := &lists{disposable: "microsoft.com\t1\n", free: someFree, roles: someRoles}
	if err := s.describe([]Source{{Name: "a foe", Date: "2999-01-01"}}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "lists")
	if err := (&Lists{opened: s}).Save(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(os.DirFS(dir)); err == nil || !strings.Contains(err.Error(),
		"microsoft.com can't be disposable") {
		t.Error(err)
	}
}

func TestResized(t *testing.T) {
	l := some(t)
	more, err := l.With("free.txt", strings.NewReader(someFree+"more.example\n"), time.Now().Format(time.DateOnly))
	if err != nil {
		t.Fatal(err)
	}
	if err := more.Resized(l); err == nil || err.Error() != "free.txt: 2 entries, where there were 1" {
		t.Errorf("twice as many: %v", err)
	}
	if err := l.Resized(more); err == nil {
		t.Error("half as many is no error")
	}
	if err := l.Resized(l); err != nil {
		t.Errorf("as many: %v", err)
	}
}

func TestWithReplacesOneListAndSaysSo(t *testing.T) {
	l := some(t)
	for range 2 { // replaced again, it is still one source
		var err error
		if l, err = l.With("roles.txt", strings.NewReader("chief\tdepartment\n"), "2999-02-03"); err != nil {
			t.Fatal(err)
		}
	}
	if l.Role("chief") != Department || l.Role("boss") != NotRole || l.Domain("hoax.example").Disposable != Strong {
		t.Error("the wrong list was replaced")
	}
	want := []Source{
		{Name: "a friend", Date: "2999-01-01", Count: 2},
		{Name: "roles.txt", Date: "2999-02-03", Count: 1,
			Description: "given by hand in place of the list of that name"},
	}
	if diff := cmp.Diff(want, l.Sources()); diff != "" || l.Version() != "2999-02-03" {
		t.Error(l.Version(), diff)
	}
	if _, err := l.With("alias.txt", strings.NewReader(""), "2999-02-03"); err == nil {
		t.Error("a list kept by hand was replaced")
	}
}
