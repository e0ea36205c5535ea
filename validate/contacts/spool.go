package contacts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	defaultSpoolLimit = 16 << 30
	// A list shrinks to a third or a thirtieth, hardly ever to less than a hundredth. Small ones may: they do no harm.
	ratioLimit = 300
	ratioFrom  = 64 << 20
)

// spool copies r to a temporary file that only we can read and that vanishes with us.
func (o *Options) spool(ctx context.Context, r io.Reader) (in *input, err error) {
	f, err := os.CreateTemp(o.TempDir, "prebounce-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("making a temporary copy: %w", err)
	}
	in = &input{ReaderAt: f, file: f}
	if os.Remove(f.Name()) != nil { // not every system removes an open file
		in.temp = f.Name()
	}
	if in.size, err = o.copy(ctx, f, r); err != nil {
		return nil, errors.Join(err, in.close())
	}
	return in, nil
}

// copy copies until the end, the bound or the end of ctx.
func (o *Options) copy(ctx context.Context, w io.Writer, r io.Reader) (size int64, err error) {
	limit := o.SpoolLimit
	if limit <= 0 {
		limit = defaultSpoolLimit
	}
	buf := make([]byte, 1<<18)
	for {
		if err := ctx.Err(); err != nil {
			return size, err
		}
		n, rerr := r.Read(buf)
		if size += int64(n); size > limit {
			return size, unreadable(fmt.Sprintf("it holds more than %d bytes", limit), "split it, or save it uncompressed in a file", errSwelling)
		}
		if _, err := w.Write(buf[:n]); err != nil {
			return size, fmt.Errorf("making a temporary copy: %w", err)
		}
		switch {
		case rerr == io.EOF:
			return size, nil
		case ctx.Err() != nil:
			return size, ctx.Err()
		case rerr != nil:
			return size, readError(rerr)
		}
	}
}

// readError makes an error of reading one of opening, unless it is one already.
func readError(err error) error {
	var e *OpenError
	if errors.As(err, &e) {
		return err
	}
	return unreadable("it can't be read", "", err)
}
