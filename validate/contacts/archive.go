package contacts

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts/xlsx"
)

const (
	zipMagic      = "PK\x03\x04"
	emptyZipMagic = "PK\x05\x06"
	mostMembers   = 1000
	mostParts     = 1<<16 - 2 // of a zip file that is a document
	noDateInZip   = 1980      // the year of members that have no date
)

// zip opens the input as a zip file; nil if it is none.
func (in *input) zip() (*zip.Reader, error) {
	head := make([]byte, len(zipMagic))
	if n, _ := in.ReadAt(head, 0); n < len(head) || (string(head) != zipMagic && string(head) != emptyZipMagic) {
		return nil, nil
	}
	if in.manyParts() {
		return nil, unreadable(fmt.Sprintf("it is a zip archive with more than %d members", mostParts), unpack, nil)
	}
	z, err := zip.NewReader(in, in.size)
	if err != nil {
		return nil, unreadable("it is a damaged zip archive", "test it with: unzip -t; then export or copy it again",
			err)
	}
	return z, nil
}

// manyParts reads how many members the end of a zip file tells of, before any of them costs memory.
func (in *input) manyParts() bool {
	const record, comment = 22, 1<<16 - 1
	end := make([]byte, min(in.size, record+comment))
	n, _ := in.ReadAt(end, in.size-int64(len(end)))
	i := bytes.LastIndex(end[:n], []byte(emptyZipMagic))
	return i >= 0 && i+record <= n && binary.LittleEndian.Uint16(end[i+10:]) > mostParts
}

// documents are formats that are zip files inside, by a member whose name says so.
var documents = [...]struct{ member, what, hint string }{
	{"xl/workbook.bin", "it is a binary Excel workbook (XLSB)", saveAsXLSX},
	{"word/document.xml", "it is a Word document", "copy the addresses into a spreadsheet and save it as CSV UTF-8"},
	{"ppt/presentation.xml", "it is a presentation", export},
	{"content.xml", "it is an OpenDocument file (ODS)",
		"open it in LibreOffice and choose File > Save As: Excel 2007-365 (.xlsx) or Text CSV"},
	{"Index/Document.iwa", "it is a Numbers spreadsheet", inNumbers},
	{"Index.zip", "it is a Numbers spreadsheet", inNumbers},
	{"META-INF/MANIFEST.MF", "it is a Java archive", export},
	{"[Content_Types].xml", "it is an Office document", export},
}

// refuseZip returns an error for a zip file that is a document, no archive.
func refuseZip(z *zip.Reader) error {
	if len(z.File) == 0 {
		return unreadable("it is an empty zip archive", export, nil)
	}
	names := map[string]bool{}
	for _, f := range z.File {
		names[f.Name] = true
	}
	for _, f := range documents {
		if names[f.member] {
			return unreadable(f.what, f.hint, nil)
		}
	}
	return nil
}

// OpenAll opens the lists at path: a single list, or every member of a zip archive that is a list. The notes of the
// first list name the members that are not lists.
func OpenAll(ctx context.Context, path string, o Options) ([]*List, error) {
	if o.Delimiter != 0 && !canDelimit(o.Delimiter) {
		return nil, fmt.Errorf("invalid delimiter %q: want a character that can separate columns", o.Delimiter)
	}
	in, err := openInput(ctx, path, &o)
	if err != nil {
		return nil, located(path, err)
	}
	lists, err := openAll(ctx, in, &o)
	if err != nil {
		return nil, located(path, err)
	}
	return lists, nil
}

// openAll takes over in.
func openAll(ctx context.Context, in *input, o *Options) ([]*List, error) {
	z, err := in.zip()
	if err == nil && z != nil && !xlsx.Is(z) {
		err = refuseZip(z)
		if err == nil {
			lists, err := openMembers(ctx, z, in.size, o)
			return lists, errors.Join(err, in.close())
		}
	}
	if err != nil {
		return nil, errors.Join(err, in.close())
	}
	return newLists(ctx, in, o)
}

func severalShown(z *zip.Reader) bool {
	n := 0
	for _, f := range z.File {
		if n += btoi(shown(f)); n > 1 {
			return true
		}
	}
	return false
}

// archive is a zip archive on its way to lists.
type archive struct {
	options *Options
	size    int64 // packed
	copied  int64 // of all members so far
	left    []string
	lists   []*List
}

