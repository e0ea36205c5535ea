// Package samples holds what the demo and the tests run on.
package samples

import "embed"

// World is the sandbox's world: which domains there are, and how their servers behave.
//
//go:embed world.txt
var World string

// Replies are the corpus: files of replies that servers gave, as replies/README.md describes them.
//
//go:embed replies/seen.tsv replies/produced.tsv replies/made.tsv
var Replies embed.FS
