package batch

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/outdir"
	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/contacts"
)

// appended names our columns in review and removed.
var appended = []string{"pb_status", "pb_reason", "pb_detail", "pb_suggestion"}

// outputs are the files of a run, in a folder in the making.
type outputs struct {
	dir      *outdir.Folder
	annotate bool // clean and its parts get columns of ours too
	divided  bool // clean has two parts

	sources []NamedSource
	names   []string  // of the folders of several lists; nil: there is one, whose outputs lie in dir itself
	folders []*folder // those of the first lists
	results *spool.File

	proposals proposals
}

// output is a file of rows: the list of a verdict, or a part of clean.
type output uint8

const (
	cleanOutput   = output(validate.Clean)
	reviewOutput  = output(validate.Review)
	removedOutput = output(validate.Removed)
	coreOutput    = removedOutput + 1
	heldOutput    = removedOutput + 2
	numOutputs    = int(heldOutput) + 1
)

// outputNames are the names of the files, without their extension.
var outputNames = [numOutputs]string{"clean", "review", "removed", "core", "held"}

// sendable are the outputs that also keep records other than rows: the header, titles, blank lines.
var sendable = [...]output{cleanOutput, coreOutput, heldOutput}

type listOutput struct {
	name string
	file *spool.File
	sink *contacts.Sink
}

func newOutputs(r *Run) (*outputs, error) {
	dir, err := outdir.New(r.Dir, outdir.Options{Mode: r.Mode, Force: r.Force, Tell: r.tell})
	if err != nil {
		return nil, err
	}
	o := &outputs{dir: dir, annotate: r.Annotate, sources: r.sources()}
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
	if o.results, err = o.create(outdir.Results); err != nil {
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
	return cmp.Or(o.open(f, coreOutput, outputNames[coreOutput]), o.open(f, heldOutput, outputNames[heldOutput]))
}

func (o *outputs) open(f *folder, to output, name string) (err error) {
	var columns []string
	if o.annotate || !slices.Contains(sendable[:], to) {
		columns = appended
	}
	source, out := o.sources[f.list], &f.outputs[to]
	out.name = filepath.Join(f.name, name+"."+source.Layout().Out.Extension())
	if out.file, err = o.create(out.name); err != nil {
		return err
	}
	if out.sink, err = source.NewSink(out.file, columns); err != nil {
		return o.dir.Failed(out.name, err)
	}
	return nil
}

func (o *outputs) create(name string) (*spool.File, error) {
	f, err := o.dir.Create(name)
	if err != nil {
		return nil, err
	}
	return spool.NewFile(f), nil
}

func (o *outputs) write(f *spool.File, b []byte) error {
	if _, err := f.Write(b); err != nil {
		return o.dir.Failed(o.dir.Name(f.Name()), err)
	}
	return nil
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
		return o.dir.Failed(o.dir.Name(f.Name()), err)
	}
	return nil
}

// finish closes all files, lets more be written, and puts the folder in its place.
func (o *outputs) finish(more func(string, *Summary) error, s *Summary) error {
	if err := o.close(); err != nil {
		return err
	}
	if more != nil {
		if err := more(o.dir.Path(""), s); err != nil {
			return o.dir.FailedAt(err)
		}
	}
	return o.dir.Publish()
}

// discard takes away what did not come to an end.
func (o *outputs) discard() {
	o.close()
	o.dir.Discard()
}
