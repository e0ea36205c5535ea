package contacts

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts/xlsx"
)

// allSheets, as Options.Sheet, reads each sheet that holds addresses as a separate list, unless a sheet has that name.
const allSheets = "all"

const (
	sheetRows   = 20_000  // of a sheet that are looked at
	workbookRow = 500_000 // of all sheets
)

// sheet is the one that the person named, or else the visible one that holds most addresses. held are the
// addresses that were found in each sheet; nil if nobody looked.
func (o *Options) sheet(book *xlsx.Workbook) (sheet *xlsx.Sheet, held []int, err error) {
	sheets := book.Sheets()
	if o.sheetAt > 0 && o.sheetAt <= len(sheets) {
		return &sheets[o.sheetAt-1], nil, nil
	}
	if len(sheets) > 1 {
		held = heldInSheets(book)
	}
	best := -1
	for i := range sheets {
		if held != nil && !sheets[i].Hidden && held[i] > 0 && (best < 0 || held[i] > held[best]) {
			best = i
		}
	}
	if o.Sheet == "" && best >= 0 {
		return &sheets[best], held, nil
	}
	sheet, err = book.Find(o.Sheet)
	if e := (*xlsx.Error)(nil); errors.As(err, &e) {
		err = &OpenError{What: e.What, Hint: e.Hint, Err: e.Err, lacks: o.Sheet != ""}
	}
	return sheet, held, err
}

// heldInSheets counts the different addresses in the first rows of each sheet. What is wrong with a sheet
// comes out if it is read.
func heldInSheets(book *xlsx.Workbook) []int {
	sheets, left := book.Sheets(), workbookRow
	held := make([]int, len(sheets))
	for i := range sheets {
		rows, err := book.Rows(&sheets[i])
		if err != nil {
			continue
		}
		var looked int
		held[i], looked = addressesIn(rows, min(left, sheetRows))
		left -= looked
		rows.Close()
	}
	return held
}

// addressesIn counts the different addresses in at most so many rows.
func addressesIn(rows *xlsx.Rows, most int) (addresses, looked int) {
	seen := map[string]bool{}
	var found []Found
	for looked < most {
		_, cells, err := rows.Next()
		if err != nil {
			break
		}
		looked++
		for i, c := range cells {
			if link := rows.Link(i); link != "" {
				seen[link] = true
			}
			found = Addresses(found[:0], c.Text)
			if len(found) > 0 && isAddress(found[0].Text) {
				seen[string(found[0].Text)] = true
			}
		}
	}
	return len(seen), looked
}

// noteSheets says what was read and what was not.
func (l *List) noteSheets(book *xlsx.Workbook, sheet *xlsx.Sheet, held []int, reader *sheetReader) {
	sheets, rows := book.Sheets(), reader.rows
	if others := sheetNames(sheets, sheet); others != "" && held != nil {
		l.note("read from the sheet %q, not from %s", sheet.Name, others)
	}
	var with []string
	for i := range held {
		if held[i] > 0 && &sheets[i] != sheet && len(with) < namesShown {
			with = append(with, fmt.Sprintf("%s (%d)", strconv.Quote(sheets[i].Name), held[i]))
		}
	}
	if len(with) > 0 {
		l.note("there are also addresses in the sheet %s; --sheet NAME reads one sheet, --sheet all reads each as "+
			"a separate list", strings.Join(with, ", "))
	}
	if reader.linked > 0 {
		l.note("%d cells show a name that links to an address; they are read and written as Name <address>",
			reader.linked)
	}
	if rows.HiddenRows > 0 {
		l.note("%d rows of the sheet are hidden, perhaps by a filter; they are read like the others", rows.HiddenRows)
	}
	if rows.Uncalculated > 0 {
		l.note("%d formulas have no saved value and are read as empty cells; open the workbook in a spreadsheet "+
			"and save it", rows.Uncalculated)
	}
}

// everySheet reports whether each sheet of a workbook is wanted.
func (o *Options) everySheet() bool { return strings.EqualFold(o.Sheet, allSheets) && o.sheetAt == 0 }

// newLists takes over in: one list, or one for each sheet of a workbook.
func newLists(ctx context.Context, in *input, o *Options) ([]*List, error) {
	if z, err := in.zip(); err == nil && z != nil && xlsx.Is(z) && o.everySheet() {
		lists, err := openSheets(ctx, z, in, o)
		if lists != nil || err != nil {
			return lists, errors.Join(err, in.close())
		}
	}
	l, err := newList(ctx, in, o)
	if err != nil {
		return nil, err
	}
	return []*List{l}, nil
}

// openSheets opens each sheet that holds addresses. It returns none where a sheet has the name that stands for all.
func openSheets(ctx context.Context, z *zip.Reader, in *input, o *Options) (lists []*List, err error) {
	book, err := xlsx.Open(z, xlsx.Options{TempDir: o.TempDir, Limit: o.SpoolLimit})
	if err != nil {
		return nil, workbookError(err)
	}
	_, unnamed := book.Find(o.Sheet)
	sheets, held := book.Sheets(), heldInSheets(book)
	if err := book.Close(); err != nil || unnamed == nil {
		return nil, err
	}
	var left []string
	for i := range sheets {
		if held[i] == 0 {
			continue
		}
		own := *o
		own.sheetAt, own.Several = i+1, true
		l, err := newList(ctx, &input{ReaderAt: io.NewSectionReader(in, 0, in.size), size: in.size}, &own)
		if e := (*OpenError)(nil); errors.As(err, &e) && !e.lacks {
			left = append(left, fmt.Sprintf("%s: %s", strconv.Quote(sheets[i].Name), e.What))
			continue
		}
		if err != nil {
			return nil, errors.Join(err, closeAll(lists))
		}
		l.layout.Member = sheets[i].Name
		lists = append(lists, l)
	}
	if len(lists) == 0 {
		return nil, unreadable("none of its sheets holds e-mail addresses", "its sheets: "+sheetNames(sheets, nil), nil)
	}
	for _, why := range left {
		lists[0].note("not read from the workbook: the sheet %s", why)
	}
	return lists, nil
}
