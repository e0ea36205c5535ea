package batch

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/outdir"
	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/contacts"
)

// proposal is a row that was removed for a proven typo, with its correction.
type proposal struct {
	List   int
	Raw    []byte
	Fields int
	Column int
	To     string
	Extra  []string
}

// proposals are those of a run, on their way to corrected.csv: kept in a file until it is known which
// addresses the lists hold.
type proposals struct {
	room *spool.Scratch
	to   *bufio.Writer
	set  AddressSet // the corrected addresses
}

func (p *proposals) close() {
	if p != nil {
		p.room.Close()
	}
}

// add keeps those of a job.
func (p *proposals) add(dir *spool.Dir, all []proposal) (err error) {
	if len(all) > 0 && p.room == nil {
		if p.room, err = dir.Scratch(); err != nil {
			return err
		}
		p.to = bufio.NewWriterSize(p.room, spool.Piece)
	}
	for i := range all {
		a, fault := validate.Parse(all[i].To)
		if fault != nil {
			continue // what was meant is always an address
		}
		p.set.Add(&a)
		if err := json.NewEncoder(p.to).Encode(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

// correct writes corrected.csv: rows with a proven typo and its correction. An address that is already in the
// lists is not a correction: it has a row of its own, and that person may have opted out.
func (r *Run) correct(ctx context.Context, out *outputs, p *proposals) (rows int64, err error) {
	if p.room == nil {
		return 0, nil
	}
	if err := p.to.Flush(); err != nil {
		return 0, err
	}
	taken, err := out.taken(ctx, &p.set)
	if err != nil {
		return 0, err
	}
	w := corrected{out: out, files: map[int]*listOutput{}}
	in := json.NewDecoder(io.NewSectionReader(p.room, 0, p.room.Size()))
	for {
		var next proposal
		if err = in.Decode(&next); err != nil {
			break
		}
		a, fault := validate.Parse(next.To)
		if fault != nil || taken.Has(&a) {
			continue
		}
		taken.Add(&a) // a second row of the same address would be a duplicate
		if err = w.keep(&next); err != nil {
			break
		}
		rows++
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return rows, errors.Join(err, w.close())
}

// taken are the addresses of a set that results.csv holds.
func (o *outputs) taken(ctx context.Context, set *AddressSet) (*AddressSet, error) {
	f, err := os.Open(o.dir.Path(outdir.Results))
	if err != nil {
		return nil, o.dir.Failed(outdir.Results, err)
	}
	defer f.Close()
	taken := &AddressSet{}
	rows := csv.NewReader(io.NewSectionReader(f, 0, o.results.Size()))
	rows.ReuseRecord, rows.FieldsPerRecord, rows.LazyQuotes = true, -1, true
	for n := 0; ; n++ {
		cells, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return taken, nil
		case err != nil:
			return nil, fmt.Errorf("reading %s: %w", outdir.Results, err)
		case n&0xffff == 0 && ctx.Err() != nil:
			return nil, ctx.Err()
		case len(cells) < 2:
			continue
		}
		if a, fault := validate.Parse(strings.TrimPrefix(cells[1], "'")); fault == nil && set.Has(&a) {
			taken.Add(&a)
		}
	}
}

// corrected writes corrected.csv, one for each list that has corrections.
type corrected struct {
	out   *outputs
	files map[int]*listOutput
}

func (w *corrected) keep(p *proposal) error {
	to, err := w.file(p.List)
	if err != nil {
		return err
	}
	part := to.sink.NewPart()
	part.Keep(&contacts.Record{Kind: contacts.Row, Raw: p.Raw, Fields: p.Fields,
		Edit: &contacts.Edit{Column: p.Column, Text: p.To}}, p.Extra...)
	if err := to.sink.Write(part); err != nil {
		return w.out.dir.Failed(to.name, err)
	}
	return nil
}

func (w *corrected) file(list int) (*listOutput, error) {
	if w.files[list] != nil {
		return w.files[list], nil
	}
	f := &folder{list: list}
	if w.out.names != nil {
		f.name = w.out.names[list]
	}
	if err := w.out.open(f, removedOutput, "corrected"); err != nil {
		return nil, err
	}
	w.files[list] = &f.outputs[removedOutput]
	return w.files[list], nil
}

func (w *corrected) close() (err error) {
	for _, f := range w.files {
		if e := f.sink.Close(); e != nil {
			err = errors.Join(err, w.out.dir.Failed(f.name, e))
		}
		err = errors.Join(err, w.out.closeFile(f.file))
	}
	return err
}
