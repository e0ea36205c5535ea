package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Results is the file that every folder of outputs holds, and how it begins.
const (
	// Results is the file that every folder of outputs holds, and ResultsStart is how it begins.
	Results      = "results.csv"
	ResultsStart = "row,address,status,reason,"
)

// Options configure a folder.
type Options struct {
	Mode  fs.FileMode       // rights of the files; zero: what the umask allows. The owner may always read and write
	Force bool              // replace an earlier run's folder
	Tell  func(note string) // what was tidied up, for a person to read; nil: nobody wants to know

	disk fileSystem // nil: the system's
}

// anybody may read and write, as far as the umask lets them.
const anybody = 0o666

// Folder is an unfinished folder. It is for one goroutine, but the files that it created may be written concurrently.
type Folder struct {
	disk     fileSystem
	dir      string // where it will appear
	building string // where it is; empty once it appeared
	claim    *Claim // on it, until the end
	mode     fs.FileMode
	force    bool
}

// New starts a folder that will appear at dir, and cleans up after killed runs. It fails in the same cases as Vacant.
func New(dir string, o Options) (*Folder, error) {
	f := &Folder{disk: o.disk, dir: filepath.Clean(dir), mode: o.Mode, force: o.Force}
	if f.disk == nil {
		f.disk = system{}
	}
	for _, note := range recoverAt(f.disk, f.dir) {
		if o.Tell != nil {
			o.Tell(note)
		}
	}
	if err := Vacant(f.dir, f.force); err != nil {
		return nil, err
	}
	if f.mode == 0 {
		f.mode = anybody
	}
	f.mode |= 0o600 // a list that its owner may only read has outputs all the same
	var err error
	if f.claim, err = newClaim(f.disk, makingOf(f.dir), folderMode(f.mode)); err != nil {
		return nil, fmt.Errorf("creating the folder %s: %w", f.dir, cause(err))
	}
	f.building = f.claim.Dir
	return f, nil
}

// Path returns the current path of a file of the folder, before the folder is published.
func (f *Folder) Path(name string) string { return filepath.Join(f.building, name) }

// Name returns the name of a file relative to the folder.
func (f *Folder) Name(path string) string {
	name, err := filepath.Rel(f.building, path)
	if err != nil {
		return filepath.Base(path)
	}
	return name
}

// Create creates a file in the folder.
func (f *Folder) Create(name string) (*os.File, error) {
	file, err := os.OpenFile(f.Path(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.mode)
	if err != nil {
		return nil, f.Failed(name, err)
	}
	return file, nil
}

// Mkdir creates a subfolder.
func (f *Folder) Mkdir(name string) error {
	if f.disk == nil {
		return f.Failed(name, errors.New("the folder was not claimed: use New"))
	}
	if err := f.disk.mkdir(f.Path(name), folderMode(f.mode)); err != nil {
		return fmt.Errorf("creating the folder %s: %w", filepath.Join(f.dir, name), cause(err))
	}
	return nil
}

// Failed wraps an error about a file with the name that the file will have.
func (f *Folder) Failed(name string, err error) error {
	return fmt.Errorf("writing %s: %w", filepath.Join(f.dir, name), cause(err))
}

// FailedAt wraps an error about a file that other code wrote into the folder.
func (f *Folder) FailedAt(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return f.Failed(filepath.Base(path.Path), err)
	}
	return err
}

// Discard removes the folder unless it was published. Call it at the end of every run, after all files are closed.
func (f *Folder) Discard() {
	defer f.claim.Release()
	if f.building != "" {
		f.disk.removeAll(f.building)
	}
}
