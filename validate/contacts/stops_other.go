//go:build !amd64

package contacts

func findStops(all []stops, b []byte, delim byte) { findEach(all, b, delim) }

func placesOf(to []uint32, all []stops, at int) int { return placeEach(to, all, at) }
