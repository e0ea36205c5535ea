//go:build !amd64

package contacts

func findStops(all []stops, b []byte, delim byte) { findEach(all, b, delim) }
