package batch

import "os"

// growing is a file that is written from its start to its end, by Write alone.
type growing struct {
	*os.File
	size int64
}

// piece is how much of a file is written at once, and never across a multiple of it. Pages of this size the system has at hand for its
// cache; for larger ones it searches all of its memory (Linux: PAGE_ALLOC_COSTLY_ORDER). Measured on a virtual machine that gives unused
// memory back to its host: in pieces of 64 KiB, or whole blocks as they come, a run spends half again as much of the system's time or more.
const piece = 32 << 10

func (g *growing) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		some := min(len(p)-n, piece-int(g.size%piece))
		some, err = g.File.Write(p[n:][:some])
		n, g.size = n+some, g.size+int64(some)
	}
	return n, err
}
