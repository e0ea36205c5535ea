package outdir

import (
	"errors"

	"golang.org/x/sys/unix"
)

// exchange gives two folders each other's names at once: at no moment is one of the names without a folder.
func exchange(one, other string) error {
	err := unix.RenamexNp(one, other, unix.RENAME_SWAP)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return errNoExchange
	}
	return err
}
