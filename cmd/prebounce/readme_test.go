package main

import (
	"os"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate"
)

// TestReadmeIsTrue: its session is what the sample gives, it links to every help topic, and the table of
// help/verdicts.md has every reason in the list where it belongs.
func TestReadmeIsTrue(t *testing.T) {
	readme := read(t, "../../README.md")
	summary := strings.SplitN(read(t, "../../samples/golden/contacts-csv/summary.txt"), "\n", 15)
	if session := strings.Join(summary[:14], "\n"); !strings.Contains(readme, "| head -14\n"+session+"\n```") {
		t.Errorf("the session in README.md is not what the sample gives:\n%s", session)
	}
	rows := map[validate.List]string{}
	for _, topic := range topics() {
		if !strings.Contains(readme, "(cmd/prebounce/help/"+topic+".md)") {
			t.Errorf("README.md does not link to the topic %s", topic)
		}
	}
	for line := range strings.Lines(read(t, "help/verdicts.md")) {
		for _, list := range []validate.List{validate.Clean, validate.Review, validate.Removed} {
			if strings.HasPrefix(line, "| "+list.String()+" |") {
				rows[list] = line
			}
		}
	}
	for _, r := range validate.AllReasons() {
		if !strings.Contains(rows[r.List()], "`"+r.String()+"`") {
			t.Errorf("help/verdicts.md does not show %s under %s", r, r.List())
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
