package main

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// confine lets what is run from now on have the first processors of this machine only.
func confine(procs int) error {
	runtime.LockOSThread() // what this thread starts inherits what it may have
	var set unix.CPUSet
	for i := range procs {
		set.Set(i)
	}
	return unix.SchedSetaffinity(0, &set)
}
