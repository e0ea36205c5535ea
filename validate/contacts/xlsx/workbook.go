package xlsx

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Options bound what is read and say where temporary files go. The zero value is usable.
type Options struct {
	TempDir string // for shared strings; "": the system's
	Limit   int64  // the greatest size of anything unpacked, in bytes; 0: 16 GiB
}

// Workbook is an open workbook. It is for one goroutine.
type Workbook struct {
	zip       *zip.Reader
	options   Options
	sheets    []Sheet
	since1904 bool
	shows     []shows // by style
	shared    *shared // nil until a sheet is read
	sharedAt  string  // the name of the part
}

// Sheet is one sheet of cells.
type Sheet struct {
	Name   string
	Hidden bool
	part   string
}

// Is reports whether a zip archive is a workbook that Open can read.
func Is(z *zip.Reader) bool {
	return slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.EqualFold(f.Name, "xl/workbook.xml") })
}

const (
	defaultLimit = 16 << 30
	// A sheet shrinks to a tenth or a hundredth. Small ones may shrink more: they do no harm.
	ratioLimit = 1000
	ratioFrom  = 64 << 20
	smallPart  = 64 << 20 // parts that say how to read the sheets
	mostSheets = 10_000
)

// Open opens a workbook. If the workbook is invalid, the error is an Error.
func Open(z *zip.Reader, o Options) (*Workbook, error) {
	if o.Limit <= 0 {
		o.Limit = defaultLimit
	}
	w := &Workbook{zip: z, options: o, sharedAt: "xl/sharedStrings.xml"}
	parts, err := w.relations()
	if err != nil {
		return nil, damaged(err)
	}
	if err := w.readSheets(parts); err != nil {
		return nil, damaged(err)
	}
	if err := w.readStyles(); err != nil {
		return nil, damaged(err)
	}
	return w, nil
}

// Close removes temporary files.
func (w *Workbook) Close() error {
	if w.shared == nil {
		return nil
	}
	return w.shared.close()
}

// Sheets returns the sheets of cells in tab order.
func (w *Workbook) Sheets() []Sheet { return w.sheets }

// Find returns the sheet with this name or number (from 1); "" selects the first visible sheet.
func (w *Workbook) Find(want string) (*Sheet, error) {
	for i, s := range w.sheets {
		if (want == "" && !s.Hidden) || (want != "" && strings.EqualFold(s.Name, want)) {
			return &w.sheets[i], nil
		}
	}
	if n, err := strconv.Atoi(want); err == nil && n >= 1 && n <= len(w.sheets) {
		return &w.sheets[n-1], nil
	}
	if want == "" {
		return nil, &Error{What: "the workbook has no visible sheet", Hint: "select one with --sheet: " + w.names()}
	}
	return nil, &Error{What: fmt.Sprintf("the workbook has no sheet %q", want), Hint: "its sheets: " + w.names()}
}

const namesShown = 20

func (w *Workbook) names() string {
	var names []string
	for _, s := range w.sheets[:min(len(w.sheets), namesShown)] {
		names = append(names, strconv.Quote(s.Name))
	}
	if more := len(w.sheets) - namesShown; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

var errNoPart = errors.New("a part of it is missing")

// open opens a part. Names don't mind case.
func (w *Workbook) open(name string) (io.ReadCloser, error) {
	if w.zip == nil {
		return nil, errNoPart
	}
	for _, f := range w.zip.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name) {
			r, err := f.Open()
			if err != nil {
				return nil, err
			}
			return &bounded{ReadCloser: r, packed: int64(f.CompressedSize64), limit: w.options.Limit}, nil
		}
	}
	return nil, errNoPart
}

// bounded gives up on what swells beyond reason.
type bounded struct {
	io.ReadCloser
	packed, size, limit int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.size += int64(n)
	switch {
	case b.size > b.limit:
		return n, &Error{What: fmt.Sprintf("it unpacks to more than %d bytes", b.limit), Hint: "split it"}
	case b.size > ratioFrom && b.size/ratioLimit > b.packed:
		return n, &Error{What: fmt.Sprintf("it unpacks to more than %d times its size, which no list does",
			ratioLimit), Hint: "open it in a spreadsheet and save it as CSV UTF-8"}
	}
	return n, err
}

// each calls see for every element of a part. A part that isn't there has none.
func (w *Workbook) each(name string, see func(s *scanner) error) error {
	r, err := w.open(name)
	if err == errNoPart {
		return nil
	}
	if err != nil {
		return err
	}
	defer r.Close()
	s := newScanner(io.LimitReader(r, smallPart))
	for {
		t, err := s.next()
		if err == nil && t == startTag {
			err = see(s)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// relations are the names of parts by the number under which the workbook knows them.
func (w *Workbook) relations() (map[string]string, error) {
	parts := map[string]string{}
	err := w.each("xl/_rels/workbook.xml.rels", func(s *scanner) error {
		if s.name() != "Relationship" {
			return nil
		}
		id, kind, target := string(s.attribute("Id")), string(s.attribute("Type")), string(s.attribute("Target"))
		if !path.IsAbs(target) {
			target = "/xl/" + target
		}
		target = path.Clean(target)[1:]
		switch path.Base(kind) {
		case "worksheet":
			parts[id] = target
		case "sharedStrings":
			w.sharedAt = target
		}
		return nil
	})
	return parts, err
}

// readSheets lists the sheets of cells; those of charts have no rows.
func (w *Workbook) readSheets(parts map[string]string) error {
	err := w.each("xl/workbook.xml", func(s *scanner) error {
		switch s.name() {
		case "workbookPr":
			w.since1904 = truth(s.attribute("date1904"))
		case "sheet":
			name, state := string(s.attribute("name")), string(s.attribute("state"))
			part, ok := parts[string(s.attribute("id"))]
			if ok && len(w.sheets) < mostSheets {
				w.sheets = append(w.sheets, Sheet{Name: name, Hidden: strings.HasSuffix(strings.ToLower(state),
					"hidden"), part: part})
			}
		}
		return nil
	})
	if err == nil && len(w.sheets) == 0 {
		return errors.New("it has no sheets")
	}
	return err
}

func truth(b []byte) bool { return string(b) == "1" || string(b) == "true" }

// readStyles finds out which styles show numbers as dates.
func (w *Workbook) readStyles() error {
	codes := map[int]shows{}
	within := false
	return w.each("xl/styles.xml", func(s *scanner) error {
		switch s.name() {
		case "numFmt":
			codes[number(s.attribute("numFmtId"))] = showsOf(s.attribute("formatCode"))
		case "cellXfs":
			within = true
		case "cellStyles", "dxfs":
			within = false
		case "xf":
			if within {
				id := number(s.attribute("numFmtId"))
				as, ok := codes[id]
				if !ok {
					as = builtIn(id)
				}
				w.shows = append(w.shows, as)
			}
		}
		return nil
	})
}

// number reads a small number; -1 if there is none.
func number(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 {
		return -1
	}
	return n
}
