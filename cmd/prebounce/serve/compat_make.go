package serve

import (
	"errors"
	"io"
	"os"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/compat"
)

// Create is of [compat.Engine].
func (e *engine) Create(service string, fill func(io.Writer) (compat.List, error)) (*compat.Job, error) {
	if err := e.s.runs.fits(0); err != nil {
		return nil, told(err)
	}
	run, err := e.s.runs.make(func(run *Run) error { return e.s.runs.fillFor(service, run, fill) })
	if err != nil {
		return nil, told(tooLong(err))
	}
	e.s.log.Info("job made", "run", run.ID, "service", service, "rows", run.Rows)
	return e.job(run), nil
}

// fillFor fills the folder of a run that is a job of a service, and counts its rows.
func (r *runs) fillFor(service string, run *Run, fill func(io.Writer) (compat.List, error)) error {
	f, err := os.OpenFile(run.list(0), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	l, err := fill(&roomy{runs: r, to: f})
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	at, err := os.Stat(f.Name())
	if err != nil {
		return err
	}
	run.Service, run.Once = service, l.Once
	run.Lists = []Uploaded{{Name: listNameOf(l.Name), Size: at.Size()}}
	run.Choices = Choices{"yes-unreadable": {"true"}, "allow-empty": {"true"}}
	if l.Column != "" {
		run.Choices["column"] = []string{l.Column}
	}
	run.Rows, err = countRows(run, r.o.MaxUpload)
	return err
}

// roomy writes as long as the disk has room.
type roomy struct {
	runs *runs
	to   io.Writer
	left int // octets until the disk is looked at again
}

func (w *roomy) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		if err := w.runs.fits(0); err != nil {
			return 0, err
		}
		w.left = pieces
	}
	return w.to.Write(b)
}
