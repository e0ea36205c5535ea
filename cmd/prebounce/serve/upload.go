package serve

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/compat"
)

// Bounds of an upload.
const (
	mostLists = 100
	mostParts = 500
	reserve   = 256 << 20 // octets that stay free on the disk
	pieces    = 16 << 20  // octets between two looks at it
)

// tooMuch says that an upload is refused for its size.
type tooMuch struct {
	why    string
	status int
}

func (e *tooMuch) Error() string { return e.why }

// upload makes a run of the lists in a form: files, or pasted text. They stream into its folder; what fails
// leaves nothing behind.
func (r *runs) upload(req *http.Request) (run *Run, err error) {
	if err := r.fits(req.ContentLength); err != nil {
		return nil, err
	}
	form, err := req.MultipartReader()
	if err != nil {
		return nil, fmt.Errorf("this is not a form with files: %w", err)
	}
	return r.make(func(run *Run) error { return r.receive(form, run) })
}

// make makes a run: it is there as soon as fill has filled its folder, and not before.
func (r *runs) make(fill func(*Run) error) (run *Run, err error) {
	now := time.Now()
	id, err := r.freshID(now)
	if err != nil {
		return nil, err
	}
	run = &Run{ID: id, Made: now.UTC(), Choices: Choices{}}
	run.dir = filepath.Join(r.o.Dir, unfinished+run.ID)
	if err := os.MkdirAll(filepath.Join(run.dir, "lists"), 0o700); err != nil {
		return nil, err
	}
	err = fill(run)
	if err == nil && len(run.Lists) == 0 {
		err = errors.New("no list was chosen: drop a file, choose one, or paste addresses")
	}
	if err == nil {
		err = run.save()
	}
	final := filepath.Join(r.o.Dir, run.ID)
	if err == nil {
		err = os.Rename(run.dir, final)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(run.dir))
	}
	run.dir = final
	return run, nil
}

// freshID is an ID that no run has, and whose number is no other job's.
func (r *runs) freshID(now time.Time) (string, error) {
	for {
		id := newRunID(now)
		same, err := r.those(time.Now(), func(other string) bool { return compat.NumberOf(other) == compat.NumberOf(id) })
		if len(same) == 0 {
			return id, err
		}
	}
}

func (r *runs) receive(form *multipart.Reader, run *Run) error {
	for range mostParts {
		part, err := form.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return tooLong(err)
		}
		if err := r.part(part, run); err != nil {
			return tooLong(err)
		}
	}
	return errors.New("the form has too many parts")
}

// part takes one file, or the text that was pasted.
func (r *runs) part(p *multipart.Part, run *Run) error {
	name := p.FileName()
	switch {
	case p.FormName() == "list" && name != "":
	case p.FormName() == "paste":
		name = "pasted.txt"
	default:
		return nil // a field without a file
	}
	return r.add(run, name, p)
}

// add copies a list into the run's folder. An empty text is none.
func (r *runs) add(run *Run, name string, from io.Reader) error {
	if len(run.Lists) == mostLists {
		return fmt.Errorf("more than %d lists are too many for one run", mostLists)
	}
	path := run.list(len(run.Lists))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	size, err := r.copy(f, from)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if size == 0 {
		return os.Remove(path)
	}
	run.Lists = append(run.Lists, Uploaded{Name: listNameOf(name), Size: size})
	return nil
}

// copy copies as long as the disk has room.
func (r *runs) copy(to io.Writer, from io.Reader) (size int64, err error) {
	for {
		if err := r.fits(0); err != nil {
			return size, err
		}
		n, err := io.CopyN(to, from, pieces)
		size += n
		if err == io.EOF {
			return size, nil
		}
		if err != nil {
			return size, err
		}
	}
}

// fits refuses so many more octets than there may be, or than the disk has room for.
func (r *runs) fits(n int64) error {
	if n > r.o.MaxUpload {
		return &tooMuch{fmt.Sprintf("the upload has %d MB; at most %d MB are taken (--max-size)", n>>20,
			r.o.MaxUpload>>20), http.StatusRequestEntityTooLarge}
	}
	if free, ok := room(r.o.Dir); ok && max(n, 0)+reserve > free {
		return &tooMuch{fmt.Sprintf("the disk has only %d MB free in %s", free>>20, r.o.Dir),
			http.StatusInsufficientStorage}
	}
	return nil
}

// tooLong says in our words that a body went on for too long.
func tooLong(err error) error {
	var most *http.MaxBytesError
	if errors.As(err, &most) {
		return &tooMuch{fmt.Sprintf("the upload is larger than the %d MB that are taken (--max-size)",
			most.Limit>>20), http.StatusRequestEntityTooLarge}
	}
	return err
}
