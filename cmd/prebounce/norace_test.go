//go:build !race

package main

// asTests are the flags with which these tests were built, so that what they build in turn is in the cache already.
var asTests = []string{"-pgo=off"}
