package batch

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gocarina/gocsv"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/mx"
)

// aWhileAgo is when resolvers of these tests were asked.
var aWhileAgo = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

// world is a Resolver that answers from a table; a name that isn't in it has a mail host.
type world struct {
	mail  map[string]validate.MailStatus
	doubt string
	asked []string
}

func (w *world) All(ctx context.Context, names iter.Seq[string], emit func(string, validate.Mail) error) (mx.Doubt,
	error) {
	for name := range names {
		name = strings.Clone(name)
		w.asked = append(w.asked, name)
		m := validate.Mail{Status: validate.HasMX, Hosts: []validate.MailHost{{Name: "mx." + name}},
			Operator: "somebody", Asked: aWhileAgo, TTL: time.Hour}
		if status, ok := w.mail[name]; ok {
			m = validate.Mail{Status: status, Detail: "so the world says", Asked: aWhileAgo, TTL: time.Hour}
		}
		if err := emit(name, m); err != nil {
			return mx.Doubt{}, err
		}
		if ctx.Err() != nil {
			return mx.Doubt{}, context.Cause(ctx)
		}
	}
	return mx.Doubt{Why: w.doubt}, nil
}

// byName is a Resolver whose answer about a name depends on nothing but the name.
type byName struct{}

func (byName) All(_ context.Context, names iter.Seq[string], emit func(string, validate.Mail) error) (mx.Doubt, error) {
	for name := range names {
		h := fnv.New32()
		h.Write([]byte(name))
		status := validate.MailStatus(binary.LittleEndian.Uint32(h.Sum(nil))%7 + 1)
		if err := emit(strings.Clone(name), validate.Mail{Status: status, Asked: aWhileAgo}); err != nil {
			return mx.Doubt{}, err
		}
	}
	return mx.Doubt{}, nil
}

// memory is a Store in memory.
type memory map[string]validate.Mail

func (m memory) Load(_ context.Context, _ time.Time, each func(string, validate.Mail)) error {
	for name, fact := range m {
		each(name, fact)
	}
	return nil
}

func (m memory) Doubt() {
	maps.DeleteFunc(m, func(_ string, fact validate.Mail) bool { return fact.Status != validate.HasMX })
}

func (m memory) Put(name string, fact validate.Mail) { m[strings.Clone(name)] = fact }

// openList writes a list to a file and opens it.
func openList(t testing.TB, data string, o contacts.Options) *contacts.List {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := contacts.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// finished is all that a run leaves.
type finished struct {
	sum     *Summary
	files   map[string]string
	results []Result
}

// clean runs over a list.
func clean(t testing.TB, data string, r Run) finished {
	t.Helper()
	r.Source = openList(t, data, contacts.Options{})
	return do(t, r)
}

// do runs and reads what came of it.
func do(t testing.TB, r Run) (f finished) {
	t.Helper()
	r.Dir = filepath.Join(t.TempDir(), "out")
	var err error
	if f.sum, err = r.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.files = readFolder(t, r.Dir)
	if err := gocsv.UnmarshalString(f.files["results.csv"], &f.results); err != nil && err != gocsv.ErrEmptyCSVFile {
		t.Fatalf("results.csv: %v", err)
	}
	return f
}

// readFolder reads all files below a folder, by their names there.
func readFolder(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == ".prebounce.json" {
			return err
		}
		b, err := os.ReadFile(path)
		files[filepath.ToSlash(strings.TrimPrefix(path[len(dir):], string(filepath.Separator)))] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// reasonsOf are the reasons by address, sorted.
func (f finished) reasonsOf() (all []string) {
	for _, r := range f.results {
		all = append(all, r.Address+" "+r.Reason+" "+r.List)
	}
	slices.Sort(all)
	return all
}
