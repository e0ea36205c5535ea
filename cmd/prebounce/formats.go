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
	f.StringArrayVar(&s.fields, "field", nil,
		"read the addresses of JSON Lines from this `PATH`, such as contact.email (repeatable; the first decides)")
	f.StringVar(&s.sheet, "sheet", "", "read this sheet of a workbook, by `NAME|N`, or all (default: the one with "+
		"most addresses)")
	f.StringVar(&s.format, "format", "",
		"write clean, review and removed as `FORMAT`: csv, xlsx or jsonl (default: the list's own)")
	f.BoolVar(&s.annotate, "annotate", false, "append the pb_ columns to clean.csv, too")
	f.BoolVar(&s.excelSafe, "excel-safe", false,
		"put an apostrophe before CSV cells that a spreadsheet would read as formulas")
	f.BoolVar(&s.repair, "repair", false, "in clean.csv, reduce address cells with a name or blanks to the address")
	f.BoolVar(&s.fixTypos, "fix-typos", false, "write rows with a proven typo and its correction to corrected.csv")
	f.Var(&s.maxSize, "max-size", "limit a piped or compressed list to `SIZE` once unpacked, such as 500M or 20G "+
		"(default 16G)")
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
