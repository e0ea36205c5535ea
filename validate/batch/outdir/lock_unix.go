//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package outdir

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// lock locks an open folder for as long as it is open, by whichever process on whichever machine or in
// whichever container. It reports errTaken if somebody else has it, and errNoLock where that can't be known.
func lock(folder *os.File) error {
	err := unix.Flock(int(folder.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EWOULDBLOCK):
		return errTaken
	}
	return errNoLock
}

const openFolder = syscall.O_DIRECTORY | syscall.O_NOFOLLOW
