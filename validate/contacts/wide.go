package contacts

import (
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// wide is UTF-16 or UTF-32. Such a list is spooled as UTF-8 so that one scanner serves all, and can be turned
// back to the very bytes it was: lone surrogates become three bytes each as in WTF-8, and a byte that belongs
// to no unit becomes a pair of bytes that UTF-8 never uses.
type wide struct {
	unit  int // 2 or 4 bytes
	order byteOrder
}

// strayLead begins the pair for a byte that belongs to no unit: 0xFC to 0xFF hold its upper two bits.
const strayLead = 0xFC

// narrow appends src as UTF-8 and tells how many bytes of src that took. With eof it takes all.
func (w *wide) narrow(dst, src []byte, eof bool) (out []byte, n int) {
	for n+w.unit <= len(src) {
		r, size := w.rune(src[n:])
		if size == 0 {
			if !eof {
				return dst, n
			}
			size = w.unit
		}
		dst = w.appendUnit(dst, r, src[n:n+size])
		n += size
	}
	if eof {
		dst, n = appendStray(dst, src[n:]), len(src)
	}
	return dst, n
}

// rune reads one character. Size 0 means that the other half of a surrogate pair may follow behind b.
func (w *wide) rune(b []byte) (r rune, size int) {
	if w.unit == 4 {
		return rune(w.order.Uint32(b)), 4
	}
	r = rune(w.order.Uint16(b))
	if r < 0xD800 || r > 0xDBFF {
		return r, 2
	}
	if len(b) < 4 {
		return r, 0
	}
	if pair := utf16.DecodeRune(r, rune(w.order.Uint16(b[2:]))); pair != utf8.RuneError {
		return pair, 4
	}
	return r, 2
}

func (w *wide) appendUnit(dst []byte, r rune, raw []byte) []byte {
	switch {
	case r >= 0xD800 && r <= 0xDFFF:
		return append(dst, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	case r < 0 || r > utf8.MaxRune:
		return appendStray(dst, raw)
	}
	return utf8.AppendRune(dst, r)
}

func appendStray(dst, raw []byte) []byte {
	for _, b := range raw {
		dst = append(dst, strayLead|b>>6, 0x80|b&0x3F)
	}
	return dst
}

// widen appends what narrow made, as it was.
func (w *wide) widen(dst, src []byte) []byte {
	for len(src) > 0 {
		r, size := utf8.DecodeRune(src)
		switch {
		case r != utf8.RuneError || size > 1:
		case src[0] >= strayLead && len(src) > 1:
			dst, src = append(dst, src[0]<<6|src[1]&0x3F), src[2:]
			continue
		case src[0] == 0xED && len(src) > 2:
			r, size = 0xD000|rune(src[1]&0x3F)<<6|rune(src[2]&0x3F), 3
		}
		dst, src = w.appendRune(dst, r), src[size:]
	}
	return dst
}

func (w *wide) appendRune(dst []byte, r rune) []byte {
	if w.unit == 4 {
		return w.order.AppendUint32(dst, uint32(r))
	}
	if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
		return w.order.AppendUint16(w.order.AppendUint16(dst, uint16(hi)), uint16(lo))
	}
	return w.order.AppendUint16(dst, uint16(r))
}

type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// reader returns the text behind r as narrow writes it.
func (w *wide) reader(r io.Reader) io.Reader { return &wideReader{wide: w, r: r} }

type wideReader struct {
	wide *wide
	r    io.Reader
	in   []byte // read and not yet turned
	out  []byte // turned and not yet handed out
	err  error
}

func (w *wideReader) Read(b []byte) (int, error) {
	for len(w.out) == 0 && w.err == nil {
		w.fill()
	}
	n := copy(b, w.out)
	w.out = w.out[n:]
	if len(w.out) > 0 {
		return n, nil
	}
	return n, w.err
}

func (w *wideReader) fill() {
	const chunk = 1 << 16
	have := len(w.in)
	w.in = append(w.in, make([]byte, chunk)...)
	n, err := w.r.Read(w.in[have:])
	w.in, w.err = w.in[:have+n], err
	var used int
	w.out, used = w.wide.narrow(w.out[:0], w.in, err == io.EOF)
	w.in = append(w.in[:0], w.in[used:]...)
}
