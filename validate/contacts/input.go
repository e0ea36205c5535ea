package contacts

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// input is the bytes of a list, uncompressed, at hand for reading anywhere.
type input struct {
	io.ReaderAt
	size int64
	file *os.File  // nil in memory
	time time.Time // when the user's file was last written; zero for a spool, which nobody else can write
	temp string    // a spool that is still to be removed

	written time.Time // when the list was last written, as the user's file system or archive has it; zero: not known
}

// errNotOpened is what a list says that nobody opened: the zero value.
var errNotOpened = errors.New("this list was not opened: use Open")

// unchanged compares the file with what it was when it was opened.
func (in *input) unchanged() error {
	if in == nil {
		return errNotOpened
	}
	if in.time.IsZero() {
		return nil
	}
	st, err := in.file.Stat()
	if err != nil {
		return err
	}
	if st.Size() != in.size || !st.ModTime().Equal(in.time) {
		return ErrChanged
	}
	return nil
}

// eof is the end of a pass.
func (in *input) eof() error {
	if err := in.unchanged(); err != nil {
		return err
	}
	return io.EOF
}

func (in *input) close() error {
	if in == nil || in.file == nil {
		return nil
	}
	err := in.file.Close()
	if in.temp != "" {
		err = errors.Join(err, os.Remove(in.temp))
	}
	return err
}

// openInput opens what path names. What can't be read twice is spooled, and so is what is compressed.
func openInput(ctx context.Context, path string, o *Options) (*input, error) {
	if path == "-" {
		if o.Stdin == nil {
			return nil, unreadable("standard input is closed", "", nil)
		}
		return o.spoolPlain(ctx, o.Stdin)
	}
	st, err := os.Stat(path)
	if err != nil {
		return nil, fileError(err)
	}
	if st.IsDir() {
		return nil, unreadable("it is a folder", "give a list inside it", nil)
	}
	f, err := openFile(ctx, path, st)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		defer f.Close()
		stop := context.AfterFunc(ctx, func() { f.SetReadDeadline(time.Unix(1, 0)) }) // where the system can
		defer stop()
		return o.spoolPlain(ctx, f)
	}
	return o.regular(ctx, f)
}

// openFile opens path. A FIFO that nobody writes to would block for ever, so a cancelled ctx plays the writer.
func openFile(ctx context.Context, path string, st fs.FileInfo) (*os.File, error) {
	if st.Mode()&fs.ModeNamedPipe != 0 {
		defer writeOnCancel(ctx, path)()
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(err)
	}
	if err := ctx.Err(); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// writeOnCancel opens a FIFO for writing as soon as ctx is cancelled and a reader waits there. The returned
// function ends that, and waits for its end.
func writeOnCancel(ctx context.Context, path string) (end func()) {
	opened, gone := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(gone)
		for {
			if w, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
				w.Close()
				return
			}
			select {
			case <-opened:
				return
			case <-time.After(time.Millisecond): // the reader is on its way
			}
		}
	})
	return func() {
		if !stop() {
			close(opened)
			<-gone
		}
	}
}

// regular takes a file as it is, unless it is packed.
func (o *Options) regular(ctx context.Context, f *os.File) (*input, error) {
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, fileError(err)
	}
	head := make([]byte, longestMagic)
	n, _ := f.ReadAt(head, 0)
	if packing(head[:n]) != nil {
		defer f.Close()
		in, err := o.spoolPlain(ctx, f)
		if err == nil {
			in.written = st.ModTime()
		}
		return in, err
	}
	return &input{ReaderAt: f, size: st.Size(), file: f, time: st.ModTime(), written: st.ModTime()}, nil
}

// spoolPlain spools what r holds, unpacked.
func (o *Options) spoolPlain(ctx context.Context, r io.Reader) (*input, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, _ := b.Peek(longestMagic)
	if p := packing(head); p != nil {
		return o.spoolUnpacked(ctx, p, b)
	}
	return o.spool(ctx, b)
}
