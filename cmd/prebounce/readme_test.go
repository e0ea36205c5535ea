package main

import (
	"os"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate"
)

// TestReadmeIsTrue: its session is what the sample gives, and its table has every reason in the list where it belongs.
func TestReadmeIsTrue(t *testing.T) {
	readme := read(t, "../../README.md")
	summary := strings.SplitN(read(t, "../../samples/golden/contacts-csv/summary.txt"), "\n", 20)
	if session := strings.Join(summary[:19], "\n"); !strings.Contains(readme, "| head -19\n"+session+"\n```") {
		t.Errorf("the session in README.md is not what the sample gives:\n%s", session)
	}
	rows := map[validate.List]string{}
	for line := range strings.Lines(readme) {
		for _, list := range []validate.List{validate.Clean, validate.Review, validate.Removed} {
			if strings.HasPrefix(line, "| "+list.String()+" |") {
				rows[list] = line
			}
		}
	}
	for _, r := range validate.AllReasons() {
		if !strings.Contains(rows[r.List()], "`"+r.String()+"`") {
			t.Errorf("README.md does not show %s under %s", r, r.List())
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
