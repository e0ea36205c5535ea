package batch

import "unsafe"

// rowPlace is where the second read finds a row and its address without taking the row apart once more: from
// the lowest bit, how many octets the row has (12), at which of them the address begins (12), and how many it
// has (8). Zero: the row must be taken apart. The address of one that has a place fits a cell of results.csv
// as it stands, but perhaps for capitals in its domain (see lookAgain).
type rowPlace uint32

const (
	longestPlaced  = 1<<12 - 1 // row
	longestAddress = 1<<8 - 1
)

// placeOf is the place of an address that was found in a row, if it stands there just as it was found.
func placeOf(raw, address []byte) rowPlace {
	at := uintptr(unsafe.Pointer(unsafe.SliceData(address))) - uintptr(unsafe.Pointer(unsafe.SliceData(raw)))
	if len(raw) > longestPlaced || len(address) > longestAddress || at+uintptr(len(address)) > uintptr(len(raw)) ||
		at > uintptr(len(raw)) {
		return 0
	}
	return rowPlace(len(raw)) | rowPlace(at)<<12 | rowPlace(len(address))<<24
}

// size is how many octets the row has.
func (p rowPlace) size() int { return int(p & longestPlaced) }

// address is the part of the row that is its address.
func (p rowPlace) address(raw []byte) []byte {
	at := p >> 12 & longestPlaced
	return raw[at : at+p>>24]
}
