//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package outdir

import "os"

func lock(*os.File) error { return errNoLock }

const openFolder = 0
