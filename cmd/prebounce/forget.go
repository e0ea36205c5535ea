package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/outdir"
	"github.com/prebounce/prebounce/validate/facts"
)

// forgetting are the flags of forget.
type forgetting struct {
	store   string
	runs    []string
	inboxes []string
	rewrite bool
}

func forgetCommand() *cobra.Command {
	var o forgetting
	c := &cobra.Command{
		Use:   "forget ADDRESS...",
		Short: "Erase a person from the store, finished runs and captured mail",
		Long: "Forget answers an erasure request. Upper and lower case do not matter. It covers:\n\n" +
			"  the store    replies of mail servers about the address are deleted\n" +
			"  --run DIR    each file below DIR that holds the address is named; --rewrite removes the rows\n" +
			"  --inbox DIR  mail that the sandbox captured below DIR is deleted if it holds the address\n\n" +
			"Files that cannot be edited row by row, such as workbooks, are named for you to delete. Your own " +
			"lists and the\n" +
			"exports that you uploaded are yours to clean. Facts about domains stay: they are not about a person.",
		Example: "  prebounce forget ann@example.com --run contacts-prebounce\n  prebounce forget ann@example.com " +
			"--run contacts-prebounce --rewrite",
		Args: somebody,
		RunE: func(c *cobra.Command, addresses []string) error { return o.run(c, addresses) },
	}
	f := c.Flags()
	f.StringVar(&o.store, "store", "", "use the store in `FILE` (default $XDG_CACHE_HOME/prebounce/facts.db)")
	f.StringArrayVar(&o.runs, "run", nil, "search the finished run, or the runs, below folder `DIR` (repeatable)")
	f.StringArrayVar(&o.inboxes, "inbox", nil,
		"delete captured mail that names the person below folder `DIR` (repeatable)")
	f.BoolVar(&o.rewrite, "rewrite", false, "remove the person's rows from the files of --run")
	return c
}

func somebody(_ *cobra.Command, addresses []string) error {
	if len(addresses) == 0 {
		return usageError(errors.New("forget needs at least one address"), "prebounce forget ann@example.com")
	}
	return nil
}

// finding is something that is known of a person, and what became of it.
type finding struct{ where, what string }

func (o *forgetting) run(c *cobra.Command, addresses []string) error {
	persons, err := personsOf(addresses)
	if err != nil {
		return err
	}
	var found []finding
	err = withStore(c, o.store, func(s *facts.Store) error {
		n, err := forgetFacts(c, s, addresses)
		if n > 0 {
			found = append(found, finding{"the store", plural(n, "fact") + " removed"})
		}
		return err
	})
	for _, dir := range o.runs {
		if err == nil {
			err = eachOutput(dir, func(path string) error { return o.inRun(path, persons, &found) })
		}
	}
	for _, dir := range o.inboxes {
		if err == nil {
			err = eachFile(dir, func(path string) error { return inInbox(path, persons, &found) })
		}
	}
	if err := tellFound(c.OutOrStdout(), found); err != nil {
		return err
	}
	return err
}

// personsOf are the addresses in every form in which a file may have them.
func personsOf(addresses []string) (persons []person, err error) {
	for _, text := range addresses {
		a, err := validate.Parse(strings.TrimSpace(text))
		if err != nil {
			return nil, usageError(fmt.Errorf("invalid address %q: %w", text, err), "prebounce forget ann@example.com")
		}
		persons = append(persons, newPerson(strings.TrimSpace(text)), newPerson(a.String()))
	}
	return persons, nil
}

func forgetFacts(c *cobra.Command, s *facts.Store, addresses []string) (n int, err error) {
	for _, a := range addresses {
		some, err := s.PurgeAddress(c.Context(), strings.TrimSpace(a))
		n += some
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// eachOutput visits the files of the runs at or below a folder, and nobody else's.
func eachOutput(dir string, do func(path string) error) error {
	return filepath.WalkDir(dir, func(folder string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		paths, ours, err := outdir.Outputs(folder)
		for _, path := range paths {
			if err == nil {
				err = do(path)
			}
		}
		if err == nil && ours {
			return fs.SkipDir
		}
		return err
	})
}

// eachFile visits the regular files below a folder.
func eachFile(dir string, do func(path string) error) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		return do(path)
	})
}

func (o *forgetting) inRun(path string, persons []person, found *[]finding) error {
	if !rowwise[filepath.Ext(path)] {
		holds, err := fileHolds(path, persons)
		if err == nil && holds {
			*found = append(*found, finding{path,
				"holds it and can't be rewritten: delete it, or clean the list again"})
		}
		return err
	}
	rows, err := rewriteWithout(path, persons, o.rewrite)
	switch {
	case err != nil || rows == 0:
	case o.rewrite:
		*found = append(*found, finding{path, plural(rows, "row") + " removed"})
	default:
		*found = append(*found, finding{path, plural(rows, "row") + " kept: --rewrite removes them"})
	}
	return err
}

func inInbox(path string, persons []person, found *[]finding) error {
	holds, err := fileHolds(path, persons)
	if err != nil || !holds {
		return err
	}
	*found = append(*found, finding{path, "deleted"})
	return os.Remove(path)
}

func tellFound(w io.Writer, found []finding) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range found {
		fmt.Fprintf(t, "%s\t%s\n", report.Plain(f.where), f.what)
	}
	if len(found) == 0 {
		fmt.Fprintln(t, "nothing is stored about that address")
	}
	return t.Flush()
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
