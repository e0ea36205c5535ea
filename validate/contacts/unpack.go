package contacts

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// packer is a way to compress a single list.
type packer struct {
	name  string
	magic string
	test  string // the program that reports whether it is damaged
	open  func(io.Reader) (io.ReadCloser, error)
}

const (
	gzipMagic    = "\x1f\x8b"
	zstdMagic    = "\x28\xB5\x2F\xFD"
	longestMagic = 4
)

// zstdWindow is the most memory that unpacking zstd takes: what its own program allows.
const zstdWindow = 128 << 20

var packers = [...]packer{
	{"gzip", gzipMagic, "gzip -t", func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }},
	{"zstd", zstdMagic, "zstd -t", func(r io.Reader) (io.ReadCloser, error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}},
}

// packing returns how a list that begins with head is compressed, or nil.
func packing(head []byte) *packer {
	for i := range packers {
		if bytes.HasPrefix(head, []byte(packers[i].magic)) {
			return &packers[i]
		}
	}
	return nil
}

// spoolUnpacked unpacks r, all members of it.
func (o *Options) spoolUnpacked(ctx context.Context, p *packer, r io.Reader) (*input, error) {
	packed := &counter{Reader: r}
	z, err := p.open(packed)
	if err != nil {
		return nil, p.damaged(err)
	}
	defer z.Close()
	return o.spool(ctx, &unpacker{r: z, packed: func() int64 { return packed.size }, damaged: p.damaged})
}

func (p *packer) damaged(err error) error {
	return unreadable(fmt.Sprintf("its %s data is damaged", p.name),
		fmt.Sprintf("test it with: %s; then export or copy it again", p.test), err)
}

// unpacker reads what is unpacked, and gives up on what swells beyond reason.
type unpacker struct {
	r       io.Reader
	packed  func() int64 // the size of what was read of it, packed
	damaged func(error) error
	size    int64
}

func (u *unpacker) Read(b []byte) (int, error) {
	n, err := u.r.Read(b)
	u.size += int64(n)
	if u.size > ratioFrom && u.size/ratioLimit > u.packed() {
		return n, unreadable(fmt.Sprintf("it unpacks to more than %d times its size, which no list does", ratioLimit),
			"unpack it yourself if you trust it", errSwelling)
	}
	if err != nil && err != io.EOF {
		err = u.damaged(err)
	}
	return n, err
}

type counter struct {
	io.Reader
	size int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.size += int64(n)
	return n, err
}
