// Package scan finds the octets that give a list or an address its structure, 64 octets at a time.
//
// It fences the assembly: on amd64 with AVX2 the work is done 32 octets at once, elsewhere by the Go function
// beside it, and fuzzing holds the two to the same result. It knows octets only: what they mean is up to the
// caller.
//
// A mask has a bit for each of 64 octets, the lowest for the first. Nothing here allocates or keeps what it is given.
package scan
