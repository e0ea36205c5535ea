package batch

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/contacts"
)

const (
	resultsName  = "results.csv"
	resultsStart = "row,address,status,reason,"
)

// appended names our columns in review and removed.
var appended = []string{"pb_status", "pb_reason", "pb_detail", "pb_suggestion"}

// outputs is the folder in the making: built beside its place and renamed into it, so that it appears whole or not at all.
type outputs struct {
	disk     fileSystem
	dir      string // where it will appear
	building string // where it is; empty once it appeared
	claim    *Claim // on it, until the end
	mode     fs.FileMode
	force    bool
	annotate bool // clean and its parts get columns of ours too
	divided  bool // clean has two parts

	sources []NamedSource
	names   []string  // of the folders of several lists; nil: there is one, whose outputs lie in dir itself
	folders []*folder // those of the first lists
	results *spool.File

	proposals proposals
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
	file *spool.File
	sink contacts.Sink
}

func newOutputs(r *Run) (*outputs, error) {
	dir := filepath.Clean(r.Dir)
	for _, note := range recoverAt(firstDisk(r.disk), dir) {
		r.tell(note)
	}
	if err := Vacant(dir, r.Force); err != nil {
		return nil, err
	}
	o := &outputs{disk: firstDisk(r.disk), dir: dir, mode: r.Mode, force: r.Force, annotate: r.Annotate, sources: r.sources()}
	if o.mode == 0 {
		o.mode = anybody
	}
	o.mode |= 0o600 // a list that its owner may only read has outputs all the same
	var err error
	if o.claim, err = newClaim(o.disk, makingOf(dir), folderMode(o.mode)); err != nil {
		return nil, fmt.Errorf("making the folder %s: %w", dir, cause(err))
	}
	o.building = o.claim.Dir
	if r.several() {
		o.names = folderNames(r.names())
	}
	if err := o.begin(); err != nil {
		o.discard()
		return nil, err
	}
	return o, nil
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

func (o *outputs) create(name string) (*spool.File, error) {
	f, err := os.OpenFile(filepath.Join(o.building, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, o.mode)
	if err != nil {
		return nil, o.failed(name, err)
	}
	return spool.NewFile(f), nil
}

func (o *outputs) write(f *spool.File, b []byte) error {
	if _, err := f.Write(b); err != nil {
		return o.failed(o.name(f), err)
	}
	return nil
}

// name is that of a file below the folder in the making.
func (o *outputs) name(f *spool.File) string {
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

func (o *outputs) closeFile(f *spool.File) error {
	if f == nil {
		return nil
	}
	if err := f.Close(); err != nil {
		return o.failed(o.name(f), err)
	}
	return nil
}

// discard takes away what did not come to an end.
func (o *outputs) discard() {
	defer o.claim.Release()
	if o.building == "" {
		return
	}
	o.close()
	o.disk.removeAll(o.building)
}

// anybody may read and write, as far as the umask lets them.
const anybody = 0o666

func firstDisk(d fileSystem) fileSystem {
	if d == nil {
		return system{}
	}
	return d
}
