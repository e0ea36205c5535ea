package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// said runs prebounce and returns what it printed on standard output.
func said(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr); code != exitDone {
		t.Errorf("prebounce %q: exit %d: %s", args, code, &stderr)
	}
	return stdout.String()
}

// flagsForPeople are the flags of a command, its parents' included, without those that show help.
func flagsForPeople(c *cobra.Command) (names []string) {
	c.InheritedFlags()
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && !slices.Contains([]string{"help", helpAllFlag, "version"}, f.Name) {
			names = append(names, f.Name)
		}
	})
	return names
}

func TestEveryHelpPageFits(t *testing.T) {
	for _, c := range wholeTree() {
		path := strings.Fields(c.CommandPath())[1:]
		page := said(t, append(path, "--help")...)
		if n := strings.Count(page, "\n"); n > helpLines {
			t.Errorf("%s --help has %d lines, want at most %d", c.CommandPath(), n, helpLines)
		}
		for line := range strings.Lines(page) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > helpWidth {
				t.Errorf("%s --help has a line of %d columns, want at most %d: %s", c.CommandPath(), n, helpWidth, line)
			}
		}
	}
}

func TestEveryFlagHasOneTopic(t *testing.T) {
	used := map[string]bool{}
	for _, c := range wholeTree() {
		lines := map[string]int{}
		for _, g := range flagGroups {
			for _, l := range g.lines {
				for _, f := range l.flagsOf(c) {
					lines[f.Name]++
					used[f.Name], used[strings.Fields(c.CommandPath() + " -")[1]+"."+f.Name] = true, true
				}
			}
		}
		for _, name := range flagsForPeople(c) {
			if lines[name] != 1 {
				t.Errorf("%s --%s is in %d lines of flagGroups, want 1: add it to help_flags.go", c.CommandPath(), name,
					lines[name])
			}
		}
	}
	for word := range qualified {
		if !used[word] {
			t.Errorf("flagGroups names %s, but no command has that flag", word)
		}
	}
}

// deciding are the flags that decide who is mailed, what is overwritten, whether the network is asked, or the exit
// status.
var deciding = map[string]string{
	"clean": "column sheet field status-column suppress bounced imap allow-empty yes-unreadable keep review remove " +
		"block-domains " +
		"allow-domains roles yes-remove yes-keep-opted-out no-dns sandbox probe probe-all clean-by-probe " +
		"probe-budget plan force-probe " +
		"audit operators blocklist esp last-sent history max-risk fail-over fail-unknown fail-shrink previous out " +
		"force strict no-store",
	"check": "suppress bounced imap keep review remove block-domains allow-domains roles no-dns sandbox " +
		"probe force-probe fail-on strict no-store",
	"calibrate":     "history replace dry-run forget imap",
	"doctor":        "no-connect sandbox world blocklist domain-blocklist no-blocklists",
	"export":        "for status reason out force",
	"forget":        "run inbox rewrite store",
	"report":        "out",
	"lists update":  "from allow-resize",
	"cache purge":   "older address all store",
	"sandbox":       "inbox smtp dns",
	"sandbox inbox": "delete resolver",
}

func TestShortHelpHasEveryFlagThatDecides(t *testing.T) {
	for command, flags := range deciding {
		page := said(t, append(strings.Fields(command), "--help")...)
		for flag := range strings.FieldsSeq(flags) {
			if !strings.Contains(page, "--"+flag+" ") && !strings.Contains(page, "--"+flag+",") {
				t.Errorf("%s --help does not show --%s", command, flag)
			}
		}
	}
}

func TestHelpAllShowsEveryFlagAndHelpSaysHowManyItLeavesOut(t *testing.T) {
	for _, c := range wholeTree() {
		if c.Flags().Lookup(helpAllFlag) == nil {
			continue
		}
		path := strings.Fields(c.CommandPath())[1:]
		page := said(t, append(path, "--"+helpAllFlag)...)
		for _, name := range flagsForPeople(c) {
			if !strings.Contains(page, "--"+name+" ") && !strings.Contains(page, "--"+name+"\n") {
				t.Errorf("%s --help-all does not show --%s", c.CommandPath(), name)
			}
		}
	}
	if page := said(t, "clean", "--help"); !strings.HasSuffix(page,
		"\nFull description and 31 more flags for labs and tuning: prebounce clean --help-all\n") {
		t.Errorf("the last line of clean --help is not the number of flags that are left out:\n%s", page)
	}
}

// TestEveryFlagNamesItsValue: the texts of flags start with a verb, and a flag that takes a value names it in
// backquotes.
func TestEveryFlagNamesItsValue(t *testing.T) {
	for _, c := range wholeTree() {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" || f.Usage[0] < 'a' || f.Usage[0] > 'z' {
				t.Errorf("%s --%s: the text %q does not start with a verb", c.CommandPath(), f.Name, f.Usage)
			}
			if value, _ := pflag.UnquoteUsage(f); value != "" && !strings.Contains(f.Usage, "`") {
				t.Errorf("%s --%s takes a %s, but its text %q does not name it", c.CommandPath(), f.Name, value,
					f.Usage)
			}
		})
	}
}

func TestPrebounceAloneSaysWhatToTypeInFiveLines(t *testing.T) {
	if page := said(t); strings.Count(page, "\n") != 5 || !strings.HasPrefix(page, "prebounce clean LIST") {
		t.Errorf("prebounce prints\n%s", page)
	}
}

// privateWords are words of this project's own that no reader knows.
var privateWords = regexp.MustCompile(`(?i)\b(lanes?|courses?|manners|slips?|told again)\b`)

func TestHelpHasNoPrivateWords(t *testing.T) {
	pages := map[string]string{"README.md": read(t, "../../README.md")}
	for _, topic := range topics() {
		pages[topic] = said(t, "help", topic)
	}
	for _, c := range wholeTree() {
		pages[c.CommandPath()] = c.Short + c.Long + said(t, append(strings.Fields(c.CommandPath())[1:], "--help")...)
	}
	for name, page := range pages {
		if word := privateWords.FindString(page); word != "" {
			t.Errorf("%s says %q", name, word)
		}
	}
}

func TestTopics(t *testing.T) {
	for _, want := range []string{"forecast", "probing", "formats", "verdicts", "privacy", "library"} {
		if !slices.Contains(topics(), want) {
			t.Errorf("there is no topic %s", want)
		}
	}
	for _, topic := range topics() {
		if said(t, "help", topic) != read(t, "help/"+topic+".md") {
			t.Errorf("prebounce help %s is not help/%[1]s.md", topic)
		}
		for i, part := range strings.Split(read(t, "help/"+topic+".md"), "```") {
			for line := range strings.Lines(part) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); i%2 == 0 && n > 105 && line[0] != '|' {
					t.Errorf("help/%s.md has a line of %d columns: %s", topic, n, line)
				}
			}
		}
	}
}
