package serve

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// bounceExport is what a sending service exported, as it was uploaded.
type bounceExport struct {
	name, path     string
	address, reply string // its columns, if the person named them
}

// bounces learns from what a sending service exported, as calibrate does.
func (s *Server) bounces(w http.ResponseWriter, r *http.Request) {
	run, err := s.done(r.PathValue("id"))
	if err != nil {
		s.fail(w, errGone)
		return
	}
	sent := mailable(run)
	if len(sent) != 1 && len(run.Lists) > 1 {
		s.fail(w, errors.New("bounces belong to one list, and this run cleaned several: clean the list that you "+
			"sent by itself, then drop its bounces there"))
		return
	}
	e, err := s.runs.receiveExport(r, run)
	if err != nil {
		s.fail(w, err)
		return
	}
	defer os.Remove(e.path)
	args := []string{"calibrate", "--run=" + run.out(), "--bounces=" + e.path, "--history=" + historyIn(s.runs.o.Dir),
		"--name=" + run.Name(), "--replace"}
	for _, d := range sent {
		if strings.HasPrefix(d.Name, "clean.") {
			args = append(args, "--sent="+filepath.Join(run.out(), filepath.FromSlash(d.Path)))
		}
	}
	said := s.command(r.Context(), nil, append(args, e.mapping()...)...)
	said.rename(e.path, e.name)
	said.rename(run.out()+string(filepath.Separator), "")
	s.show(w, http.StatusOK, "calibrated", view{Title: "What really bounced", Nav: "runs", Run: run, Body: said})
}

// mapping is what the person said of the columns, as a flag of calibrate.
func (e *bounceExport) mapping() []string {
	switch {
	case e.address == "":
		return nil
	case e.reply == "":
		return []string{"--map=address=" + e.address}
	}
	return []string{"--map=address=" + e.address + ",reply=" + e.reply}
}

// receiveExport takes the one file of a form into the folder of a run.
func (r *runs) receiveExport(req *http.Request, run *Run) (e bounceExport, err error) {
	if err := r.fits(req.ContentLength); err != nil {
		return e, err
	}
	form, err := req.MultipartReader()
	if err != nil {
		return e, fmt.Errorf("this is not a form with a file: %w", err)
	}
	for range mostParts {
		part, err := form.NextPart()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = r.exportPart(&e, part, run)
		}
		if err != nil {
			return e, tooLong(errors.Join(err, e.drop()))
		}
	}
	if e.path == "" {
		return e, errors.New("no file was chosen")
	}
	return e, nil
}

// drop deletes the file, if there is one.
func (e *bounceExport) drop() error {
	if e.path == "" {
		return nil
	}
	return os.Remove(e.path)
}

// exportPart takes one field of the form.
func (r *runs) exportPart(e *bounceExport, p *multipart.Part, run *Run) (err error) {
	switch name := p.FormName(); {
	case name == "address":
		e.address, err = columnName(p)
	case name == "reply":
		e.reply, err = columnName(p)
	case name == "list" && p.FileName() != "" && e.path == "":
		var f *os.File
		if f, err = os.CreateTemp(run.dir, ".bounces-*"); err != nil { // mode 0600
			return err
		}
		e.name, e.path = listNameOf(p.FileName()), f.Name()
		_, err = r.copy(f, p)
		err = errors.Join(err, f.Close())
	}
	return err
}

// columnName reads the name of a column, which can't hold what --map parts names by.
func columnName(p io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(p, longestText))
	name := strings.TrimSpace(string(b))
	if strings.ContainsAny(name, ",=") || strings.IndexFunc(name, unicode.IsControl) >= 0 {
		return "", fmt.Errorf("invalid name of a column: %q", name)
	}
	return name, err
}
