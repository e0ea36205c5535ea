// Package report tells what a run found: in words for a person ([Text], [Markdown], [Card]), as a page with pictures ([HTML]),
// as JSON for a machine ([JSON], [Address]). [Load] reads a finished run, to tell it again.
//
// A report is a row of sections, the same in every format; a chart is a picture of its section's first table.
//
// Nothing from a list or a server reaches a terminal or a page unescaped: see [Plain]. No report tells an address unless
// it was asked to.
package report
