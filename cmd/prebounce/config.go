package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A setting is a flag that can also be given in the environment or in a file. Flags go before the environment, that
// before the project's file, that before the user's. Within one of them, what is said for a command goes before what is
// said for all.

// setting is one flag of one command, and where else it can be given.
type setting struct {
	command *cobra.Command // whose own flag it is
	flag    *pflag.Flag
	keys    []string // its names in files, that of the command first
}

// oneOff are the flags that only the command line can give: they do something once that cannot be undone.
var oneOff = map[string]bool{
	"clean.force": true, "clean.yes-remove": true, "clean.yes-keep-opted-out": true, "clean.force-probe": true,
	"export.force":  true,
	"report.schema": true, "forget.run": true, "forget.inbox": true, "forget.rewrite": true,
	"cache.purge.all": true, "cache.purge.older": true, "cache.purge.address": true,
	"lists.update.from": true, "lists.update.allow-resize": true,
	"explain.log": true, "explain.mail": true, "config.show.format": true,
	"mcp.probe": true, // what is set for clean must not let an agent ask
}

// perCommand are the flags that mean different things to different commands: no key sets them for all.
var perCommand = map[string]bool{"out": true, "format": true, "for": true, "status": true, "reason": true}

// ofTheRun are the flags without which report takes what the run had: a key that also sets them for clean would change
// old runs.
var ofTheRun = map[string]bool{"report.esp": true, "report.sent-so-far": true, "report.hard-so-far": true,
	"report.history": true}

// settingsOf lists what can be set, in the order of the commands.
func settingsOf(root *cobra.Command) (all []setting) {
	for _, c := range root.Commands() {
		if !settable(c) {
			continue
		}
		c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			if s := newSetting(c, f); !f.Hidden && f.Name != "help" && f.Name != helpAllFlag && !oneOff[s.keys[0]] {
				all = append(all, s)
			}
		})
		all = append(all, settingsOf(c)...)
	}
	return all
}

// settable reports whether a command has settings: what the shells ask is not for people to set.
func settable(c *cobra.Command) bool {
	return !c.Hidden && c.Name() != "help" && c.Name() != "completion"
}

func newSetting(c *cobra.Command, f *pflag.Flag) setting {
	s := setting{command: c, flag: f}
	for path := strings.Fields(c.CommandPath())[1:]; len(path) > 0; path = path[:len(path)-1] {
		s.keys = append(s.keys, strings.Join(append(path[:len(path):len(path)], f.Name), "."))
	}
	if !perCommand[f.Name] && !slices.ContainsFunc(s.keys, func(key string) bool { return ofTheRun[key] }) {
		s.keys = append(s.keys, f.Name)
	}
	return s
}

// source is one place that settings come from, with what it says, by key.
type source struct {
	name   string // for people: a file's path; empty for the environment, where each key has its own
	kind   string // environment, project, user
	values map[string]any
}

// configure fills in what the command line left open. It runs before every command.
func configure(c *cobra.Command, _ []string) error {
	if !settable(c) || !c.HasParent() || !settable(c.Parent()) {
		return nil
	}
	all := settingsOf(c.Root())
	open := slices.DeleteFunc(slices.Clone(all), func(s setting) bool {
		return c.Flags().Lookup(s.flag.Name) != s.flag || s.flag.Changed
	})
	if len(open) == 0 {
		return nil
	}
	sources, err := readSources(c.ErrOrStderr(), all)
	if err != nil {
		return err
	}
	for _, s := range open {
		if _, _, err := s.fill(sources); err != nil {
			return err
		}
	}
	return nil
}

// fill sets the flag from the first source that has it, and says of what kind that is, and which file or variable.
func (s setting) fill(sources []source) (kind, from string, err error) {
	for _, src := range sources {
		for _, key := range s.keys {
			value, ok := src.values[key]
			if !ok {
				continue
			}
			from := src.name
			if from == "" {
				from = envName(key)
			}
			if err := assign(s.flag, value); err != nil {
				return "", "", usageError(fmt.Errorf("%s: %s: %w", from, key, err), s.command.CommandPath()+" --help")
			}
			return src.kind, from, nil
		}
	}
	return "default", "", nil
}

// assign sets a flag to a value of a file or of the environment.
func assign(f *pflag.Flag, value any) (err error) {
	list, isList := value.([]any)
	many, takesMany := f.Value.(pflag.SliceValue)
	switch {
	case isList && !takesMany:
		return errors.New("want one value, not a list")
	case isList:
		var texts []string
		for _, v := range list {
			text, err := scalar(v)
			if err != nil {
				return err
			}
			texts = append(texts, text)
		}
		err = many.Replace(texts)
	default:
		var text string
		if text, err = scalar(value); err == nil {
			err = f.Value.Set(text)
		}
	}
	f.Changed = f.Changed || err == nil
	return err
}

// scalar writes a value as it would stand on the command line.
func scalar(value any) (string, error) {
	switch v := value.(type) {
	case string, bool, int64, float64, fmt.Stringer: // the last are TOML's dates and times
		return fmt.Sprint(v), nil
	}
	return "", errors.New("want a text, a number, true or false, or a list of these")
}
