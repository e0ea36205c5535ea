//go:build !amd64

package scan

// Find fills all with the masks of as many times 64 octets of b, which must have that many. Field is the
// field delimiter.
func Find(all []Delimiters, b []byte, field byte) { findGeneric(all, b, field) }

// Positions writes the positions of all field delimiters to `to` and returns their number. The first mask stands for
// the octets from offset on. `to` needs room for 64 positions a mask and eight more.
func Positions(to []uint32, all []Delimiters, offset int) int {
	return positionsGeneric(to, all, offset)
}

// Scan fills in the masks of s, and reports whether it could: on this processor never.
func (a *Address) Scan(string) bool { return false }