// openMembers opens each member that is a list.
func openMembers(ctx context.Context, z *zip.Reader, size int64, o *Options) ([]*List, error) {
	own := *o
	if own.SpoolLimit <= 0 {
		own.SpoolLimit = defaultSpoolLimit
	}
	a := &archive{options: &own, size: size}
	own.Several = own.Several || severalShown(z)
	for _, f := range z.File {
		if hidden(f) && len(a.left) < mostMembers {
			a.left = append(a.left, a.behind(ctx, f))
		}
		if !shown(f) {
			continue
		}
		if len(a.lists)+len(a.left) == mostMembers {
			return nil, errors.Join(unreadable(fmt.Sprintf("it is a zip archive with more than %d members",
				mostMembers), unpack, nil), a.close())
		}
		if err := a.member(ctx, f); err != nil {
			return nil, errors.Join(err, a.close())
		}
	}
	if len(a.lists) == 0 {
		return nil, unreadable("it is a zip archive without a list: "+a.why(), export, nil)
	}
	for _, why := range a.left {
		a.lists[0].note("not read from the archive: %s", why)
	}
	return a.lists, nil
}

// why tells of members that are no lists, not all of very many.
func (a *archive) why() string {
	if len(a.left) == 0 {
		return "it is empty"
	}
	return strings.Join(a.left[:min(len(a.left), 5)], "; ")
}

// shown reports whether a member is neither a folder nor what systems put into archives for themselves.
func shown(f *zip.File) bool {
	return !strings.HasSuffix(f.Name, "/") && !strings.HasPrefix(path.Base(f.Name), ".") && !strings.HasPrefix(f.Name,
		"__MACOSX/")
}

// hidden reports whether a member is none of those that are shown, and yet may be somebody's: not what macOS
// adds by itself.
func hidden(f *zip.File) bool {
	base := path.Base(f.Name)
	return !shown(f) && !strings.HasSuffix(f.Name, "/") && !strings.HasPrefix(f.Name, "__MACOSX/") &&
		base != ".DS_Store"
}

// behind says what a hidden member holds, so that nobody misses contacts that were left out.
func (a *archive) behind(ctx context.Context, f *zip.File) string {
	holds := "no list"
	if lists, err := a.open(ctx, f); err == nil && len(lists) > 0 {
		holds = "a list"
		if columns := lists[0].layout.Columns; len(columns) > 0 && columns[0].Name != "" {
			holds += fmt.Sprintf(" with the column %q", columns[0].Name)
		}
		for _, l := range lists {
			l.Close()
		}
	}
	return fmt.Sprintf("%s, a hidden file (its name starts with a dot) that holds %s (%d bytes)", f.Name, holds,
		f.UncompressedSize64)
}

func (a *archive) close() (err error) {
	for _, l := range a.lists {
		err = errors.Join(err, l.Close())
	}
	return err
}

// member opens a member if it is a list. The error is one that ends the reading of the archive.
func (a *archive) member(ctx context.Context, f *zip.File) error {
	lists, err := a.open(ctx, f)
	e := (*OpenError)(nil)
	switch {
	case !errors.As(err, &e) || errors.Is(err, errSwelling):
	case e.lacks:
		e.What = fmt.Sprintf("%q in the archive: %s", f.Name, e.What)
	default:
		e.Path = f.Name
		a.left = append(a.left, e.Error())
		return nil
	}
	if err != nil {
		return err
	}
	for _, l := range lists {
		l.layout.Member = strings.TrimSuffix(f.Name+"/"+l.layout.Member, "/")
	}
	a.lists = append(a.lists, lists...)
	return nil
}

// errSwelling is the cause of errors about bombs.
var errSwelling = errors.New("giving up")

func (a *archive) open(ctx context.Context, f *zip.File) ([]*List, error) {
	in, err := a.unpack(ctx, f)
	if err != nil {
		return nil, err
	}
	return newLists(ctx, in, a.options)
}

// unpack spools a member.
func (a *archive) unpack(ctx context.Context, f *zip.File) (*input, error) {
	if f.Flags&1 != 0 {
		return nil, unreadable("it has a password", "unpack it and give the list inside", nil)
	}
	r, err := f.Open()
	if err != nil {
		return nil, unreadable("it can't be unpacked", unpack, err)
	}
	defer r.Close()
	damaged := func(err error) error { return unreadable("it is damaged", "test the archive with: unzip -t", err) }
	in, err := a.options.spoolPlain(ctx, &unpacker{r: r, size: a.copied, packed: func() int64 { return a.size },
		damaged: damaged})
	if err != nil {
		return nil, err
	}
	a.copied, a.options.SpoolLimit = a.copied+in.size, max(a.options.SpoolLimit-in.size, 1)
	if f.Modified.Year() > noDateInZip {
		in.written = f.Modified
	}
	return in, nil
}
