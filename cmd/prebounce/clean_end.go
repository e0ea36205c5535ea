package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/batch/outdir"
	"github.com/prebounce/prebounce/validate/contacts"
)

// This file is about where the outputs of clean go, and how a run ends.

// dir is the folder of outputs.
func (o *cleaning) dir(paths []string) (string, error) {
	switch {
	case o.out != "":
		return o.out, nil
	case slices.Contains(paths, "-"):
		return "", usageError(errors.New("a list from standard input needs an output folder"),
			"prebounce clean - -o DIR")
	}
	return outputsOf(paths), nil
}

// outputsOf is the folder of outputs of some lists, if none is named.
func outputsOf(paths []string) string {
	name := filepath.Base(paths[0])
	for _, packed := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, packed)
	}
	name = strings.TrimSuffix(name, filepath.Ext(name))
	if more := len(paths) - 1; more > 0 {
		name += fmt.Sprintf("-and-%d-more", more)
	}
	return filepath.Join(filepath.Dir(paths[0]), name+"-prebounce")
}

// vacant refuses early what would end the run late: outputs where something stands that they can't replace.
func (o *cleaning) vacant(stderr io.Writer, dir string, paths []string) error {
	for _, note := range outdir.Recover(dir) {
		say(stderr, "%s", note)
	}
	if err := outdir.Vacant(dir, o.force); err != nil {
		return err
	}
	for _, path := range paths {
		if path != "-" && within(dir, path) {
			return fmt.Errorf("%s contains the input list; replacing it would delete the list", dir)
		}
	}
	return nil
}

// allThere reports whether every list is there: that one is not is told before that its outputs are.
func allThere(paths []string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool {
		_, err := os.Stat(path)
		return path != "-" && err != nil
	})
}

// within reports whether a file is somewhere below a folder.
func within(dir, file string) bool {
	folder, err := os.Stat(dir)
	if err != nil {
		return false
	}
	if file, err = filepath.Abs(file); err == nil {
		file, err = filepath.EvalSymlinks(file)
	}
	for err == nil && file != filepath.Dir(file) {
		file = filepath.Dir(file)
		if at, err := os.Stat(file); err == nil && os.SameFile(at, folder) {
			return true
		}
	}
	return false
}

// explainFailure adds what to type next, where there is something.
func explainFailure(err error) error {
	switch {
	case batch.IsStatus(err):
		return statusFailure(err)
	case errors.Is(err, outdir.ErrExists):
		return &exit{code: exitFailed, err: err,
			hints: []string{"-o DIR for another folder, or --force to replace this one"}}
	case errors.Is(err, batch.ErrNoRows):
		return &exit{code: exitUnreadable, err: err,
			hints: []string{"export the list again, or --allow-empty if nobody is on it"}}
	case errors.As(err, new(*outdir.StrangersError)):
		return &exit{code: exitFailed, err: err,
			hints: []string{"move these files elsewhere, or -o DIR for another folder"}}
	case errors.Is(err, outdir.ErrForeign):
		return &exit{code: exitFailed, err: err, hints: []string{"-o DIR for another folder"}}
	case errors.Is(err, contacts.ErrChanged):
		return &exit{code: exitFailed, err: err, hints: []string{"run it again when nobody is writing to the list"}}
	}
	if e := (*batch.UnreadableError)(nil); errors.As(err, &e) {
		return &exit{code: exitUnreadable, err: err, hints: unreadHints(e)}
	}
	return err
}

// unreadHints say how a list should rather be read.
func unreadHints(e *batch.UnreadableError) []string {
	first := "name the column of the addresses with --column NAME (or its number)"
	if e.Probable != "" {
		first = "the addresses are probably in another column: --column " + e.Probable
	}
	return []string{first, "remove these rows all the same with --yes-unreadable"}
}

// writeReports writes what belongs into the folder beside the lists.
func writeReports(dir string, r *report.Result) error {
	signed(r, dir, "report.json", "report.html")
	for _, file := range []struct {
		name  string
		write func(io.Writer, *report.Result) error
	}{{"report.json", report.JSON}, {"report.html", report.HTML}} {
		f, err := os.Create(filepath.Join(dir, file.name))
		if err != nil {
			return err
		}
		if err := errors.Join(file.write(f, r), f.Close()); err != nil {
			return fmt.Errorf("writing %s: %w", file.name, err)
		}
	}
	return nil
}

