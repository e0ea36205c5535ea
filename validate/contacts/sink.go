package contacts

import "io"

// Sink is an output for rows; [List.NewSink] makes one. Parts may be filled concurrently; Write is called in the order
// of blocks, by one goroutine at a time. The zero value keeps nothing.
type Sink struct {
	newRows func() rows
	write   func(rows) error
	close   func() error // nil: there is nothing to do
}

// NewPart begins the rows of a block.
func (s *Sink) NewPart() *Part {
	if s.newRows == nil {
		return &Part{}
	}
	return &Part{s.newRows()}
}

// Write appends a part that the same sink began.
func (s *Sink) Write(p *Part) error {
	if s.write == nil || p.rows == nil {
		return nil
	}
	return s.write(p.rows)
}

// Close writes what is left. It does not close the writer underneath.
func (s *Sink) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}

// Part collects the rows of one block for a Sink.
type Part struct{ rows rows }

// Keep adds a record with a value for each of the sink's own columns. If there are none, Raw may be several rows. Where
// the output does not hold the list's own text, or has columns of its own, what is no row is left out.
func (p *Part) Keep(rec *Record, extra ...string) {
	if p.rows != nil {
		p.rows.keep(rec, extra)
	}
}

// Reset empties the part, for the rows of another block.
func (p *Part) Reset() {
	if p.rows != nil {
		p.rows.reset()
	}
}

// Len is the number of bytes gathered.
func (p *Part) Len() int {
	if p.rows == nil {
		return 0
	}
	return p.rows.size()
}

// rows are gathered in the form of an output.
type rows interface {
	keep(rec *Record, extra []string)
	reset()
	size() int
}

// textRows are rows that are written as text.
type textRows interface {
	rows
	text() []byte
}

// textSink is an output whose parts are text.
func textSink(w io.Writer, begin func() textRows) *Sink {
	return &Sink{
		newRows: func() rows { return begin() },
		write: func(r rows) error {
			b := r.(textRows).text()
			if len(b) == 0 {
				return nil
			}
			_, err := w.Write(b)
			return err
		},
	}
}
