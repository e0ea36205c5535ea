//go:build !linux && !darwin

package batch

func exchange(_, _ string) error { return errNoExchange }
