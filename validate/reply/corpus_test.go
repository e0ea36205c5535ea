package reply

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const corpusDir = "../../samples/replies"

// sample is a row of the corpus.
type sample struct {
	text, kind, source, operator string
	stage                        Stage
	class                        Class
}

func (s sample) find() Finding {
	return Classify(Parse(s.text), Context{Stage: s.stage, Operator: s.operator})
}

func corpus(t testing.TB) (all []sample) {
	t.Helper()
	files, _ := filepath.Glob(corpusDir + "/*.tsv")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimRight(line, "\n"); line == "" || line[0] == '#' {
				continue
			}
			f := strings.Split(line, "\t")
			if len(f) != 6 {
				t.Fatalf("%s: %d columns: %q", file, len(f), line)
			}
			class, err := ParseClass(f[5])
			if err != nil {
				t.Fatalf("%s: %v: %q", file, err, line)
			}
			all = append(all, sample{strings.ReplaceAll(f[0], `\n`, "\n"), f[1], f[2], f[3], stageNamed(f[4]), class})
		}
	}
	return all
}

func stageNamed(name string) Stage {
	for s, n := range stageNames {
		if n == name {
			return Stage(s)
		}
	}
	return StageUnknown
}

func TestTheCorpusIsClassifiedAsExpected(t *testing.T) {
	distinct := map[string]bool{}
	for _, s := range corpus(t) {
		if s.kind != "made" {
			distinct[s.text] = true
			if s.source == "" {
				t.Errorf("%q has no source", s.text)
			}
		}
		if f := s.find(); f.Class != s.class {
			t.Errorf("%q (%s)\n is %s by %s, want %s", s.text, s.stage, f.Class, f.Rule, s.class)
		}
	}
	if len(distinct) < 200 {
		t.Errorf("%d distinct replies seen or produced, want 200", len(distinct))
	}
}

// The law of the house: what a server holds against the sender is never evidence about a mailbox. It must
// hold in every form a reply is written in, so it stands apart from the test above.
func TestNoReplyAboutUsIsReadAsADeadMailbox(t *testing.T) {
	for _, s := range corpus(t) {
		if classTable[s.class].subject != Us {
			continue
		}
		for name, form := range forms(s.text) {
			if f := Classify(Parse(form), Context{Stage: s.stage, Operator: s.operator}); f.Class.Removes() ||
				(f.Subject == Mailbox && f.Class != RateLimited) {
				t.Errorf("%s: %q is %s, about %s, by %s", name, form, f.Class, f.Subject, f.Rule)
			}
		}
	}
}

func TestNoTransientReplyRemovesAContact(t *testing.T) {
	for _, s := range corpus(t) {
		for _, code := range []string{"421 ", "450 ", "451 4.1.1 ", "452 4.2.1 ", "454 5.1.1 "} {
			text := code + Parse(s.text).Text()
			if f := Classify(Parse(text), Context{Stage: s.stage, Operator: s.operator}); f.Class.Removes() ||
				f.Permanent {
				t.Errorf("%q is %s by %s, permanent: %v", text, f.Class, f.Rule, f.Permanent)
			}
		}
	}
}

// TestConfusion keeps the tables in samples/replies/README.md true. UPDATE=1 rewrites them.
func TestConfusion(t *testing.T) {
	for _, path := range []string{corpusDir + "/README.md"} {
		t.Run(path, func(t *testing.T) { confusionIn(t, path) })
	}
}

func confusionIn(t *testing.T, path string) {
	t.Helper()
	const begin, end = "<!-- confusion -->\n", "<!-- end -->"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", path)
	}
	want := before + begin + confusion(corpus(t)) + end + after
	if want == string(text) {
		return
	}
	if os.Getenv("UPDATE") == "" {
		t.Fatalf("%s is not up to date: run UPDATE=1 go test ./validate/reply -run TestConfusion", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// confusion writes, for the kinds that count, how many distinct replies of each expected class were read as
// which class.
func confusion(all []sample) string {
	var b strings.Builder
	for _, kind := range []string{"seen", "produced"} {
		counts, seen := map[[2]Class]int{}, map[string]bool{}
		for _, s := range all {
			if s.kind == kind && !seen[s.text+"\x00"+s.class.String()] {
				seen[s.text+"\x00"+s.class.String()] = true
				counts[[2]Class{s.class, s.find().Class}]++
			}
		}
		fmt.Fprintf(&b, "\n%s: %d distinct replies\n\n| expected | replies | read as expected | removes, wrongly | "+
			"read as something else |\n|---|--:|--:|--:|---|\n", kind, len(seen))
		for _, want := range Classes() {
			confusionRow(&b, want, counts)
		}
	}
	return b.String() + "\n"
}

func confusionRow(b *strings.Builder, want Class, counts map[[2]Class]int) {
	total, wrong := 0, 0
	var other []string
	for _, got := range Classes() {
		n := counts[[2]Class{want, got}]
		total += n
		if n > 0 && got != want {
			other = append(other, fmt.Sprintf("%d %s", n, got))
			if got.Removes() && !want.Removes() {
				wrong += n
			}
		}
	}
	if total > 0 {
		fmt.Fprintf(b, "| %s | %d | %d | %d | %s |\n", want, total, counts[[2]Class{want, want}], wrong,
			strings.Join(other, ", "))
	}
}
