package batch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/batch/outdir"
	"github.com/prebounce/prebounce/validate/contacts"
)

// trouble is a run whose folders a test looks into afterwards.
type trouble struct {
	run  Run
	list string // its path
	home string // where the outputs go
	temp string
}

func newTrouble(t *testing.T, rows int) *trouble {
	t.Helper()
	p := &trouble{home: t.TempDir(), temp: t.TempDir(), list: filepath.Join(t.TempDir(), "list.csv")}
	if err := os.WriteFile(p.list, []byte("email,name\n"+crowd(rows, "x.example")), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := contacts.Open(t.Context(), p.list, contacts.Options{BlockSize: 1 << 12})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { list.Close() })
	p.run = Run{Source: list, Dir: filepath.Join(p.home, "out"), TempDir: p.temp, Resolver: &world{}, Policy: lab()}
	return p
}

// nothingLeft: whatever went wrong, neither outputs nor parts of them nor working data remain.
func (p *trouble) nothingLeft(t *testing.T) {
	t.Helper()
	for _, dir := range []string{p.home, p.temp} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			t.Errorf("%s is left", e.Name())
		}
	}
}

func TestAnInterruptionInAnyPhaseLeavesNothing(t *testing.T) {
	for _, phase := range []Phase{Survey, Resolve, Split} {
		t.Run(phase.String(), func(t *testing.T) {
			p := newTrouble(t, 2000)
			ctx, interrupt := context.WithCancel(t.Context())
			reached := false
			p.run.Progress = func(at Phase, _, _ int64) {
				if at == phase {
					reached = true
					interrupt()
				}
			}
			if _, err := p.run.Do(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			if !reached {
				t.Error("the phase was not reached")
			}
			p.nothingLeft(t)
		})
	}
}

func TestAListThatChangesBetweenTheReads(t *testing.T) {
	p := newTrouble(t, 200)
	p.run.Progress = func(at Phase, _, _ int64) {
		if at == Resolve {
			f, err := os.OpenFile(p.list, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			f.WriteString("late@x.example,Late\n")
			f.Close()
		}
	}
	if _, err := p.run.Do(t.Context()); !errors.Is(err, contacts.ErrChanged) {
		t.Errorf("error %v", err)
	}
	p.nothingLeft(t)
}

func TestWhatWritesTheReportMayFail(t *testing.T) {
	p := newTrouble(t, 10)
	p.run.Finish = func(dir string, _ *Summary) error {
		return &fs.PathError{Op: "write", Path: filepath.Join(dir, "report.json"), Err: errors.New("the pen is dry")}
	}
	_, err := p.run.Do(t.Context())
	if want := fmt.Sprintf("writing %s: the pen is dry", filepath.Join(p.run.Dir, "report.json")); err == nil ||
		err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	p.nothingLeft(t)
}

func TestForceReplacesAnEarlierRunWhole(t *testing.T) {
	p := newTrouble(t, 10)
	if _, err := p.run.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.run.Do(t.Context()); !errors.Is(err, outdir.ErrExists) {
		t.Errorf("error %v", err)
	}
	if err := os.WriteFile(filepath.Join(p.run.Dir, "stale.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := outdir.AddOutputs(p.run.Dir, "stale.csv"); err != nil {
		t.Fatal(err)
	}
	p.run.Force = true
	if _, err := p.run.Do(t.Context()); err != nil {
		t.Error(err)
	}
	if _, ok := readFolder(t, p.run.Dir)["stale.csv"]; ok {
		t.Error("the folder was not replaced whole")
	}
	if entries, _ := os.ReadDir(p.home); len(entries) != 1 {
		t.Errorf("left beside the folder: %v", entries)
	}
}

func TestForceFailsWithoutHarm(t *testing.T) {
	p := newTrouble(t, 10)
	if _, err := p.run.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := readFolder(t, p.run.Dir)
	p.run.Force = true
	p.run.Finish = func(string, *Summary) error { return errors.New("no") }
	if _, err := p.run.Do(t.Context()); err == nil {
		t.Error("no error")
	}
	if after := readFolder(t, p.run.Dir); after["clean.csv"] != before["clean.csv"] || len(after) != len(before) {
		t.Error("a failed run changed the outputs of an earlier one")
	}
}

func TestWhatIsNoFolderOfOutputsStays(t *testing.T) {
	tests := map[string]func(dir string) error{
		"a folder of somebody's": func(dir string) error {
			return errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "thesis.txt"), nil, 0o600))
		},
		"a folder with another results.csv": func(dir string) error {
			return errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "results.csv"),
				[]byte("row,result\n1,x\n"), 0o600))
		},
		"a folder with a results.csv like ours and nothing else of a run": func(dir string) error {
			return errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "results.csv"),
				[]byte(resultsHeader), 0o600))
		},
		"a file":                    func(dir string) error { return os.WriteFile(dir, []byte(resultsHeader), 0o600) },
		"a link that leads nowhere": func(dir string) error { return os.Symlink("nowhere", dir) },
	}
	for name, make := range tests {
		t.Run(name, func(t *testing.T) {
			p := newTrouble(t, 10)
			if err := make(p.run.Dir); err != nil {
				t.Fatal(err)
			}
			if err := outdir.Vacant(p.run.Dir, false); !errors.Is(err, outdir.ErrExists) {
				t.Errorf("error %v", err)
			}
			p.run.Force = true
			if _, err := p.run.Do(t.Context()); !errors.Is(err, outdir.ErrForeign) || !strings.Contains(err.Error(),
				p.run.Dir) {
				t.Errorf("error %v", err)
			}
			if _, err := os.Lstat(p.run.Dir); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSomebodyElseIsFaster(t *testing.T) {
	p := newTrouble(t, 10)
	p.run.Finish = func(string, *Summary) error { return os.Mkdir(p.run.Dir, 0o700) }
	if _, err := p.run.Do(t.Context()); !errors.Is(err, outdir.ErrExists) {
		t.Errorf("error %v", err)
	}
	if entries, _ := os.ReadDir(p.home); len(entries) != 1 {
		t.Errorf("left: %v", entries)
	}
}
