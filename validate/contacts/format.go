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
	AsIs  Format = iota // of outputs: as the list came
	CSV                 // and any text with one record a line
	XLSX                // an Excel workbook
	JSONL               // JSON Lines: an object a line
)

var formatNames = [...]string{"", "csv", "xlsx", "jsonl"}

func (f Format) String() string {
	if int(f) >= len(formatNames) {
		return fmt.Sprintf("format(%d)", uint8(f))
	}
	return formatNames[f]
}

// Extension returns the file name extension; csv for AsIs.
func (f Format) Extension() string {
	if f == AsIs {
		f = CSV
	}
	return f.String()
}

// ParseFormat parses csv, xlsx and jsonl; "" is [AsIs].
func ParseFormat(name string) (Format, error) {
	i := slices.Index(formatNames[:], strings.ToLower(name))
	if i < 0 {
		return AsIs, fmt.Errorf("unknown format %q", name)
	}
	return Format(i), nil
}

// translate makes text of what is none, and finds out what the format says about it.
func (l *List) translate(ctx context.Context, o *Options) error {
	l.layout.Format = CSV
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
	if l.layout.Out = o.Out; o.Out == AsIs {
		l.layout.Out = l.layout.Format
	}
	switch {
	case l.layout.Out == XLSX && l.layout.Format == XLSX:
		l.note("the outputs keep text, numbers and dates, but not formulas, colours, widths, filters, pictures, " +
			"comments or other sheets")
	case l.layout.Out != l.layout.Format:
		l.note("the outputs are %s; they keep the header and the rows, but not blank lines and titles",
			strings.ToUpper(l.layout.Out.String()))
	}
}
