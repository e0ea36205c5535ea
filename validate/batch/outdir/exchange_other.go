//go:build !linux && !darwin

package outdir

func exchange(_, _ string) error { return errNoExchange }
