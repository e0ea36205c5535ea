package batch

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// ErrExists says that the folder of outputs is there already.
var ErrExists = errors.New("it exists already")

// ErrForeign says that what stands at the place of the outputs is not the work of an earlier run, so that nothing replaces it.
var ErrForeign = errors.New("it is no folder of outputs, and nothing else is ever replaced")

const (
	resultsName  = "results.csv"
	resultsStart = "row,address,status,reason,"
)

// appended names our columns in review and removed.
var appended = []string{"pb_status", "pb_reason", "pb_detail", "pb_suggestion"}

// outputs is the folder in the making: built beside its place and renamed into it, so that it appears whole or not at all.
type outputs struct {
	dir      string // where it will appear
	building string // where it is; empty once it appeared
	force    bool
	annotate bool // clean and its parts get columns of ours too
	divided  bool // clean has two parts

	sources []NamedSource
	names   []string  // of the folders of several lists; nil: there is one, whose outputs lie in dir itself
	folders []*folder // those of the first lists
	results *growing
}

// Lists beside the verdict's own: the parts of clean.
const (
	coreList = validate.Removed + 1 + iota
	heldList
	numLists = iota + int(validate.Removed) + 1
)

// sendable are the lists that keep what is no row: the header, titles, blank lines.
var sendable = [...]validate.List{validate.Clean, coreList, heldList}

type listOutput struct {
	name string
	file *growing
	sink contacts.Sink
}

func newOutputs(r *Run) (*outputs, error) {
	dir := filepath.Clean(r.Dir)
	if err := Vacant(dir, r.Force); err != nil {
		return nil, err
	}
	building, err := makeBeside(dir)
	if err != nil {
		return nil, fmt.Errorf("making the folder %s: %w", dir, cause(err))
	}
	o := &outputs{dir: dir, building: building, force: r.Force, annotate: r.Annotate, sources: r.sources()}
	if r.several() {
		o.names = folderNames(r.names())
	}
	if err := o.begin(); err != nil {
		o.discard()
		return nil, err
	}
	return o, nil
}

// Vacant tells whether a run may put its outputs at dir: nothing is there, or force is given and what is there is an empty folder
// or an earlier run's.
func Vacant(dir string, force bool) error {
	at, err := os.Lstat(dir)
	switch {
	case err != nil: // if something else is wrong with dir, that comes out when the folder is made
		return nil
	case !force:
		return fmt.Errorf("%s: %w", dir, ErrExists)
	case !at.IsDir() || !replaceable(dir):
		return fmt.Errorf("%s: %w", dir, ErrForeign)
	}
	return nil
}

// replaceable recognises an empty folder, and a folder of outputs by its results.csv.
func replaceable(dir string) bool {
	if names, err := os.ReadDir(dir); err != nil || len(names) == 0 {
		return err == nil
	}
	f, err := os.Open(filepath.Join(dir, resultsName))
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(resultsStart))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == resultsStart
}

// makeBeside makes a folder of a free name beside dir, with the rights that any new folder gets.
func makeBeside(dir string) (string, error) {
	for n := os.Getpid(); ; n++ {
		building := filepath.Join(filepath.Dir(dir), fmt.Sprintf(".%s.part-%d", filepath.Base(dir), n))
		if err := os.Mkdir(building, 0o777); !errors.Is(err, fs.ErrExist) {
			return building, err
		}
	}
}

// begin makes what can't wait. The folders of several lists wait for their turn.
func (o *outputs) begin() (err error) {
	if o.names == nil {
		if _, err := o.folder(0); err != nil {
			return err
		}
	}
	if o.results, err = o.create(resultsName); err != nil {
		return err
	}
	return o.write(o.results, o.header())
}

// divide adds the two parts of clean.
func (o *outputs) divide() (err error) {
	o.divided = true
	for _, f := range o.folders {
		err = cmp.Or(err, o.openParts(f))
	}
	return err
}

func (o *outputs) openParts(f *folder) error {
	return cmp.Or(o.open(f, coreList, "core"), o.open(f, heldList, "held"))
}

func (o *outputs) open(f *folder, list validate.List, name string) (err error) {
	var columns []string
	if o.annotate || !slices.Contains(sendable[:], list) {
		columns = appended
	}
	source, out := o.sources[f.list], &f.lists[list]
	out.name = filepath.Join(f.name, name+"."+source.Layout().Out.Extension())
	if out.file, err = o.create(out.name); err != nil {
		return err
	}
	if out.sink, err = source.NewSink(out.file, columns); err != nil {
		return o.failed(out.name, err)
	}
	return nil
}

func (o *outputs) create(name string) (*growing, error) {
	f, err := os.OpenFile(filepath.Join(o.building, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return nil, o.failed(name, err)
	}
	return &growing{File: f}, nil
}

func (o *outputs) write(f *growing, b []byte) error {
	if _, err := f.Write(b); err != nil {
		return o.failed(o.name(f), err)
	}
	return nil
}

// name is that of a file below the folder in the making.
func (o *outputs) name(f *growing) string {
	name, err := filepath.Rel(o.building, f.Name())
	if err != nil {
		return filepath.Base(f.Name())
	}
	return name
}

// failed words an error about one of the files, without the name of the folder in the making.
func (o *outputs) failed(name string, err error) error {
	return fmt.Errorf("writing %s: %w", filepath.Join(o.dir, name), cause(err))
}

// cause is what the system said, without the paths.
func cause(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	if link := (*os.LinkError)(nil); errors.As(err, &link) {
		return link.Err
	}
	return err
}

// finish closes all files, lets more be written, and puts the folder in its place.
func (o *outputs) finish(more func(string, *Summary) error, s *Summary) error {
	if err := o.close(); err != nil {
		return err
	}
	if more != nil {
		if err := more(o.building, s); err != nil {
			return o.failedMore(err)
		}
	}
	return o.appear()
}

// failedMore words an error about a file that somebody else wrote into the folder in the making.
func (o *outputs) failedMore(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return o.failed(filepath.Base(path.Path), err)
	}
	return err
}

func (o *outputs) close() (err error) {
	for _, f := range o.folders {
		err = cmp.Or(err, o.closeFolder(f))
	}
	return cmp.Or(err, o.closeFile(o.results))
}

func (o *outputs) closeFile(f *growing) error {
	if f == nil {
		return nil
	}
	if err := f.Close(); err != nil {
		return o.failed(o.name(f), err)
	}
	return nil
}

// appear renames the folder into its place, swapping it with one that may be replaced.
func (o *outputs) appear() error {
	if err := Vacant(o.dir, o.force); err != nil { // somebody may have been faster
		return err
	}
	old := ""
	if _, err := os.Lstat(o.dir); err == nil {
		old = o.building + "-old"
		if err := os.Rename(o.dir, old); err != nil {
			return fmt.Errorf("replacing %s: %w", o.dir, cause(err))
		}
	}
	if err := os.Rename(o.building, o.dir); err != nil {
		if old != "" {
			os.Rename(old, o.dir)
		}
		return fmt.Errorf("putting %s in its place: %w", o.dir, cause(err))
	}
	o.building = ""
	if old != "" {
		return os.RemoveAll(old)
	}
	return nil
}

// discard takes away what did not come to an end.
func (o *outputs) discard() {
	if o.building == "" {
		return
	}
	o.close()
	os.RemoveAll(o.building)
}
