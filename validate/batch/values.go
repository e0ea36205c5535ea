package batch

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Bounds of what is told apart in a column of few values.
const (
	mostValues   = 50
	longestValue = 64 // octets
)

// values numbers the different values of a column from 0, as they come. Asking for one that was met allocates nothing.
// The zero value is empty.
type values struct {
	slots [128]valueSlot // at most half full
	text  []string
	many  bool // there are more than mostValues
}

// valueSlot knows a value by its ends and its size; where it is too long for that, the text is compared.
type valueSlot struct {
	head, tail uint64
	size, id   uint32 // id from 1; 0: free
}

// number is the number of a value, spaces around it apart; not ok if there are too many different ones.
func (v *values) number(cell []byte) (id int, ok bool) {
	cell = short(cell)
	want := ends(cell)
	hash := (want.head*0x9e3779b97f4a7c15 ^ bits.RotateLeft64(want.tail, 29)) * 0xff51afd7ed558ccd
	for i := hash >> 57; ; i = (i + 1) % uint64(len(v.slots)) {
		s := &v.slots[i]
		switch {
		case s.id == 0:
			return v.add(s, want, cell)
		case s.head == want.head && s.tail == want.tail && s.size == want.size && (s.size <= 16 || v.text[s.id-1] == string(cell)):
			return int(s.id - 1), true
		}
	}
}

func (v *values) add(s *valueSlot, want valueSlot, cell []byte) (id int, ok bool) {
	if len(v.text) == mostValues {
		v.many = true
		return 0, false
	}
	v.text = append(v.text, string(cell))
	*s = want
	s.id = uint32(len(v.text))
	return len(v.text) - 1, true
}

// ends are the first and the last eight octets, which overlap in a short value.
func ends(b []byte) valueSlot {
	s := valueSlot{size: uint32(len(b))}
	switch n := len(b); {
	case n >= 8:
		s.head, s.tail = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		s.head, s.tail = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		s.head = uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16
	}
	return s
}

// short is a value without the spaces around it, cut before a letter if it is long.
func short(b []byte) []byte {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	if len(b) <= longestValue {
		return b
	}
	end := longestValue
	for end > longestValue-utf8.UTFMax && !utf8.RuneStart(b[end]) {
		end--
	}
	return b[:end]
}

// valid is a value for people: what is no UTF-8 is replaced.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
