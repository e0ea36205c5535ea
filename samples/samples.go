// Package samples holds what the demo and the tests run on.
package samples

import _ "embed"

// World is the sandbox's world: which domains there are, and how their servers behave.
//
//go:embed world.txt
var World string
