//go:build !race

package risk

const slowed = false
