package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestCompletionOffersWhatAFlagTakes(t *testing.T) {
	for typed, want := range map[string]string{
		"clean --keep ":          "role\tthe address belongs to a role",
		"clean --review role,du": "role,duplicate_mailbox\t",
		"clean --remove ":        "not_probed\t",
		"check --keep ":          "no_reply\t",
		"check --review ":        "catch_all\t",
		"check --remove ":        "maybe_disposable\t",
		"check --fail-on ":       "undeliverable\n",
		"check --fail-on risky,": "risky,unknown\n",
		"check --format ":        "jsonl\n",
		"explain --format ":      "jsonl\n",
		"clean --esp ":           "ses\n",
		"report --esp ":          "ses\n",
		"doctor --esp ":          "ses\n",
		"report --format ":       "md\n",
		"lists info --format ":   "json\n",
		"export --format ":       "json\n",
		"export --for ":          "sparkpost\n",
	} {
		var out bytes.Buffer
		args := append([]string{"__complete"}, strings.Split(typed, " ")...)
		if code := run(t.Context(), args, nil, &out, &bytes.Buffer{}); code != exitDone ||
			!strings.Contains("\n"+out.String(), "\n"+want) {
			t.Errorf("%q: exit %d, %q is not offered:\n%s", typed, code, want, out.String())
		}
	}
}

// TestEveryFlagWithAChoiceCompletesIt: --format and --esp take one of some words, in every command that has them.
func TestEveryFlagWithAChoiceCompletesIt(t *testing.T) {
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		for _, flag := range []string{"format", "esp", "for"} {
			if c.Flags().Lookup(flag) == nil {
				continue
			}
			if _, completes := c.GetFlagCompletionFunc(flag); !completes {
				t.Errorf("%s --%s completes nothing", c.CommandPath(), flag)
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(rootCommand())
}
