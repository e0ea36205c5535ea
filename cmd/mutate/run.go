package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// options are the flags.
type options struct {
	packages string
	changed  bool
	limit    time.Duration
	jobs     int
}

// run tries the rows that were chosen, and returns how many no test noticed or could not be tried.
func (o *options) run(ctx context.Context, w io.Writer) (failed int, err error) {
	root, err := output(ctx, "", "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return 0, err
	}
	rows, err := o.rows(ctx, root)
	if err != nil {
		return 0, err
	}
	b := bench{root: root, jobs: o.jobs, sound: soundness(ctx, root, rows)}
	if o.limit > 0 { // other rows each time
		b.until = time.Now().Add(o.limit)
		rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	tried, failed := b.tryAll(ctx, w, rows)
	fmt.Fprintf(w, "%d of %d mutations tried, %d not noticed\n", tried, len(rows), failed)
	return failed, ctx.Err()
}

// rows are those of the packages that were chosen: all of them if nobody knows what changed.
func (o *options) rows(ctx context.Context, root string) (rows []mutation, err error) {
	chosen, err := packageDirs(ctx, root, strings.Split(o.packages, ","))
	if err != nil {
		return nil, err
	}
	if files, ok := changedFiles(ctx, root); o.changed && ok {
		chosen = slices.DeleteFunc(chosen, func(dir string) bool { return !slices.ContainsFunc(files, in(dir)) })
	}
	for _, m := range table() {
		if slices.Contains(chosen, m.dir()) {
			rows = append(rows, m)
		}
	}
	return rows, nil
}

// in reports whether a file is in a package.
func in(dir string) func(file string) bool {
	return func(file string) bool { return "./"+filepath.ToSlash(filepath.Dir(file)) == dir }
}

// packageDirs lists the packages that match, as ./probe/smtp.
func packageDirs(ctx context.Context, root string, patterns []string) (dirs []string, err error) {
	list, err := output(ctx, root, "go", append([]string{"list", "-f", "{{.Dir}}"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	for dir := range strings.FieldsSeq(list) {
		below, err := filepath.Rel(root, dir)
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, "./"+filepath.ToSlash(below))
	}
	return dirs, nil
}

// changedFiles lists the files that differ from where this branch left the upstream one; false if that is not known.
func changedFiles(ctx context.Context, root string) ([]string, bool) {
	for _, upstream := range []string{"@{upstream}", "origin/HEAD", "origin/main", "main"} {
		base, err := output(ctx, root, "git", "merge-base", "HEAD", upstream)
		if err != nil {
			continue
		}
		if files, err := output(ctx, root, "git", "diff", "--name-only", base); err == nil && files != "" {
			return strings.Fields(files), true
		}
	}
	return nil, false
}

// bench is where rows are tried.
type bench struct {
	root  string
	jobs  int
	until time.Time               // no row is begun later; zero: whenever
	sound map[string]func() error // by package
}

// soundness gives for each package whether its tests pass without a fault: if not, every fault would seem to
// be noticed.
func soundness(ctx context.Context, root string, rows []mutation) map[string]func() error {
	sound := map[string]func() error{}
	for _, m := range rows {
		sound[m.dir()] = sync.OnceValue(func() error {
			_, err := output(ctx, root, "go", "test", "-vet=off", "-pgo=off", "-timeout", longest.String(), m.dir())
			return err
		})
	}
	return sound
}

// tryAll tries the rows, some at a time, and says what became of each.
func (b *bench) tryAll(ctx context.Context, w io.Writer, rows []mutation) (tried, failed int) {
	var g errgroup.Group
	g.SetLimit(b.jobs)
	var mu sync.Mutex
	for _, m := range rows {
		g.Go(func() error {
			if ctx.Err() != nil || (!b.until.IsZero() && time.Now().After(b.until)) {
				return nil
			}
			start := time.Now()
			got := outcome{err: b.sound[m.dir()]()}
			if got.err == nil {
				got = m.try(ctx, b.root)
			}
			mu.Lock()
			defer mu.Unlock()
			tried++
			if got.by == "" {
				failed++
			}
			fmt.Fprintf(w, "%s (%s)\n", got.says(&m), time.Since(start).Round(100*time.Millisecond))
			return nil
		})
	}
	_ = g.Wait() // no function returns an error
	return tried, failed
}

func (o *outcome) says(m *mutation) string {
	switch {
	case o.err != nil:
		return fmt.Sprintf("ERROR     %s: %s: %v", m.file, m.promise, o.err)
	case o.by == "":
		return fmt.Sprintf("SURVIVES  %s: %s: no test fails for %q", m.file, m.promise, m.new)
	}
	return fmt.Sprintf("noticed   %s: %s: %s", m.file, m.promise, o.by)
}

// output is what a command prints, without the blanks around it.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	var complaints strings.Builder
	c.Stderr = &complaints
	said, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, said, complaints.String())
	}
	return strings.TrimSpace(string(said)), nil
}
