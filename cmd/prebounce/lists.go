package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/known"
)

// oldLists is the age at which lists are told to be old.
const oldLists = 180 * 24 * time.Hour

func listsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "lists",
		Short: "Show the built-in lists, or install newer ones",
		Long: "prebounce contains lists of disposable domains, free providers and role names.\n" +
			"You can install newer ones from a file or folder; nothing is ever downloaded.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(listsInfoCommand(), listsUpdateCommand(), listsOperatorsCommand())
	return c
}

func listsOperatorsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "operators",
		Short: "Print the table of operators: whom probing asks, how much and how fast",
		Long: "Operators prints the table that says whom to ask, how much and how fast, and explains its " +
			"columns. Rows of\nyour own in the same form replace it: see --operators of clean and check.",
		Example: "  prebounce lists operators > operators.csv",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := io.WriteString(c.OutOrStdout(), probe.RuleTable())
			return err
		},
	}
}

// listsDir is where installed lists live: prebounce/lists in the person's data folder.
func listsDir() (string, error) {
	data := os.Getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(data) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("no data folder: %w", err)
		}
		data = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(data, "prebounce", "lists"), nil
}

// openLists takes the installed lists, or the program's own where none are installed or these are newer.
func openLists() (*known.Lists, error) {
	dir, err := listsDir()
	if err != nil {
		return known.Open("") // a person without a home has installed nothing
	}
	l, err := known.Open(dir)
	if err != nil {
		return nil, &exit{code: exitFailed, err: err,
			hints: []string{"install them again, or remove that folder to use the built-in lists"}}
	}
	return l, nil
}

func listsInfoCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "info",
		Short: "Show which lists are in use, their age and their sources",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			show, ok := map[string]func(io.Writer, listsInfo) error{"text": listsText, "json": listsJSON}[format]
			if !ok {
				return usageError(fmt.Errorf("unknown format %q", format), "prebounce lists info --format text|json")
			}
			l, err := openLists()
			if err != nil {
				return err
			}
			tellAge(c.ErrOrStderr(), l.Age(time.Now()))
			return show(c.OutOrStdout(), infoOf(l))
		},
	}
	c.Flags().StringVar(&format, "format", "text", "print the lists as `text` or json")
	completeFormats(c, "text", "json")
	return c
}

// tellAge warns of old lists.
func tellAge(w io.Writer, age time.Duration) {
	if age > oldLists {
		say(w, "the built-in lists are %d days old; a newer version of prebounce has newer lists", int(age.Hours()/24))
	}
}

// listsInfo is what lists info --format json prints.
type listsInfo struct {
	Version   string         `json:"version"`
	Installed string         `json:"installed,omitempty"` // the folder; absent: the program's own
	Lists     []known.List   `json:"lists"`
	Sources   []known.Source `json:"sources"`
}

func infoOf(l *known.Lists) listsInfo {
	info := listsInfo{Version: l.Version(), Lists: l.Lists(), Sources: l.Sources()}
	if !l.Embedded() {
		info.Installed, _ = listsDir() // they were opened from there
	}
	return info
}

func listsJSON(w io.Writer, info listsInfo) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(info)
}

func listsText(out io.Writer, info listsInfo) error {
	where := "in the program"
	if info.Installed != "" {
		where = "in " + report.Plain(info.Installed)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "lists of %s, %s\n\n", info.Version, where)
	for _, l := range info.Lists {
		fmt.Fprintf(w, "%s\t%d\n", l.Name, l.Count)
	}
	fmt.Fprintf(w, "\nmade from\n\n")
	for _, s := range info.Sources {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\n", report.Plain(s.Name), report.Plain(s.Version), report.Plain(s.Date),
			report.Plain(s.Licence), s.Count)
	}
	return w.Flush()
}

func listsUpdateCommand() *cobra.Command {
	var from string
	var resize bool
	c := &cobra.Command{
		Use:   "update --from FILE|FOLDER",
		Short: "Install newer lists from this machine",
		Long: "A FOLDER holds a whole set with its MANIFEST.json, such as validate/known/data of a newer prebounce.\n" +
			"A FILE replaces the list of the same name: disposable.txt, free.txt or roles.txt.\n\n" +
			listFormat + "\n" +
			"A list is refused if it is not sorted, contains a guarded domain, has a tenth more or fewer entries " +
			"than before\n(--allow-resize), or " +
			"is dated in the future, because it would then override every newer set.",
		Example: "  prebounce lists update --from prebounce-2/validate/known/data\n  prebounce lists update --from " +
			"./disposable.txt",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if from == "" {
				return usageError(errors.New("lists update needs a file or folder"),
					"prebounce lists update --from FOLDER")
			}
			dir, err := listsDir()
			if err != nil {
				return err
			}
			l, err := updateLists(from, dir, resize)
			if err != nil {
				return err
			}
			say(c.ErrOrStderr(), "lists of %s installed in %s", l.Version(), dir)
			return nil
		},
	}
	c.Flags().StringVar(&from, "from", "", "install a list, or a `FOLDER` with a whole set of lists")
	c.Flags().BoolVar(&resize, "allow-resize", false, "accept lists whose size differs by more than a tenth")
	return c
}

// listFormat is what a file of a list holds.
const listFormat = `The files are UTF-8 text with one entry per line, sorted by bytes, in lower case, domains as A-labels:

  disposable.txt  a domain, a tab, and in hexadecimal which lists name it: 1 a curated list, 2 seen
                  recently, 4 seen long ago, 8 mailchecker, 10 a list of lists, 20 the user's own,
                  40 a public suffix alone
  free.txt        a domain
  roles.txt       a local part, a tab, and its category: department, list, noreply, rfc2142, system

The date of a FILE is the time it was last modified.`

// updateLists installs what lies at from in dir.
func updateLists(from, dir string, resize bool) (*known.Lists, error) {
	now, err := known.Open(dir)
	if err != nil {
		now = new(known.Lists) // an update mends damaged lists
	}
	fresh, err := readUpdate(from, now)
	if err != nil {
		return nil, fmt.Errorf("lists from %s: %w", from, err)
	}
	if tomorrow := time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly); fresh.Version() > tomorrow {
		return nil, &exit{code: exitFailed,
			err:   fmt.Errorf("lists from %s are dated %s, which is in the future", from, fresh.Version()),
			hints: []string{"correct the date of the file, or the dates in MANIFEST.json"}}
	}
	if own := new(known.Lists).Version(); fresh.Version() < own {
		return nil, fmt.Errorf("lists from %s are of %s; the built-in lists are newer (%s)", from, fresh.Version(), own)
	}
	if err := fresh.Resized(now); err != nil && !resize {
		return nil, &exit{code: exitFailed, err: fmt.Errorf("lists from %s: %w", from, err),
			hints: []string{"if the change is intended, add --allow-resize"}}
	}
	return fresh, fresh.Save(dir)
}

func readUpdate(from string, now *known.Lists) (*known.Lists, error) {
	about, err := os.Stat(from)
	if err != nil {
		return nil, err
	}
	if about.IsDir() {
		return known.Read(os.DirFS(from))
	}
	f, err := os.Open(from)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return now.With(filepath.Base(from), f, about.ModTime().UTC().Format(time.DateOnly))
}
