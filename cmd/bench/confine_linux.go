package main

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// confine lets what is run from now on have the first so many processors of those that this program may have.
func confine(procs int) error {
	runtime.LockOSThread() // what this thread starts inherits what it may have
	var may, set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &may); err != nil {
		return err
	}
	for i := 0; set.Count() < min(procs, may.Count()); i++ {
		if may.IsSet(i) {
			set.Set(i)
		}
	}
	return unix.SchedSetaffinity(0, &set)
}
