package main

import (
	"io/fs"
	"os"
)

// modeOf is the mode of files that are made from others: what all of these let people do; "-" is stdin. The umask
// narrows it further.
func modeOf(stdin any, paths ...string) fs.FileMode {
	mode := fs.FileMode(0o666)
	for _, path := range paths {
		at, err := os.Stat(path)
		if in, ok := stdin.(*os.File); ok && path == "-" {
			at, err = in.Stat()
		}
		if err == nil && at.Mode().IsRegular() { // a pipe has no mode of its own
			mode &= at.Mode().Perm()
		}
	}
	return mode | 0o600
}
