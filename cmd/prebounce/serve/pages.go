package serve

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
)

//go:embed pages/*.gohtml
var pageFiles embed.FS

//go:embed static
var staticFiles embed.FS

// pages are the templates, by name.
type pages struct{ byName map[string]*template.Template }

// words are what templates say with.
var words = template.FuncMap{
	"number":  func(n int64) string { return report.Number(n) },
	"size":    size,
	"percent": risk.Percent,
	"plain":   report.Plain,
	"day":     func(t time.Time) string { return t.Local().Format("2 January 2006, 15:04") },
	"iso":     func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"spaced":  func(s string) string { return strings.ReplaceAll(s, "_", " ") },
	"join":    strings.Join,
	"lines":   func(s string) []string { return strings.Split(strings.TrimSpace(s), "\n") },
	"sum":     func(a, b int) int { return a + b },
	"list":    func(all ...string) []string { return all },
	"found":   columnFor,
	"answer":  answer,
	"inPath":  inPath,
	"dict":    pairs,
}

func newPages() (*pages, error) {
	p := &pages{byName: map[string]*template.Template{}}
	layout, err := template.New("layout.gohtml").Funcs(words).ParseFS(pageFiles, "pages/layout.gohtml",
		"pages/parts.gohtml", "pages/whatif.gohtml")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(pageFiles, "pages/*.gohtml")
	for _, f := range files {
		t, err := layout.Clone()
		if err == nil {
			t, err = t.ParseFS(pageFiles, f)
		}
		if err != nil {
			return nil, err
		}
		p.byName[strings.TrimSuffix(path.Base(f), ".gohtml")] = t
	}
	return p, err
}

// view is what a page shows.
type view struct {
	Title   string
	Nav     string // the entry of the menu that it belongs to
	Run     *Run
	State   State
	Body    any
	Error   string // what went wrong with what was just asked for
	Refresh int    // seconds until it is loaded again, where no script does it
	Sandbox bool
	Inbox   bool
	Quit    bool
	Version string
}

// show writes a page.
func (s *Server) show(w http.ResponseWriter, status int, page string, v view) {
	v.Sandbox, v.Inbox, v.Quit, v.Version = s.o.Sandbox, s.o.Inbox != "", s.o.Quit != nil, s.o.Version
	if v.Run != nil {
		v.State = v.Run.State()
	}
	var b bytes.Buffer
	if err := s.pages.byName[page].ExecuteTemplate(&b, "layout.gohtml", v); err != nil {
		s.log.Error("writing a page", "page", page, "error", err)
		refuse(w, http.StatusInternalServerError, "this page can't be shown")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // whoever has gone needs no answer
}

// fail shows what went wrong.
func (s *Server) fail(w http.ResponseWriter, err error) {
	s.show(w, statusOf(err), "failed", view{Title: "That did not work", Error: report.Plain(err.Error())})
}

// statusOf is what an error is in HTTP.
func statusOf(err error) int {
	var much *tooMuch
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		return refused.status
	case errors.Is(err, errGone):
		return http.StatusNotFound
	case errors.Is(err, errBusy):
		return http.StatusConflict
	case errors.Is(err, errNotReady):
		return http.StatusServiceUnavailable
	case errors.As(err, &much):
		return much.status
	}
	return http.StatusBadRequest
}

// answer is what a flag of clean answers, for people.
func answer(flag string) string {
	value, ok := strings.CutPrefix(flag, "--last-sent ")
	month, err := time.Parse("2006-01", value)
	switch {
	case !ok:
		return flag
	case err != nil:
		return "if they were " + value + " mailed"
	}
	return "if they were last mailed in " + month.Format("January 2006")
}

// inPath makes the name of a file, with slashes, fit for the path of a link.
func inPath(name string) template.URL {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return template.URL(strings.Join(parts, "/")) // nothing in it is left to be escaped
}

// pairs makes one value of several, for a part of a page.
func pairs(all ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(all); i += 2 {
		m[all[i].(string)] = all[i+1]
	}
	return m
}

// columnFor is the name of the column that is taken for something.
func columnFor(columns []previewColumn, use string) string {
	for _, c := range columns {
		if c.Is(use) {
			return c.Name
		}
	}
	return ""
}

// static serves what pages load: one style sheet and one script.
func (s *Server) static() http.Handler {
	style, err := staticFiles.ReadFile("static/own.css")
	style = append([]byte(report.Style()), style...)
	files := http.FileServerFS(staticFiles)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private, max-age=3600")
		if r.PathValue("name") != "style.css" {
			files.ServeHTTP(w, r)
			return
		}
		if err != nil {
			s.fail(w, err)
			return
		}
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(style)
	})
}

// size is a number of octets as people say it.
func size(n int64) string {
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	x, i := float64(n), 0
	for x >= 1000 && i < len(units)-1 {
		x, i = x/1000, i+1
	}
	if i == 0 || x >= 100 {
		return strconv.FormatFloat(x, 'f', 0, 64) + " " + units[i]
	}
	return strconv.FormatFloat(x, 'f', 1, 64) + " " + units[i]
}

// formOf reads a form that is not an upload.
func formOf(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, mostJob)
	return r.ParseForm()
}
