package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/validate"
)

// completeList makes the shells offer words for a flag that takes several, each after a comma.
func completeList(c *cobra.Command, flag string, words []string) {
	complete := func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndexByte(typed, ',')+1]
		var offers []string
		for _, w := range words {
			offers = append(offers, before+w)
		}
		return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	_ = c.RegisterFlagCompletionFunc(flag, complete) // fails where there is no such flag; a test asks for each
}

// completeReasons makes the shells offer reasons for the flags that move them, as NAME and what it means.
func completeReasons(c *cobra.Command) { completeReasonsOf(c, "keep", "review", "remove") }

func completeReasonsOf(c *cobra.Command, flags ...string) {
	var words []string
	for _, r := range validate.AllReasons() {
		words = append(words, r.String()+"\t"+r.Sentence())
	}
	for _, flag := range flags {
		completeList(c, flag, words)
	}
}

// completeVerdicts makes the shells offer verdicts for a flag.
func completeVerdicts(c *cobra.Command, flag string) {
	var words []string
	for _, v := range []validate.Verdict{validate.Deliverable, validate.Risky, validate.Undeliverable,
		validate.Unknown} {
		words = append(words, v.String())
	}
	completeList(c, flag, words)
}

// completeFormats makes the shells offer the formats of --format.
func completeFormats(c *cobra.Command, formats ...string) { completeWords(c, "format", formats...) }

// completeWords makes the shells offer words for a flag that takes one of them.
func completeWords(c *cobra.Command, flag string, words ...string) {
	// as above
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}
