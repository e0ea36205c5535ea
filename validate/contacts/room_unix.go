//go:build linux || darwin

package contacts

import (
	"os"

	"golang.org/x/sys/unix"
)

// room is how many octets the file system of f has free for us; false where it can't be known.
func room(f *os.File) (int64, bool) {
	var s unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}
