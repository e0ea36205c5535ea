package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate"
)

// thing is what a word on the command line names, when a command is given something that it does not take.
type thing struct {
	what string   // for people; empty: nobody can tell
	then []string // what to type: the command that takes it, last
}

// command is what takes the thing.
func (t *thing) command() string { return t.then[len(t.then)-1] }

// listEndings are how the names of lists end, packed or not.
var listEndings = []string{".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".vcf",
	".zip", ".gz", ".zst"}

var (
	webAddress = regexp.MustCompile(`(?i)^(?:[a-z][a-z0-9+.-]*://|www\.)\S`)
	replyLine  = regexp.MustCompile(`^[245]\d\d[ -]|^[245]\.\d{1,3}\.\d{1,3}\b`)
)

// thingOf tells what a word names: a web address, a file or a folder that is there, an e-mail address, a reply, a file
// that is missing.
func thingOf(word string) thing {
	quoted := shellWord(word)
	if webAddress.MatchString(word) {
		return webThing(word)
	}
	if at, err := os.Stat(word); err == nil {
		return thingAt(word, at)
	}
	a, err := validate.Parse(word)
	switch {
	case err == nil && !strings.ContainsAny(a.Local, `/\`):
		return thing{"an e-mail address", []string{"prebounce check " + quoted}}
	case replyLine.MatchString(word):
		return thing{"the reply of a mail server", []string{"prebounce explain " + quoted}}
	case namesList(word):
		if near := nearFile(word); near != "" {
			return thing{"a file that is not there", []string{"prebounce clean " + shellWord(near)}}
		}
		return thing{"a file that is not there", []string{"prebounce clean " + quoted}}
	}
	return thing{}
}

// webThing is a web address, and how a list gets from there to here.
func webThing(word string) thing {
	fetch := "curl -L -o contacts.csv " + shellWord(word)
	if strings.Contains(word, "docs.google.com/spreadsheets") {
		fetch = "in the sheet, choose File > Download > Comma-separated values"
	}
	return thing{"a web address, which prebounce does not fetch", []string{fetch, "prebounce clean contacts.csv"}}
}

// thingAt tells what stands at a path.
func thingAt(path string, at os.FileInfo) thing {
	quoted := shellWord(path)
	switch dir := filepath.Dir(path); {
	case isRun(path):
		return thing{"a folder that clean made", []string{"prebounce report " + quoted}}
	case sandbox.IsInbox(path):
		return thing{"an inbox of the sandbox", []string{"prebounce explain --mail " + quoted,
			"prebounce sandbox inbox " + quoted}}
	case at.IsDir():
		return thing{"a folder", []string{"prebounce clean " + shellWord(firstList(path))}}
	case slices.Contains([]string{"report.json", "report.html", "results.csv"}, filepath.Base(path)) && isRun(dir):
		return thing{"a file of a finished run", []string{"prebounce report " + shellWord(dir)}}
	case strings.EqualFold(filepath.Ext(path), ".eml"), strings.EqualFold(filepath.Ext(path), ".mbox"):
		return thing{"a mail", []string{"prebounce explain --mail " + quoted}}
	case strings.EqualFold(filepath.Ext(path), ".log"):
		return thing{"a log", []string{"prebounce explain --log " + quoted}}
	}
	return thing{"a list", []string{"prebounce clean " + quoted}}
}

// isRun reports whether clean made a folder.
func isRun(dir string) bool { return isFile(filepath.Join(dir, "report.json")) }

// firstList is a list in a folder, or what one may be called.
func firstList(dir string) string {
	entries, _ := os.ReadDir(dir) // of a folder that can't be read, no list is named
	for _, e := range entries {
		if e.Type().IsRegular() && namesList(e.Name()) {
			return filepath.Join(dir, e.Name())
		}
	}
	return filepath.Join(dir, "contacts.csv")
}

func namesList(name string) bool {
	return slices.Contains(listEndings, strings.ToLower(filepath.Ext(name)))
}

// mostNames bounds how many names of a folder are compared.
const mostNames = 10_000

// nearFile is the file in the folder of a missing one whose name is the nearest to its: the same with another ending,
// or at most two letters off. It is empty if there is none.
func nearFile(missing string) string {
	dir, base := filepath.Split(missing)
	entries, _ := os.ReadDir(filepath.Dir(missing)) // without a folder no name is near
	var names []string
	for _, e := range entries[:min(len(entries), mostNames)] {
		if e.IsDir() {
			continue
		}
		if (strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())) == base && namesList(e.Name())) ||
			strings.EqualFold(e.Name(), base) {
			return dir + e.Name()
		}
		names = append(names, e.Name())
	}
	if near := meant(base, names); near != "" {
		return dir + near
	}
	return ""
}

// misplaced is the error of a command that was given something else than it takes; nil if nobody can tell what it is.
func misplaced(word, takes string) error {
	if t := thingOf(word); t.what != "" {
		return &exit{code: exitUsage, err: fmt.Errorf("%s is %s: %s", word, t.what, takes), hints: t.then}
	}
	return nil
}

// runFolder refuses what is not the folder of a finished run, with the command that was probably meant.
func runFolder(path string) error {
	at, err := os.Stat(path)
	switch {
	case isRun(path) || isFile(filepath.Join(path, "results.csv")):
		return nil
	case err == nil && at.IsDir():
		return notRun(fmt.Errorf("%s is not a folder that clean wrote: it holds no report.json", path),
			folderHint(path, at))
	case err == nil:
		if made := outputsOf([]string{path}); isRun(made) {
			return notRun(fmt.Errorf("%s is a list, not the folder that clean wrote", path), "prebounce report "+
				shellWord(made))
		}
		return misplaced(path, "want the folder that clean made")
	}
	if near := nearFolder(path); near != "" {
		return notRun(fmt.Errorf("%s: no such folder", path), isMade, "prebounce report "+shellWord(near))
	}
	return notRun(fmt.Errorf("%s: no such folder", path), isMade)
}

const isMade = "DIR is a folder that clean wrote, such as contacts-prebounce"

func notRun(err error, hints ...string) error {
	return &exit{code: exitFailed, err: err, hints: hints}
}

func folderHint(path string, at os.FileInfo) string {
	t := thingAt(path, at)
	return t.command()
}

// nearFolder is a folder of outputs that a missing path may stand for: its list's, one whose name is near, or the only
// one there.
func nearFolder(missing string) string {
	for _, guess := range []string{missing + "-prebounce", outputsOf([]string{missing})} {
		if isRun(guess) {
			return guess
		}
	}
	dir, base := filepath.Split(filepath.Clean(missing))
	entries, _ := os.ReadDir(filepath.Dir(filepath.Clean(missing))) // without a folder none is near
	var names []string
	for _, e := range entries[:min(len(entries), mostNames)] {
		if e.IsDir() && isRun(filepath.Join(dir, e.Name())) {
			names = append(names, e.Name())
		}
	}
	switch near := meant(base, names); {
	case near != "":
		return dir + near
	case len(names) == 1:
		return dir + names[0]
	}
	return ""
}

// missingFile adds to the error about a file that is not there the command with the one that was probably meant.
func missingFile(err error, path string, command func(path string) string) error {
	if _, statErr := os.Stat(path); path == "-" || !errors.Is(statErr, os.ErrNotExist) {
		return err
	}
	code := exitFailed
	if e := (*exit)(nil); errors.As(err, &e) {
		code = e.code
	}
	if near := nearFile(path); near != "" {
		return &exit{code: code, err: err, hints: []string{"did you mean " + near + "?", command(near)}}
	}
	return &exit{code: code, err: err, hints: []string{"check the file name and the folder", command(path)}}
}

// notOpened adds to the error about a list that is not there, or is a folder, the command that was probably meant.
func notOpened(err error, path string) error {
	open := (*exit)(nil)
	if at, statErr := os.Stat(path); statErr == nil && at.IsDir() && errors.As(err, &open) {
		return &exit{code: open.code, err: open.err, hints: append(open.hints, folderHint(path, at))}
	}
	return missingFile(err, path, func(path string) string { return "prebounce clean " + shellWord(path) })
}
