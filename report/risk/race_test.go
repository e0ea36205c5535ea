//go:build race

package risk

// slowed reports whether the race detector slows the simulations down tenfold. They share nothing between
// goroutines, and make sim runs them without it.
const slowed = true
