package contacts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	empty, looked := true, int64(0)
	for {
		if err := ctx.Err(); err != nil {
			return size, err
		}
		n, rerr := r.Read(buf)
		if size += int64(n); size > limit {
			return size, unreadable(fmt.Sprintf("it holds more than %d bytes", limit),
				"split it, save it uncompressed in a file, or raise the limit with --max-size SIZE", errSwelling)
		}
		if empty = empty && allZero(buf[:n]); empty && size >= zeroFrom {
			return size, unreadable("it holds only zero bytes", "give a list", errSwelling)
		}
		if size-looked >= roomEvery {
			looked = size
			if err := enoughRoom(w); err != nil {
				return size, err
			}
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

// An endless input shows early: by bytes that no list begins with, and by the room that it takes.
const (
	zeroFrom  = 1 << 20
	roomEvery = 64 << 20
	roomLeft  = 512 << 20 // for the outputs and for others
)

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// enoughRoom refuses to fill the disk with a temporary copy.
func enoughRoom(w io.Writer) error {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if free, known := room(f); known && free < roomLeft {
		return unreadable(fmt.Sprintf("its temporary copy would leave only %d MB free in %s", free/1e6,
			filepath.Dir(f.Name())),
			"set TMPDIR=DIR to a folder with more space, and check that the input ends", errSwelling)
	}
	return nil
}

// readError makes an error of reading one of opening, unless it is one already.
func readError(err error) error {
	var e *OpenError
	if errors.As(err, &e) {
		return err
	}
	return unreadable("cannot read it", "", err)
}
