package contacts

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts/xlsx"
)

// readWorkbook spools a sheet as text in a dialect of our own: text stands in quotes, what is none does not.
// So a sink can give each cell the kind that it had.
func (l *List) readWorkbook(ctx context.Context, z *zip.Reader, o *Options) (err error) {
	book, err := xlsx.Open(z, xlsx.Options{TempDir: o.TempDir, Limit: o.SpoolLimit})
	if err != nil {
		return workbookError(err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	sheet, held, err := o.sheet(book)
	if err != nil {
		return err
	}
	rows, err := book.Rows(sheet)
	if err != nil {
		return workbookError(err)
	}
	defer rows.Close()
	reader := &sheetReader{rows: rows, packed: l.in.size}
	in, err := o.spool(ctx, reader)
	if err != nil {
		return err
	}
	packed := l.in
	l.in = in
	l.layout.Format, l.layout.Sheet = xlsxFormat, sheet.Name
	l.layout.Encoding, l.layout.LineEnd = "UTF-8", "\n"
	l.charset = charset{name: "UTF-8"}
	l.dialect = dialect{delim: ',', limit: l.dialect.limit, sound: true}
	l.noteSheets(book, sheet, held, reader)
	if in.size == 0 {
		return errors.Join(unreadable("the sheet "+strconv.Quote(sheet.Name)+" is empty",
			"select another one with --sheet: "+sheetNames(book.Sheets(), nil), nil), packed.close())
	}
	return packed.close()
}

// sheetNames lists the sheets but one.
func sheetNames(sheets []xlsx.Sheet, but *xlsx.Sheet) string {
	var names []string
	for i := range sheets {
		if &sheets[i] != but && len(names) < namesShown {
			names = append(names, strconv.Quote(sheets[i].Name))
		}
	}
	return strings.Join(names, ", ")
}

// workbookError is what a person is told of an error of reading a workbook.
func workbookError(err error) error {
	if e := (*xlsx.Error)(nil); errors.As(err, &e) {
		return unreadable(e.What, e.Hint, e.Err)
	}
	return err
}

// sheetReader reads the rows of a sheet as text. Rows that the sheet leaves out are blank lines, so that
// lines count as rows do.
type sheetReader struct {
	rows   *xlsx.Rows
	packed int64 // size of the workbook
	size   int64 // read so far
	line   int
	linked int    // cells that show no address and link to one
	buf    []byte // made and not yet handed out
	at     int
}

const (
	cellRatio = 2000 // of the text of a sheet to its workbook
	bunch     = 1 << 15
)

func (s *sheetReader) Read(b []byte) (int, error) {
	if s.at == len(s.buf) {
		s.buf, s.at = s.buf[:0], 0
		for len(s.buf) < bunch {
			if err := s.row(); err != nil && len(s.buf) == 0 {
				return 0, err
			} else if err == io.EOF {
				break
			} else if err != nil {
				return 0, err
			}
		}
	}
	n := copy(b, s.buf[s.at:])
	s.at += n
	if s.size += int64(n); s.size > ratioFrom && s.size/cellRatio > s.packed {
		return n, unreadable("the sheet unpacks to far more text than its workbook can hold", saveAsCSV, errSwelling)
	}
	return n, nil
}

func (s *sheetReader) row() error {
	number, cells, err := s.rows.Next()
	if err != nil || len(cells) == 0 {
		return workbookError(err)
	}
	for s.line++; s.line < number; s.line++ {
		s.buf = append(s.buf, '\n')
	}
	for i, c := range cells {
		if i > 0 {
			s.buf = append(s.buf, ',')
		}
		if link := s.rows.Link(i); link != "" && bytes.IndexByte(c.Text, '@') < 0 {
			s.buf = appendQuoted(s.buf, linkedText(c.Text, link))
			s.linked++
			continue
		}
		if c.Kind == xlsx.Text && len(c.Text) > 0 {
			s.buf = appendQuoted(s.buf, c.Text)
		} else {
			s.buf = append(s.buf, c.Text...)
		}
	}
	s.buf = append(s.buf, '\n')
	return nil
}

// linkedText is what a cell says that shows one thing and links to an address.
func linkedText(shown []byte, address string) []byte {
	if shown = trim(shown); len(shown) == 0 {
		return []byte(address)
	}
	return append(append(append(append([]byte{}, shown...), " <"...), address...), '>')
}
