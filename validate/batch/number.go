package batch

import "strconv"

// number counts rows, and has each count ready in decimal: only every hundredth costs more than a look at a table.
type number struct {
	n    uint32
	head [16]byte // all digits but the last two
	size int      // of these
}

const mostDigits = 10

const pairs = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

func (c *number) set(n uint32) {
	c.n, c.size = n, 0
	if n >= 100 {
		c.size = len(strconv.AppendUint(c.head[:0], uint64(n/100), 10))
	}
}

func (c *number) next() {
	if c.n++; c.n%100 == 0 {
		c.set(c.n)
	}
}

// put writes it to b[at:], which has room for more than it takes, and tells where it ends.
func (c *number) put(b []byte, at int) (end int) {
	*(*[16]byte)(b[at:]) = c.head
	at += c.size
	two := c.n % 100 * 2
	if c.n < 10 {
		b[at] = pairs[two+1]
		return at + 1
	}
	b[at], b[at+1] = pairs[two], pairs[two+1]
	return at + 2
}

func (c *number) append(b []byte) []byte { return strconv.AppendUint(b, uint64(c.n), 10) }
