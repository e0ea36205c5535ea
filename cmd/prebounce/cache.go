package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/facts"
	"github.com/spf13/cobra"
)

// cacheCommand shows and empties the store of facts.
func cacheCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "cache",
		Short: "Show or empty the store of DNS answers and SMTP replies",
		Long: "prebounce stores DNS answers and SMTP replies between runs, so that nothing is asked twice: a " +
			"domain's mail hosts for between an hour and a day, " +
			"an unknown mailbox for 30 days, an accepted one for 14, whether a domain accepts everything for 7, a " +
			"temporary reply not at all.\n" +
			"The file holds domains in clear text but no addresses: what is known about an address is found by a " +
			"keyed hash of it.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var path string
	c.PersistentFlags().StringVar(&path, "store", "",
		"use the store in `FILE` (default $XDG_CACHE_HOME/prebounce/facts.db)")
	c.AddCommand(cacheInfoCommand(&path), cacheLimitsCommand(&path), cachePurgeCommand(&path))
	return c
}

func cacheInfoCommand(path *string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "info",
		Short: "Show what the store holds",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, *path, func(s *facts.Store) error {
				held, err := s.Info(c.Context(), time.Now())
				if err != nil {
					return err
				}
				if asJSON {
					return contentsJSON(c.OutOrStdout(), held)
				}
				printContents(c.OutOrStdout(), held)
				return nil
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// contentsJSON prints what a store holds for machines; no array is null.
func contentsJSON(w io.Writer, held facts.Contents) error {
	held.Resting = append([]facts.Rested{}, held.Resting...)
	held.Aside = append([]string{}, held.Aside...)
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(held)
}

// withStore does something with a store that exists, and says so if there is none. It makes no file.
func withStore(c *cobra.Command, path string, do func(*facts.Store) error) (err error) {
	if path == "" {
		if path, err = facts.DefaultPath(); err != nil {
			return err
		}
	}
	s, err := facts.OpenExisting(c.Context(), path)
	if errors.Is(err, fs.ErrNotExist) {
		say(c.ErrOrStderr(), "cache: %s holds nothing", path)
		return nil
	}
	if bad := (*facts.FileError)(nil); errors.As(err, &bad) {
		if !bad.Ours() {
			return usageError(fmt.Errorf("cache: %w", err), "--store FILE with the name of a store")
		}
		return &exit{code: exitFailed, err: fmt.Errorf("cache: %w", err),
			hints: []string{"the next run sets the file aside and starts a new one"}}
	}
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	err = errors.Join(do(s), s.Close())
	for _, note := range s.Notes() {
		say(c.ErrOrStderr(), "%s", note)
	}
	return err
}

func printContents(w io.Writer, held facts.Contents) {
	line := func(what, format string, args ...any) {
		fmt.Fprintf(w, "%-16s %s\n", what, report.Plain(fmt.Sprintf(format, args...)))
	}
	line("store", "%s", held.Path)
	line("bytes", "%d", held.Bytes)
	line("domains", "%d", held.Domains)
	for _, status := range slices.Sorted(maps.Keys(held.Status)) {
		line("  "+report.Plain(status), "%d", held.Status[status])
	}
	line("fresh", "%d", held.Fresh)
	if held.Domains > 0 {
		line("oldest", "%s", held.Oldest.Format(time.RFC3339))
		line("newest", "%s", held.Newest.Format(time.RFC3339))
	}
	line("answers", "%d", held.Answers)
	line("controls", "%d", held.Controls)
	for _, r := range held.Resting {
		line("resting", "%s until %s: %s", r.Operator, r.Until.Format(time.RFC3339), r.Why)
	}
	for _, name := range held.Aside {
		line("set aside", "%s", name)
	}
}

// purge is what the flags of "cache purge" say.
type purge struct {
	older   string
	address string
	all     bool
}

func cachePurgeCommand(path *string) *cobra.Command {
	var p purge
	c := &cobra.Command{
		Use:   "purge (--older AGE | --address ADDRESS | --all)",
		Short: "Remove facts from the store",
		Long: "Purge removes facts from the store and leaves no trace of them in the file.\n\n" +
			"It keeps the counts of recent questions and the cool-downs of operators, because they " +
			"keep the next run within its limits.\n\n" +
			"--address answers an erasure request: it removes everything stored about that address, whatever its " +
			"upper and lower case.\n" +
			"Damaged files that were set aside cannot be searched; they are named for you to delete.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			remove, err := p.action(time.Now())
			if err != nil {
				return usageError(fmt.Errorf("cache purge: %w", err), c.CommandPath()+" --help")
			}
			return withStore(c, *path, func(s *facts.Store) error { return removeAndTell(c, s, remove) })
		},
	}
	c.Flags().StringVar(&p.older, "older", "", "remove facts older than `AGE`: 12h, 30d, 2w")
	c.Flags().StringVar(&p.address, "address", "", "remove every fact about `ADDRESS`")
	c.Flags().BoolVar(&p.all, "all", false, "remove every fact")
	return c
}

// removal removes some facts of a store and returns their number.
type removal func(context.Context, *facts.Store) (int, error)

// action is what the flags ask for; exactly one of them must be given.
func (p purge) action(now time.Time) (removal, error) {
	switch {
	case p.older != "" && p.address == "" && !p.all:
		age, err := parseAge(p.older)
		return func(ctx context.Context, s *facts.Store) (int, error) { return s.PurgeBefore(ctx, now.Add(-age)) }, err
	case p.address != "" && p.older == "" && !p.all:
		if !strings.Contains(p.address, "@") {
			return nil, fmt.Errorf("--address: %q has no @", p.address)
		}
		return func(ctx context.Context, s *facts.Store) (int, error) { return s.PurgeAddress(ctx, p.address) }, nil
	case p.all && p.older == "" && p.address == "":
		return func(ctx context.Context, s *facts.Store) (int, error) { return s.PurgeAll(ctx) }, nil
	}
	return nil, errors.New("give exactly one of --older, --address and --all")
}

func removeAndTell(c *cobra.Command, s *facts.Store, remove removal) error {
	n, err := remove(c.Context(), s)
	if err != nil {
		return err
	}
	say(c.ErrOrStderr(), "cache: facts removed: %d", n)
	held, err := s.Info(c.Context(), time.Now())
	for _, name := range held.Aside {
		say(c.ErrOrStderr(), "cache: %s was set aside and may hold facts: delete it yourself", name)
	}
	return err
}

var ageUnits = map[string]time.Duration{"h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}

// parseAge reads 12h, 30d or 2w.
func parseAge(text string) (time.Duration, error) {
	last := max(len(text)-1, 0)
	unit, ok := ageUnits[text[last:]]
	n, err := strconv.ParseUint(text[:last], 10, 32)
	if !ok || err != nil || n > uint64(100*365*24*time.Hour/unit) {
		return 0, fmt.Errorf("invalid --older %q: want an age such as 12h, 30d or 2w", text)
	}
	return time.Duration(n) * unit, nil
}
