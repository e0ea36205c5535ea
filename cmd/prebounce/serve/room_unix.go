//go:build linux || darwin

package serve

import "golang.org/x/sys/unix"

// room is how many octets the file system of dir has free for us; false where it can't be known.
func room(dir string) (int64, bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}
