package main

import (
	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/validate/contacts"
)

// outputSettings are the flags about formats.
type outputSettings struct {
	fields    []string
	sheet     string
	format    string
	annotate  bool
	excelSafe bool
	maxSize   size
	repair    bool
	fixTypos  bool
}

func (s *outputSettings) register(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&s.fields, "field", nil, "`PATH` of the addresses in JSON Lines, such as contact.email (repeatable; the first decides)")
	f.StringVar(&s.sheet, "sheet", "", "`NAME|N` of the sheet of a workbook, or all for each as a list of its own (default: the one with most addresses)")
	f.StringVar(&s.format, "format", "", "`FORMAT` of clean, review and removed: csv, xlsx or jsonl (default: the list's)")
	f.BoolVar(&s.annotate, "annotate", false, "append the pb_ columns to clean, too")
	f.BoolVar(&s.excelSafe, "excel-safe", false, "in outputs as CSV, put an apostrophe before cells that a spreadsheet takes for formulas")
	f.BoolVar(&s.repair, "repair", false, "in clean, write the address alone into address cells that hold more, such as blanks or a name, which imports refuse")
	f.BoolVar(&s.fixTypos, "fix-typos", false, "write rows with a proven typo and its correction to corrected.csv, which is never a part of clean")
	f.Var(&s.maxSize, "max-size", "`SIZE` that a list may have which is piped or unpacked, such as 500M or 20G (default 16G)")
	completeFormats(c, "csv", "xlsx", "jsonl")
}

// options fills in what the flags say.
func (s *outputSettings) options(o *contacts.Options) (err error) {
	o.SpoolLimit = int64(s.maxSize)
	o.Sheet, o.ExcelSafe = s.sheet, s.excelSafe
	if o.Out, err = contacts.ParseFormat(s.format); err != nil {
		return usageError(err, "--format csv, xlsx or jsonl")
	}
	return nil
}
