package suppression

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate/batch/outdir"
)

// ErrExists says that there are files of that service already.
var ErrExists = errors.New("it already exists")

// Export writes files for one service.
type Export struct {
	Service Service
	Format  string      // one of the service's; empty: its first
	Dir     string      // where they appear; it must exist
	Force   bool        // files of an earlier export are replaced, and those that are left over taken away
	Mode    fs.FileMode // of the files, before the umask; 0: anybody may read them
	Now     time.Time   // of what nobody dated; zero: the present
}

// File is one that was written.
type File struct {
	Kind      Kind
	Name      string // without the folder
	Addresses int
}

// Written is what came of an export.
type Written struct {
	Files []File   // by kind
	Left  int      // addresses that the service does not take
	Notes []string // of what exports that were killed had left
}

// making begins the names of folders in which files are made.
const making = ".suppression-"

// Write writes what was chosen into as many files of each kind as the service's limits ask for. The files
// appear when all is written, or not at all. Of a kind without an address there is none.
func (e Export) Write(ctx context.Context, chosen iter.Seq2[Chosen, error]) (w Written, err error) {
	format, ok := e.Service.Format(e.Format)
	if !ok {
		return w, fmt.Errorf("%s has no format %q", e.Service.Title, e.Format)
	}
	stale, err := e.vacant(format)
	if err != nil {
		return w, err
	}
	w.Notes = outdir.SweepAbandoned(filepath.Join(e.Dir, making))
	building, err := outdir.NewClaim(filepath.Join(e.Dir, making), 0o700)
	if err != nil {
		return w, err
	}
	defer building.Release()
	defer os.RemoveAll(building.Dir)
	if e.Mode == 0 {
		e.Mode = 0o666
	}
	if e.Now.IsZero() {
		e.Now = time.Now()
	}
	f := newFiles(e, format, building.Dir)
	err = f.all(ctx, chosen)
	if err := errors.Join(err, f.end()); err != nil {
		return w, err
	}
	w.Files, w.Left = f.written()
	return w, e.appear(building.Dir, w.Files, stale)
}

// name is that of the nth file of a kind.
func (e Export) name(k Kind, f Format, n any) string {
	return fmt.Sprintf("%s-%s-%v%s", kindRows[k].file, e.Service.Name, n, f.Ext)
}

// vacant finds the files of an earlier export.
func (e Export) vacant(format Format) (stale []string, err error) {
	dir, err := os.ReadDir(e.Dir)
	if err != nil {
		return nil, err
	}
	for _, f := range dir {
		for k := range numKinds {
			before, after, _ := strings.Cut(e.name(k, format, "*"), "*")
			if f.Type().IsRegular() && numbered(f.Name(), before, after) {
				stale = append(stale, f.Name())
			}
		}
	}
	if len(stale) > 0 && !e.Force {
		return nil, fmt.Errorf("%s: %w", filepath.Join(e.Dir, stale[0]), ErrExists)
	}
	return stale, nil
}

// numbered reports whether a name is a number between two texts.
func numbered(name, before, after string) bool {
	n, ok := strings.CutPrefix(name, before)
	n, ends := strings.CutSuffix(n, after)
	return ok && ends && n != "" && strings.Trim(n, "0123456789") == ""
}

// appear puts the files in their place.
func (e Export) appear(building string, files []File, stale []string) error {
	for _, name := range stale {
		if err := os.Remove(filepath.Join(e.Dir, name)); err != nil {
			return err
		}
	}
	for _, f := range files {
		to := filepath.Join(e.Dir, f.Name)
		if _, err := os.Lstat(to); err == nil { // somebody was faster
			return fmt.Errorf("%s: %w", to, ErrExists)
		}
		if err := os.Rename(filepath.Join(building, f.Name), to); err != nil {
			return err
		}
	}
	return outdir.AddOutputs(e.Dir, mapped(files)...)
}

func mapped(files []File) (names []string) {
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names
}
