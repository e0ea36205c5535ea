package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/report"
)

func configCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Show every setting and where it comes from",
		Long: `Flags that do not belong to a single run can also be set in the environment and in files. The first of these wins:

  a flag on the command line
  the environment: PREBOUNCE_RESOLVER for every command, PREBOUNCE_CLEAN_STRICT for one;
                   commas separate several values
  prebounce.toml in the working folder, for a project
  prebounce/prebounce.toml in $XDG_CONFIG_HOME (default ~/.config), for the user
  the program's default

A file uses the flags' names, with a table for settings of one command:

  resolver = ["192.0.2.53", "192.0.2.54"]

  [clean]
  strict = true`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(configShowCommand())
	return c
}

func configShowCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:     "show",
		Short:   "Print every setting with its value and where it comes from",
		Example: "  prebounce config show\n  prebounce config show --format json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			show, ok := map[string]func(io.Writer, []shown) error{"text": showText, "json": showJSON}[format]
			if !ok {
				return usageError(fmt.Errorf("unknown format %q", format), "prebounce config show --format text|json")
			}
			all, err := readSettings(c.Root(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			return show(c.OutOrStdout(), all)
		},
	}
	c.Flags().StringVar(&format, "format", "text", "print the settings as `text` or json")
	completeFormats(c, "text", "json")
	return c
}

// shown is a setting as config show prints it.
type shown struct {
	Setting string `json:"setting"`
	Value   any    `json:"value"`
	From    string `json:"from"` // default, environment, project, user
	Source  string `json:"source,omitempty"`
}

// readSettings reads every setting of every command.
func readSettings(root *cobra.Command, stderr io.Writer) (all []shown, err error) {
	settings := settingsOf(root)
	sources, err := readSources(stderr, settings)
	if err != nil {
		return nil, err
	}
	for _, s := range settings {
		kind, from := "command line", "--"+s.flag.Name
		if !s.flag.Changed {
			if kind, from, err = s.fill(sources); err != nil {
				return nil, err
			}
		}
		all = append(all, shown{s.keys[0], valueOf(s.flag), kind, from})
	}
	return all, nil
}

// hiding are the flags whose values hold secrets, and what may be shown of each value.
var hiding = map[string]func(string) string{
	"blocklist": func(zone string) string { // a customer's zone begins with his key
		l := identity.ListOf(zone)
		return l.String()
	},
	"webhook": hostOf, // a path or query may hold a key
	"proxy": func(text string) string { // a password may stand before the host
		u, err := url.Parse(text)
		if err != nil {
			return "set"
		}
		return u.Redacted()
	},
}

// valueOf is a flag's value as it may be shown.
func valueOf(f *pflag.Flag) any {
	show, ok := hiding[f.Name]
	if !ok {
		show = func(s string) string { return s }
	}
	many, ok := f.Value.(pflag.SliceValue)
	switch {
	case ok:
		values := []string{}
		for _, v := range many.GetSlice() {
			values = append(values, show(v))
		}
		return values
	case f.Value.Type() == "bool":
		return f.Value.String() == "true"
	}
	return show(f.Value.String())
}

func showJSON(w io.Writer, all []shown) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(all)
}

func showText(out io.Writer, all []shown) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "setting\tvalue\tfrom\n")
	for _, s := range all {
		from := s.Source
		if from == "" {
			from = s.From
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Setting, report.Plain(textOf(s.Value)), report.Plain(from))
	}
	return w.Flush()
}

// textOf writes a value on one line; nothing as a dash.
func textOf(value any) string {
	text := fmt.Sprint(value)
	if many, ok := value.([]string); ok {
		text = strings.Join(many, ", ")
	}
	if text == "" {
		return "-"
	}
	return text
}

// hostOf is a URL without what may be secret in it.
func hostOf(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return "set"
	}
	return u.Scheme + "://" + u.Host
}
