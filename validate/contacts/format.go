package contacts

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts/xlsx"
)

// Format is the file format of a list.
type Format uint8

const (
	asItCame    Format = iota // of outputs: as the list came
	csvFormat                 // and any text with one record a line
	xlsxFormat                // an Excel workbook
	jsonlFormat               // JSON Lines: an object a line
)

var formatNames = [...]string{"", "csv", "xlsx", "jsonl"}

func (f Format) String() string {
	if int(f) >= len(formatNames) {
		return fmt.Sprintf("format(%d)", uint8(f))
	}
	return formatNames[f]
}

// Extension returns the file name extension; csv if it is not chosen.
func (f Format) Extension() string {
	if f == asItCame {
		f = csvFormat
	}
	return f.String()
}

// ParseFormat parses csv, xlsx and jsonl; "" is the format that the list came in.
func ParseFormat(name string) (Format, error) {
	i := slices.Index(formatNames[:], strings.ToLower(name))
	if i < 0 {
		return asItCame, fmt.Errorf("unknown format %q", name)
	}
	return Format(i), nil
}

// translate makes text of what is none, and finds out what the format says about it.
func (l *List) translate(ctx context.Context, o *Options) error {
	l.layout.Format = csvFormat
	z, err := l.in.zip()
	if err != nil || z == nil {
		return err
	}
	if !xlsx.Is(z) {
		return cmp.Or(refuseZip(z), unreadable("it is an archive inside an archive", unpack, nil))
	}
	return l.readWorkbook(ctx, z, o)
}

// say tells what outputs of another kind, or of this one, don't hold.
func (l *List) sayOut(o *Options) {
	if l.layout.Out = o.Out; o.Out == asItCame {
		l.layout.Out = l.layout.Format
	}
	switch {
	case l.layout.Out == xlsxFormat && l.layout.Format == xlsxFormat:
		l.note("the outputs keep text, numbers and dates, but not formulas, colours, widths, filters, pictures, " +
			"comments or other sheets")
	case l.layout.Out != l.layout.Format:
		l.note("the outputs are %s; they keep the header and the rows, but not blank lines and titles",
			strings.ToUpper(l.layout.Out.String()))
	}
}
