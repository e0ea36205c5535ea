//go:build !linux

package batch

// vast makes a table that is read here and there. T holds no pointers.
func vast[T any](n int) []T { return make([]T, n) }
