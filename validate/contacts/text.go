package contacts

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/prebounce/prebounce/validate/contacts/xlsx"
)

// Text is the text of a file that is not a list of contacts: a bounce export, a log or a mail message.
type Text struct {
	Name string // of a member of an archive or a sheet of a workbook; empty: the file itself
	in   *input
}

// Reader returns a reader of the text from its start.
func (t *Text) Reader() io.Reader {
	if t.in == nil {
		return strings.NewReader("")
	}
	return io.NewSectionReader(t.in, 0, t.in.size)
}

// Close closes the text.
func (t *Text) Close() error { return t.in.close() }

// OpenTexts opens the file at path, or standard input for "-", as text. It unpacks compressed files, and returns each
// member of a zip archive and each sheet of a workbook (as CSV) separately. For any other file the error is an
// OpenError.
func OpenTexts(ctx context.Context, path string, o Options) ([]*Text, error) {
	in, err := openInput(ctx, path, &o)
	if err != nil {
		return nil, located(path, err)
	}
	all, err := o.texts(ctx, in, true)
	if err != nil {
		return nil, located(path, err)
	}
	return all, nil
}

// texts takes over in. An archive inside an archive is not unpacked.
func (o *Options) texts(ctx context.Context, in *input, unpacks bool) ([]*Text, error) {
	z, err := in.zip()
	switch {
	case err != nil:
	case z == nil:
		if err = o.refuse(in); err == nil {
			return []*Text{{"", in}}, nil
		}
	case xlsx.Is(z):
		all, err := o.sheets(ctx, z, in.size)
		return all, errors.Join(err, in.close())
	case unpacks:
		if err = refuseZip(z); err == nil {
			all, err := o.members(ctx, z, in.size)
			return all, errors.Join(err, in.close())
		}
	default:
		err = unreadable("it is an archive inside an archive", unpack, nil)
	}
	return nil, errors.Join(err, in.close())
}

// refuse returns an error for a file that is not text.
func (o *Options) refuse(in *input) error {
	l := &List{in: in}
	head, err := l.head()
	if err != nil || len(head) == 0 {
		return err
	}
	if isCards(head) {
		return unreadable("it is a vCard file", "export the bounces as CSV", nil)
	}
	return refuse(head)
}

// sheets are the visible sheets of a workbook that hold anything.
func (o *Options) sheets(ctx context.Context, z *zip.Reader, packed int64) (all []*Text, err error) {
	book, err := xlsx.Open(z, xlsx.Options{TempDir: o.TempDir, Limit: o.SpoolLimit})
	if err != nil {
		return nil, workbookError(err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	for i := range book.Sheets() {
		sheet := &book.Sheets()[i]
		if sheet.Hidden {
			continue
		}
		in, err := o.sheetText(ctx, book, sheet, packed)
		if err != nil {
			return nil, errors.Join(err, closeAll(all))
		}
		all = append(all, &Text{sheet.Name, in})
	}
	return all, nil
}

// sheetText spools a sheet as text.
func (o *Options) sheetText(ctx context.Context, book *xlsx.Workbook, sheet *xlsx.Sheet, packed int64) (*input, error) {
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, workbookError(err)
	}
	defer rows.Close()
	return o.spool(ctx, &sheetReader{rows: rows, packed: packed})
}

// members are those of an archive.
func (o *Options) members(ctx context.Context, z *zip.Reader, packed int64) (all []*Text, err error) {
	own := *o
	if own.SpoolLimit <= 0 {
		own.SpoolLimit = defaultSpoolLimit
	}
	a := &archive{options: &own, size: packed}
	var refused error // the first member that is not text
	for _, f := range z.File {
		if !shown(f) {
			continue
		}
		if len(all) == mostMembers {
			return nil, errors.Join(unreadable("it is a zip archive with too many files", unpack, nil), closeAll(all))
		}
		some, err := a.memberTexts(ctx, f)
		all = append(all, some...)
		if e := (*OpenError)(nil); errors.As(err, &e) && !errors.Is(err, errSwelling) {
			e.What = fmt.Sprintf("%q in the archive: %s", f.Name, e.What)
			refused = cmp.Or(refused, err)
		} else if err != nil {
			return nil, errors.Join(err, closeAll(all))
		}
	}
	if len(all) == 0 {
		return nil, cmp.Or(refused, unreadable("it is empty", export, nil))
	}
	return all, nil
}

func (a *archive) memberTexts(ctx context.Context, f *zip.File) ([]*Text, error) {
	in, err := a.unpack(ctx, f)
	if err != nil {
		return nil, err
	}
	all, err := a.options.texts(ctx, in, false)
	for _, t := range all {
		t.Name = path.Join(f.Name, t.Name)
	}
	return all, err
}

func closeAll[C io.Closer](all []C) (err error) {
	for _, c := range all {
		err = errors.Join(err, c.Close())
	}
	return err
}
