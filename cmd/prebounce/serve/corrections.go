package serve

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// corrections is the file of the corrections that the person accepted. The lists stay as they are.
const corrections = "corrections.csv"

// accept takes corrections of typos over into a file: those of some rows, or all.
func (s *Server) accept(w http.ResponseWriter, r *http.Request) {
	run, err := s.runs.get(r.PathValue("id"))
	if err == nil {
		err = formOf(w, r)
	}
	if err != nil || run.State() != Done {
		s.fail(w, errors.Join(err, errGone))
		return
	}
	chosen := map[string]bool{}
	for _, row := range r.PostForm["row"] {
		chosen[row] = true
	}
	if err := run.accept(r.Context(), chosen, r.PostForm.Get("all") != ""); err != nil {
		s.fail(w, err)
		return
	}
	http.Redirect(w, r, "/runs/"+run.ID+"/rows?typos=1", http.StatusSeeOther)
}

// accept writes the file anew: what was accepted before stays accepted.
func (r *Run) accept(ctx context.Context, rows map[string]bool, all bool) error {
	for row := range r.accepted() {
		rows[row] = true
	}
	if err := os.MkdirAll(r.exports(), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(r.exports(), ".corrections-*") // mode 0600
	if err != nil {
		return err
	}
	err = errors.Join(r.correct(ctx, f, rows, all), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(r.exports(), corrections))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// correct writes the chosen corrections, in the order of the list. Cells come as results.csv has them, safe
// in a spreadsheet.
func (r *Run) correct(ctx context.Context, to io.Writer, rows map[string]bool, all bool) error {
	from, err := os.Open(filepath.Join(r.out(), "results.csv"))
	if err != nil {
		return err
	}
	defer from.Close()
	buffered := bufio.NewWriter(to)
	w := csv.NewWriter(buffered)
	_ = w.Write([]string{"row", "address", "correction", "file"}) // Error tells of it
	typos, lines := filter{Typos: true}, newLines(from, 0)
	for n := 0; ; n++ {
		line, err := lines.next()
		if err == io.EOF {
			break
		}
		if err == nil && n%4096 == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if cells := cellsOfLine(line); n > 0 && typos.exactly(cells) && (all || rows[rowKey(cells[0], fileOf(cells))]) {
			_ = w.Write([]string{cells[0], cells[colAddress], cells[colSuggestion], fileOf(cells)})
		}
	}
	w.Flush()
	return errors.Join(w.Error(), buffered.Flush())
}

// accepted are the numbers of the rows whose correction was accepted.
func (r *Run) accepted() map[string]bool {
	rows := map[string]bool{}
	f, err := os.Open(filepath.Join(r.exports(), corrections))
	if err != nil {
		return rows
	}
	defer f.Close()
	for c := csv.NewReader(f); ; {
		cells, err := c.Read()
		if err != nil {
			return rows
		}
		rows[rowKey(cells[0], cells[len(cells)-1])] = true
	}
}

// rowKey tells a row from those of other lists, whose numbers begin anew.
func rowKey(row, file string) string { return row + " " + file }

// fileOf is the list of a row, if the run was over several.
func fileOf(cells []string) string {
	if len(cells) <= colFile {
		return ""
	}
	return cells[colFile]
}
