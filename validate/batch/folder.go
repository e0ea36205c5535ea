package batch

import (
	"cmp"
	"path/filepath"

	"github.com/prebounce/prebounce/validate/batch/spool"
)

// folder holds the outputs of one list.
type folder struct {
	list     int
	name     string // below the folder of the run; empty: that itself
	outputs  [numOutputs]listOutput
	rejected *spool.File // nil until there is something to reject
	closed   bool
}

// folder is that of a list. It opens the folders up to it, so that no list is left out.
func (o *outputs) folder(list int) (*folder, error) {
	for len(o.folders) <= list {
		f := &folder{list: len(o.folders)}
		o.folders = append(o.folders, f)
		if o.names != nil {
			f.name = o.names[f.list]
			if err := o.dir.Mkdir(f.name); err != nil {
				return nil, err
			}
		}
		if err := o.beginFolder(f); err != nil {
			return nil, err
		}
	}
	return o.folders[list], nil
}

func (o *outputs) beginFolder(f *folder) error {
	for _, to := range [...]output{cleanOutput, reviewOutput, removedOutput} {
		if err := o.open(f, to, outputNames[to]); err != nil {
			return err
		}
	}
	if o.divided {
		return o.openParts(f)
	}
	return nil
}

// header is the header of results.csv: with several lists, the last column says which one a row is in.
func (o *outputs) header() []byte {
	return append([]byte(resultsHeader[:len(resultsHeader)-1]), o.resultEnd("file")...)
}

// resultEnd ends a row of results.csv.
func (o *outputs) resultEnd(file string) string {
	if o.names == nil {
		return "\n"
	}
	return "," + string(AppendCell(nil, file)) + "\n"
}

// commit hands what a job gathered to the outputs of its list.
func (o *outputs) commit(j *splitJob) error {
	for i, p := range j.parts {
		if p == nil {
			continue
		}
		if err := j.folder.outputs[i].sink.Write(p); err != nil {
			return o.dir.Failed(j.folder.outputs[i].name, err)
		}
	}
	if err := o.write(o.results, j.results); err != nil {
		return err
	}
	return o.reject(j.folder, j.rejected)
}

func (o *outputs) reject(f *folder, b []byte) (err error) {
	if len(b) == 0 {
		return nil
	}
	if f.rejected == nil {
		if f.rejected, err = o.create(filepath.Join(f.name, "rejected.csv")); err != nil {
			return err
		}
		if err = o.write(f.rejected, []byte(rejectedHeader)); err != nil {
			return err
		}
	}
	return o.write(f.rejected, b)
}

// closeFolder writes what is left of a list's outputs. Closing twice is once.
func (o *outputs) closeFolder(f *folder) (err error) {
	if f.closed {
		return nil
	}
	f.closed = true
	for _, l := range f.outputs {
		if l.sink != nil {
			if e := l.sink.Close(); e != nil {
				err = cmp.Or(err, o.dir.Failed(l.name, e))
			}
		}
	}
	for _, l := range f.outputs {
		err = cmp.Or(err, o.closeFile(l.file))
	}
	return cmp.Or(err, o.closeFile(f.rejected))
}
