//go:build !linux

package main

// hugeHeap lets the heap lie in huge pages where a program can ask for that.
func hugeHeap() {}
