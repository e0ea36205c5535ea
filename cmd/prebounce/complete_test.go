package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestCompletionOffersWhatAFlagTakes(t *testing.T) {
	for typed, want := range map[string]string{
		"clean --keep ":          "role\tan address of a role",
		"clean --review role,du": "role,duplicate_mailbox\t",
		"clean --remove ":        "not_probed\t",
		"check --keep ":          "no_reply\t",
		"check --review ":        "catch_all\t",
		"check --remove ":        "maybe_disposable\t",
		"check --fail-on ":       "undeliverable\n",
		"check --fail-on risky,": "risky,unknown\n",
		"check --format ":        "jsonl\n",
		"explain --format ":      "jsonl\n",
	} {
		var out bytes.Buffer
		args := append([]string{"__complete"}, strings.Split(typed, " ")...)
		if code := run(t.Context(), args, nil, &out, &bytes.Buffer{}); code != exitDone || !strings.Contains("\n"+out.String(), "\n"+want) {
			t.Errorf("%q: exit %d, %q is not offered:\n%s", typed, code, want, out.String())
		}
	}
}
