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

// valueSlot knows a value by its first sixteen octets and its size; where it is longer, the text is compared.
type valueSlot struct {
	head, next uint64
	size, id   uint32 // id from 1; 0: free
}

// number is the number of a value, spaces around it apart; not ok if there are too many different ones.
func (v *values) number(cell []byte) (id int, ok bool) {
	if n := len(cell); n > 0 && (cell[0] <= ' ' || cell[n-1] <= ' ' || n > longestValue) {
		cell = short(cell)
	}
	head, next := firstOf(cell)
	size := uint32(len(cell))
	hash := (head*0x9e3779b97f4a7c15 ^ bits.RotateLeft64(next, 29)) * 0xff51afd7ed558ccd
	for i := hash >> 57; ; i = (i + 1) % uint64(len(v.slots)) {
		s := &v.slots[i]
		switch {
		case s.id == 0:
			return v.add(valueSlot{head: head, next: next, size: size}, s, cell)
		case s.head == head && s.next == next && s.size == size && (size <= 16 || v.text[s.id-1] == string(cell)):
			return int(s.id - 1), true
		}
	}
}

func (v *values) add(want valueSlot, s *valueSlot, cell []byte) (id int, ok bool) {
	if len(v.text) == mostValues {
		v.many = true
		return 0, false
	}
	v.text = append(v.text, string(cell))
	*s = want
	s.id = uint32(len(v.text))
	return len(v.text) - 1, true
}

// firstOf are the first sixteen octets, zero behind the end. It reads them all where there is memory behind
// the value: to look first how many there are would take longer.
func firstOf(b []byte) (head, next uint64) {
	n := min(len(b), 16)
	if cap(b) < 16 {
		b = append(make([]byte, 0, 16), b...)
	}
	all := (*[16]byte)(b[:16])
	return binary.LittleEndian.Uint64(all[:8]) & kept[n][0], binary.LittleEndian.Uint64(all[8:]) & kept[n][1]
}

// kept are the octets of two words that so many first ones take.
var kept = func() (masks [17][2]uint64) {
	for n := range masks {
		masks[n] = [2]uint64{^uint64(0) >> (8 * max(8-n, 0)), ^uint64(0) >> (8 * min(16-n, 8))}
	}
	return masks
}()

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

// valid is a value for people: what is not UTF-8 is replaced.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