// failed is how a run ends that wrote no lists.
func (o *cleaning) failed(err error) error {
	if wrong := (*batch.FileBrakeError)(nil); errors.As(err, &wrong) {
		return o.earlier.fileBrakeExit(wrong)
	}
	if errors.Is(err, batch.ErrAllRejected) {
		return &exit{code: exitUnreadable, err: err,
			hints: []string{"export the list again, or say how to read it with --delimiter and --encoding"}}
	}
	return explainFailure(err)
}

// ended tells of a run that wrote its lists. Rows that are in none of them are told even if nobody wants to hear the
// rest.
func (o *cleaning) ended(c *cobra.Command, r *report.Result, dir string) error {
	if err := o.tell(c.OutOrStdout(), r, dir); err != nil {
		return err
	}
	if n := r.Rejected; n > 0 {
		say(c.ErrOrStderr(), "%s can't be read and %s in no list: %s says where and why", counted(n, "row", "rows"),
			map[bool]string{true: "is", false: "are"}[n == 1], rejectedIn(r.Summary, dir))
	}
	return o.gate(r)
}

// rejectedIn is where the rows are that can't be read; of several lists the first that has some.
func rejectedIn(s *batch.Summary, dir string) string {
	for _, l := range s.Lists {
		if l.Rejected > 0 {
			return filepath.Join(dir, l.Folder, "rejected.csv")
		}
	}
	return filepath.Join(dir, "rejected.csv")
}

// signed says by which program the run was made, and which files it left in dir, where the reports come beside.
func signed(r *report.Result, dir string, beside ...string) *report.Result {
	r.Program = "prebounce " + version()
	r.Outputs = beside
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error { // what can't be read isn't named
		if name, err2 := filepath.Rel(dir, path); err == nil && err2 == nil && !e.IsDir() &&
			!strings.HasPrefix(e.Name(),
				".") {
			r.Outputs = append(r.Outputs, filepath.ToSlash(name))
		}
		return nil
	})
	slices.Sort(r.Outputs)
	r.Outputs = slices.Compact(r.Outputs)
	return r
}

func (o *cleaning) tell(w io.Writer, r *report.Result, dir string) error {
	switch {
	case o.json:
		return report.JSON(w, signed(r, dir))
	case o.quiet:
		return nil
	}
	return report.Text(w, r, dir)
}

// curableShare is the share of addresses beyond which a run says that a later one may know more.
const curableShare = 0.01

// gate turns what the run found into an exit status.
func (o *cleaning) gate(r *report.Result) error {
	s := r.Summary
	if err := statusGate(s); err != nil {
		return err
	}
	if s.Brake.Pulled {
		return &exit{code: exitGate,
			err: fmt.Errorf("%s; that is implausibly many, so none was removed for it", s.Brake.Says(s.Probed)),
			hints: []string{"try another resolver with --resolver HOST, or look at review.csv and run again with " +
				"--yes-remove"}}
	}
	if err := cmp.Or(o.shrink.gate(s.Rows), o.forecast.gate(r)); err != nil {
		return err
	}
	err := curable(s.Curable, s.Addresses, o.strict, s.Doubt)
	if says, next := report.Unfinished(s); err != nil && says != "" {
		return &exit{code: exitCurable, err: errors.New(says), hints: []string{next}}
	}
	return err
}

// curable is the exit of a run that a later one may know more than.
func curable(n, addresses int64, strict bool, doubt string) error {
	if n == 0 || (!strict && float64(n) <= curableShare*float64(addresses)) {
		return nil
	}
	hint := "run it again later"
	if doubt != "" {
		hint = "--resolver HOST to ask another resolver, or run it again later"
	}
	return &exit{code: exitCurable, err: fmt.Errorf("%d of %d addresses could not be decided now", n, addresses),
		hints: []string{hint}}
}
