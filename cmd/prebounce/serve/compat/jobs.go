package compat

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"io"
	"iter"
	"strings"
	"sync"
)

// NumberOf is the number of the job with an ID, for services whose jobs have numbers: 31 bits of a digest, as clients
// may hold it in a 32-bit integer. The engine sees to it that no two jobs have the same.
func NumberOf(id string) int {
	sum := sha256.Sum256([]byte(id))
	return int(binary.BigEndian.Uint32(sum[:4])>>1 | 1)
}

// job finds a job by its number.
func (a *api) job(service string, number int) (*Job, error) {
	if number < 1 {
		return nil, errNoJob
	}
	all, err := a.Jobs(service, number)
	if err == nil && len(all) == 0 {
		err = errNoJob
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// done finds a job that is done.
func (a *api) done(service string, number int) (*Job, error) {
	j, err := a.job(service, number)
	if err == nil && j.State != Done {
		err = errNotDone
	}
	return j, err
}

// createAndStart makes a job of addresses and starts it.
func (a *api) createAndStart(service string, fill func(io.Writer) (List, error)) (*Job, error) {
	j, err := a.Create(service, fill)
	if err != nil {
		return nil, err
	}
	return j, a.Start(j.ID)
}

// tally counts the rows of a job by reason.
type tally struct {
	rows, duplicates int
	by               map[words]int
	badSyntax        int
}

// tallies are those of the jobs that were asked about lately, which are done and change no more.
type tallies struct {
	mu  sync.Mutex
	all map[string]*tally
}

const mostTallies = 100

// tally counts a job; one that is not done has none.
func (a *api) tally(ctx context.Context, j *Job) (*tally, error) {
	if j.State != Done {
		return &tally{}, nil
	}
	a.tallies.mu.Lock()
	t := a.tallies.all[j.ID]
	a.tallies.mu.Unlock()
	if t != nil {
		return t, nil
	}
	t = &tally{by: map[words]int{}}
	if err := a.Rows(ctx, j.ID, t.count); err != nil {
		return nil, err
	}
	a.tallies.mu.Lock()
	defer a.tallies.mu.Unlock()
	if len(a.tallies.all) >= mostTallies || a.tallies.all == nil {
		a.tallies.all = map[string]*tally{}
	}
	a.tallies.all[j.ID] = t
	return t, nil
}

func (t *tally) count(_ []string, rows iter.Seq2[Row, error]) error {
	for row, err := range rows {
		if err != nil {
			return err
		}
		t.rows++
		t.by[row.words()]++
		if row.Duplicate {
			t.duplicates++
		}
		if row.words().kickboxReason == "invalid_email" {
			t.badSyntax++
		}
	}
	return nil
}

// of counts the rows of which a service says a word.
func (t *tally) of(word func(words) string, want string) (n int) {
	for w, rows := range t.by {
		if word(w) == want {
			n += rows
		}
	}
	return n
}

// table is a CSV of a job: its rows as they came, and columns of ours.
func (a *api) table(j *Job, kind string, columns []string, cells func(*Row) []string) *file {
	return &file{kind: kind, name: "results.csv", write: func(ctx context.Context, to io.Writer) error {
		return a.Rows(ctx, j.ID, func(header []string, rows iter.Seq2[Row, error]) error {
			w := csv.NewWriter(to)
			_ = w.Write(append(append([]string{}, header...), columns...)) // Flush remembers what fails
			for row, err := range rows {
				if err != nil {
					return err
				}
				if more := cells(&row); more != nil {
					_ = w.Write(append(row.Cells, safe(more)...))
				}
			}
			w.Flush()
			return w.Error()
		})
	}}
}

// page hands over some rows of a job: those from a place on, so many.
func (a *api) page(ctx context.Context, j *Job, start, limit int, use func(header []string, row *Row)) (total int, err error) {
	err = a.Rows(ctx, j.ID, func(header []string, rows iter.Seq2[Row, error]) error {
		for row, err := range rows {
			if err != nil {
				return err
			}
			if total >= start && total-start < limit {
				use(header, &row)
			}
			total++
		}
		return nil
	})
	return total, err
}

// safe marks cells of ours that a spreadsheet might take for a formula.
func safe(cells []string) []string {
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			cells[i] = "'" + c
		}
	}
	return cells
}
