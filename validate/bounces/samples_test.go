package bounces

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite samples/bounces/expected.tsv")

const samples = "../../samples/bounces"

// mapped are the samples that need a mapping.
var mapped = map[string]string{"other.csv": "address=Empfänger,reply=Grund,label=Art"}

// exports are the sample files.
func exports(t testing.TB) (names []string) {
	t.Helper()
	files, err := os.ReadDir(samples)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name() != "README.md" && f.Name() != "expected.tsv" {
			names = append(names, f.Name())
		}
	}
	return names
}

func mappingFor(t testing.TB, name string) *Mapping {
	t.Helper()
	if mapped[name] == "" {
		return nil
	}
	m, err := ParseMapping(mapped[name])
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestSamples reads each export as expected.tsv says. The diff of -update is the review.
func TestSamples(t *testing.T) {
	var got strings.Builder
	got.WriteString("file\tformat\taddress\tat\tfate\trule\n")
	seen := map[string]bool{}
	for _, name := range exports(t) {
		for _, e := range all(t, read(t, name), mappingFor(t, name)) {
			at := "-"
			if !e.At.IsZero() {
				at = e.At.UTC().Format("2006-01-02 15:04")
			}
			fmt.Fprintf(&got, "%s\t%s\t%s\t%s\t%s\t%s\n", name, e.Format, e.Address, at, e.Fate, e.Rule)
			seen[e.Format] = true
		}
	}
	path := filepath.Join(samples, "expected.tsv")
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, f := range Formats() {
		if !seen[f.Name] {
			t.Errorf("no sample of %s", f.Name)
		}
	}
}

// TestTheCastMeetsItsFateInEverySample: in all exports, whatever they call it, the same people meet the same fate.
func TestTheCastMeetsItsFateInEverySample(t *testing.T) {
	cast := map[string]Fate{
		"gone@firm.test": Dead, "silent@firm.test": Dead, "blocked@firm.test": Untold, "trap@firm.test": Untold,
		"late@firm.test": Untold,
		"full@firm.test": Alive, "fine@firm.test": Alive, "old@firm.test": Untried, "nodomain@gone.test": DeadDomain,
	}
	for _, name := range exports(t) {
		fates := map[string]Fate{}
		for _, e := range all(t, read(t, name), mappingFor(t, name)) {
			fates[e.Address] = max(fates[e.Address], e.Fate)
		}
		if len(fates) == 0 {
			t.Errorf("%s tells of nobody", name)
		}
		for who, fate := range fates {
			if want, ok := cast[who]; ok && fate != want {
				t.Errorf("%s: %s is %s, want %s", name, who, fate, want)
			}
		}
	}
}

func TestEverySampleIsInTheManifest(t *testing.T) {
	manifest := string(read(t, "README.md"))
	for _, name := range exports(t) {
		if !strings.Contains(manifest, "| `"+name+"` |") {
			t.Errorf("README.md doesn't say where %s comes from", name)
		}
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(samples, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func all(t testing.TB, text []byte, m *Mapping) (out []Event) {
	t.Helper()
	for e, err := range Read(bytes.NewReader(text), m) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}
