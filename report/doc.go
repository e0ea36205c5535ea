// Package report writes what a run found: in words for a person ([Text], [Markdown], [Card]), as a page with
// pictures ([HTML]), as JSON for a machine ([JSON], [Address]). [Load] reads a finished run, to tell it
// again.
//
// A report begins with what to do next; its sections come in the same order in every format, and the numbers come last.
//
// Nothing from a list or a server reaches a terminal or a page unescaped: see [Plain]. No report tells an
// address unless it was asked to.
package report
