package suppression

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate/batch"
)

// ErrExists says that there are files of that service already.
var ErrExists = errors.New("it exists already")

// Export writes files for one service.
type Export struct {
	Service Service
	Dir     string    // where they appear; it must exist
	Force   bool      // files of an earlier export are replaced, and those that are left over taken away
	Now     time.Time // of what nobody dated; zero: the present
}

// File is one that was written.
type File struct {
	Name      string // without the folder
	Addresses int
}

// Written is what came of an export.
type Written struct {
	Files []File
	Left  int // addresses that the service does not take
}

// Write writes what was chosen into as many files as the service's limits ask for, addresses that differ only in capitals once if they
// stand together, as in a list that is sorted. The files appear when all is written, or not at all. Without an address there is none.
func (e Export) Write(ctx context.Context, chosen iter.Seq2[batch.Result, error]) (w Written, err error) {
	stale, err := e.vacant()
	if err != nil {
		return w, err
	}
	building, err := os.MkdirTemp(e.Dir, ".suppression-*")
	if err != nil {
		return w, err
	}
	defer os.RemoveAll(building)
	if e.Now.IsZero() {
		e.Now = time.Now()
	}
	f := &files{Export: e, dir: building}
	err = f.all(ctx, chosen)
	if err := errors.Join(err, f.end()); err != nil {
		return w, err
	}
	return f.written, e.appear(building, f.written.Files, stale)
}

// name is that of the nth file.
func (e Export) name(n any) string {
	return fmt.Sprintf("suppression-%s-%v%s", e.Service.Name, n, e.Service.Ext)
}

// vacant finds the files of an earlier export.
func (e Export) vacant() (stale []string, err error) {
	dir, err := os.ReadDir(e.Dir)
	if err != nil {
		return nil, err
	}
	before, after, _ := strings.Cut(e.name("*"), "*")
	for _, f := range dir {
		if n, ok := strings.CutPrefix(f.Name(), before); ok && f.Type().IsRegular() && strings.Trim(strings.TrimSuffix(n, after), "0123456789") == "" {
			stale = append(stale, f.Name())
		}
	}
	if len(stale) > 0 && !e.Force {
		return nil, fmt.Errorf("%s: %w", filepath.Join(e.Dir, stale[0]), ErrExists)
	}
	return stale, nil
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
	return nil
}
