package main

import "slices"

// table lists every mutation.
func table() []mutation {
	return slices.Concat(probeMutations, validateMutations, reportMutations, prebounceMutations)
}
