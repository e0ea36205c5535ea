package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is the widest line of --help.
const helpWidth = 100

// helpLines is the most lines that --help takes.
const helpLines = 45

// helpAllFlag is the flag that shows every flag; like --help, it keeps a command from running.
const helpAllFlag = "help-all"

// firstWords is what prebounce prints when it is called without a command: what to type.
const firstWords = `prebounce clean LIST                clean a contact list: what to mail, what not, and why
prebounce clean LIST --sandbox      try it: nothing real is asked
prebounce check ADDRESS             look at one address
prebounce --help                    every command
prebounce help TOPIC                read about %s
`

// useHelp gives every command the help pages of this file.
func useHelp(root *cobra.Command) {
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { writeHelp(c.OutOrStdout(), c) })
	addHelpAll(root)
}

// addHelpAll adds --help-all to a command that has flags of its own, and to those below it.
func addHelpAll(c *cobra.Command) {
	for _, sub := range c.Commands() {
		addHelpAll(sub)
	}
	if c.LocalFlags().HasFlags() && c.Name() != "completion" {
		c.InitDefaultHelpFlag()
		f := c.Flags().VarPF(&helpAll{flags: c.Flags()}, helpAllFlag, "", "show every flag")
		f.NoOptDefVal = "true"
	}
}

// helpAll is the value of --help-all: to set it is to set --help, too.
type helpAll struct {
	flags *pflag.FlagSet
	set   bool
}

func (h *helpAll) String() string { return fmt.Sprint(h.set) }
func (h *helpAll) Type() string   { return "bool" }

func (h *helpAll) Set(text string) error {
	h.set = text == "true"
	return h.flags.Set("help", text)
}

// helpForm says how much a help page shows.
type helpForm struct {
	long  bool // the long description
	loose bool // every example, and blank lines between topics
	all   bool // every flag, each on a line of its own
}

// writeHelp writes the help page of a command: after --help-all with everything, else as much as fits.
func writeHelp(w io.Writer, c *cobra.Command) {
	page := ""
	for _, form := range helpForms(c) {
		page = helpPage(c, form)
		if strings.Count(page, "\n") <= helpLines {
			break
		}
	}
	io.WriteString(w, page)
}

// helpForms lists the forms of a page, the fullest first.
func helpForms(c *cobra.Command) []helpForm {
	if f := c.Flags().Lookup(helpAllFlag); f != nil && f.Changed {
		return []helpForm{{long: true, loose: true, all: true}}
	}
	return []helpForm{{long: true, loose: true}, {loose: true}, {}}
}

func helpPage(c *cobra.Command, form helpForm) string {
	var w strings.Builder
	description := c.Short + "."
	if form.long {
		description = firstOf(c.Long, description)
	}
	fmt.Fprintf(&w, "%s\n\n", reflow(description, helpWidth))
	writeUsage(&w, c, form)
	writeFlags(&w, c, form)
	if !c.HasParent() {
		fmt.Fprintf(&w, "\n%s COMMAND --help shows its flags. %[1]s help TOPIC explains a topic:\n%s\n", c.Name(),
			topicNames())
	}
	return w.String()
}

func writeUsage(w io.Writer, c *cobra.Command, form helpForm) {
	examples := c.Example
	if !form.loose {
		examples = ""
	}
	fmt.Fprintf(w, "Usage: %s\n", c.UseLine())
	if examples != "" {
		fmt.Fprintln(w, examples)
	}
	subs := available(c)
	if len(subs) == 0 {
		return
	}
	fmt.Fprint(w, "\nCommands\n")
	for _, sub := range subs {
		fmt.Fprintf(w, "  %-11s %s\n", sub.Name(), sub.Short)
	}
}

// writeFlags writes a command's flags by topic, and how many it left out.
func writeFlags(w io.Writer, c *cobra.Command, form helpForm) {
	left := 0
	for _, g := range flagGroups {
		var shown []helpLine
		for _, l := range g.lines {
			found := l.flagsOf(c)
			if l.more && !form.all {
				left += len(found)
				continue
			}
			shown = append(shown, l.shown(found, form)...)
		}
		if len(shown) > 0 && form.loose {
			fmt.Fprintln(w)
		}
		writeGroup(w, g.title, shown)
	}
	if left > 0 {
		fmt.Fprintf(w, "%s: %s --%s\n", moreFlags(left, form), c.CommandPath(), helpAllFlag)
	}
}

// moreFlags names what a page has no room for.
func moreFlags(flags int, form helpForm) string {
	text := fmt.Sprintf("%d more flags for labs and tuning", flags)
	if flags == 1 {
		text = "1 more flag for labs and tuning"
	}
	if !form.long {
		return "Full description and " + text
	}
	return text
}

// shown lists what a page shows of a line: its text if the page is short and the command has all of its flags, else
// each flag.
func (l helpLine) shown(found []*pflag.Flag, form helpForm) (lines []helpLine) {
	if len(found) > 0 && len(found) == len(strings.Fields(l.flags)) && l.text != "" && !form.long {
		return []helpLine{l}
	}
	for _, f := range found {
		lines = append(lines, lineOf(f))
	}
	return lines
}

// lineOf is the line of one flag.
func lineOf(f *pflag.Flag) helpLine {
	value, usage := pflag.UnquoteUsage(f)
	names := "--" + f.Name
	if f.Shorthand != "" {
		names = "-" + f.Shorthand + ", " + names
	}
	return helpLine{names: strings.TrimSpace(names + " " + value), text: usage + defaultOf(f)}
}

// defaultOf shows the default of a flag whose text does not.
func defaultOf(f *pflag.Flag) string {
	switch f.DefValue {
	case "", "0", "false", "[]", "0s":
		return ""
	}
	if strings.Contains(f.Usage, "(default") {
		return ""
	}
	return " (default " + strings.Trim(f.DefValue, "[]") + ")"
}

// namesWidth is the widest column of names; the text of a wider name starts on the next line.
const namesWidth = 37

func writeGroup(w io.Writer, title string, lines []helpLine) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintln(w, title)
	for _, l := range lines {
		names := l.names
		if len(names) > namesWidth {
			fmt.Fprintf(w, "  %s\n", names)
			names = ""
		}
		for _, text := range wrap(l.text, helpWidth-namesWidth-4) {
			fmt.Fprintf(w, "  %-*s  %s\n", namesWidth, names, text)
			names = ""
		}
	}
}

// reflow wraps the paragraphs of a text; lines that are indented stay as they are.
func reflow(text string, width int) string {
	var out, paragraph []string
	end := func() {
		if len(paragraph) > 0 {
			out, paragraph = append(out, wrap(strings.Join(paragraph, " "), width)...), nil
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && !strings.HasPrefix(line, " ") {
			paragraph = append(paragraph, line)
			continue
		}
		end()
		out = append(out, line)
	}
	end()
	return strings.Join(out, "\n")
}

// wrap breaks a text between words into lines of at most width characters.
func wrap(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}
