package serve

import (
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/report/suppression"
)

func (s *Server) routeResults(m *http.ServeMux) {
	m.HandleFunc("GET /runs/{id}/files/{name...}", s.file)
	m.HandleFunc("GET /runs/{id}/report", s.report)
	m.HandleFunc("GET /runs/{id}/rows", s.rows)
	m.HandleFunc("POST /runs/{id}/export", s.export)
	m.HandleFunc("POST /runs/{id}/accept", s.accept)
	m.HandleFunc("GET /runs/{id}/import", s.importing)
}

// download is a file to have.
type download struct {
	Path, Name, Says string
	Size             int64
	Main             bool
}

// outputs say what each file of a run is, the most wanted first.
var outputs = []struct{ name, says string }{
	{"core", "the part to mail now"}, {"held", "the part to hold back"}, {"clean", "contacts to mail"},
	{"review", "contacts to look at first"},
	{"removed", "contacts not to mail, with the reason"}, {"rejected", "rows that could not be read"},
	{"corrected", "corrections of typos, to look at"}, {"corrections", "corrections that you accepted"},
	{"results", "every address with what was found"}, {"report", "the report"},
}

// downloads are the files below a folder.
func downloads(dir string) (all []download) {
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error { // what can't be read can't be had
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return nil
		}
		name, err := filepath.Rel(dir, path)
		at, err2 := e.Info()
		if err == nil && err2 == nil && at.Mode().IsRegular() {
			all = append(all, download{Path: filepath.ToSlash(name), Name: e.Name(), Says: saysOf(e.Name()),
				Size: at.Size()})
		}
		return nil
	})
	slices.SortStableFunc(all, func(a, b download) int { return rank(a.Name) - rank(b.Name) })
	return all
}

func rank(name string) int {
	base := strings.TrimSuffix(name, filepath.Ext(name))
	for i, o := range outputs {
		if o.name == base {
			return i
		}
	}
	return len(outputs)
}

func saysOf(name string) string {
	if i := rank(name); i < len(outputs) {
		return outputs[i].says
	}
	return ""
}

func (r *Run) exports() string { return filepath.Join(r.dir, "exports") }

// file hands out a file of a run. Only names that are there are ever opened, and never below anything but the
// run's outputs.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	run, err := s.runs.get(r.PathValue("id"))
	if err != nil {
		s.fail(w, err)
		return
	}
	if !run.send(w, r, r.PathValue("name")) {
		s.fail(w, errGone)
	}
}

// send hands out a file of the run's outputs by its path below them, and reports whether there is one.
func (r *Run) send(w http.ResponseWriter, req *http.Request, name string) bool {
	for _, dir := range []string{r.out(), r.exports()} {
		for _, d := range downloads(dir) {
			if d.Path == name {
				sendFile(w, req, filepath.Join(dir, filepath.FromSlash(d.Path)), d.Name)
				return true
			}
		}
	}
	return false
}

func sendFile(w http.ResponseWriter, r *http.Request, path, name string) {
	f, err := os.Open(path)
	if err != nil {
		refuse(w, http.StatusNotFound, "this file is gone")
		return
	}
	defer f.Close()
	at, err := f.Stat()
	if err != nil {
		refuse(w, http.StatusNotFound, "this file is gone")
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	http.ServeContent(w, r, "", at.ModTime(), f)
}

// report shows report.html as it was written: a page by itself, which loads nothing and runs nothing.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	run, err := s.runs.get(r.PathValue("id"))
	if err != nil {
		s.fail(w, err)
		return
	}
	f, err := os.Open(filepath.Join(run.out(), "report.html"))
	if err != nil {
		s.fail(w, errGone)
		return
	}
	defer f.Close()
	w.Header().Set("Content-Security-Policy",
		"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "+
			"'none'; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if at, err := f.Stat(); err == nil {
		http.ServeContent(w, r, "", at.ModTime(), f)
	}
}

// export writes the files that a sending service imports, as the command export does.
func (s *Server) export(w http.ResponseWriter, r *http.Request) {
	run, err := s.runs.get(r.PathValue("id"))
	if err == nil {
		err = formOf(w, r)
	}
	if err != nil {
		s.fail(w, err)
		return
	}
	service, ok := suppression.Named(r.PostForm.Get("for"))
	if !ok || run.State() != Done {
		s.fail(w, errGone)
		return
	}
	if err := os.MkdirAll(run.exports(), 0o700); err != nil {
		s.fail(w, err)
		return
	}
	said := s.command(r.Context(), nil, "export", "--force", "--for="+service.Name, "--out="+run.exports(), "--",
		run.out())
	said.rename(run.exports()+string(filepath.Separator), "")
	s.show(w, http.StatusOK, "exported", view{Title: "Files for " + service.Title, Nav: "runs", Run: run,
		Body: map[string]any{"Said": said, "Service": service, "Files": downloads(run.exports())}})
}

// importing says what to click in the sending service.
func (s *Server) importing(w http.ResponseWriter, r *http.Request) {
	run, err := s.done(r.PathValue("id"))
	if err != nil {
		s.fail(w, errGone)
		return
	}
	name := r.URL.Query().Get("for")
	if name == "" {
		name = run.Choices.First("esp")
	}
	s.show(w, http.StatusOK, "import", view{Title: "Import the result", Nav: "runs", Run: run,
		Body: map[string]any{"Guide": guideFor(name), "Guides": guides, "Files": mailable(run)}})
}

// mailable are the files of contacts to mail: of a list that is best sent in two parts, the first one too.
func mailable(run *Run) []download {
	return slices.DeleteFunc(downloads(run.out()), func(d download) bool {
		return !strings.HasPrefix(d.Name, "clean.") && !strings.HasPrefix(d.Name, "core.")
	})
}
