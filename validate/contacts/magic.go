package contacts

import (
	"bytes"
	"strings"
)

// foreign is a format that is often saved under a list's name.
type foreign struct {
	magic  string // how it begins
	within string // what it also holds near its beginning, if that is needed to tell
	what   string
	hint   string
	text   bool // letters in any case, after blanks
}

const (
	saveAsCSV = "open it in the spreadsheet and save it as CSV UTF-8"
	unpack    = "unpack it and name the list inside"
	export    = "export the contacts as CSV"
)

// foreigners are in order: the first one that fits is told.
var foreigners = []foreign{
	{magic: "PK\x03\x04", within: "xl/", what: "it is an Excel workbook (XLSX)", hint: saveAsCSV},
	{magic: "PK\x03\x04", within: "mimetypeapplication/vnd.oasis.opendocument.spreadsheet", what: "it is an OpenDocument spreadsheet (ODS)", hint: saveAsCSV},
	{magic: "PK\x03\x04", within: "[Content_Types].xml", what: "it is an Office document", hint: saveAsCSV},
	{magic: "PK\x03\x04", what: "it is a zip archive", hint: unpack},
	{magic: "PK\x05\x06", what: "it is an empty zip archive", hint: export},
	{magic: "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", what: "it is an old Excel workbook (XLS)", hint: saveAsCSV},
	{magic: "%PDF-", what: "it is a PDF", hint: export},
	{magic: "\x89PNG\r\n", what: "it is a picture (PNG)", hint: export},
	{magic: "\xFF\xD8\xFF", what: "it is a picture (JPEG)", hint: export},
	{magic: "GIF8", what: "it is a picture (GIF)", hint: export},
	{magic: gzipMagic, what: "it is compressed twice", hint: "unpack it once: gunzip"},
	{magic: "\x28\xB5\x2F\xFD", what: "it is compressed with zstd", hint: "unpack it: unzstd"},
	{magic: "BZh", within: "1AY&SY", what: "it is compressed with bzip2", hint: "unpack it: bunzip2"},
	{magic: "\xFD7zXZ\x00", what: "it is compressed with xz", hint: "unpack it: unxz"},
	{magic: "7z\xBC\xAF\x27\x1C", what: "it is a 7-Zip archive", hint: unpack},
	{magic: "Rar!\x1A\x07", what: "it is a RAR archive", hint: unpack},
	{magic: "SQLite format 3\x00", what: "it is a SQLite database", hint: export},
	{magic: "PAR1", what: "it is a Parquet table", hint: export},
	{magic: `{\rtf`, what: "it is a text with formatting (RTF)", hint: "save it as plain text"},
	{magic: "<!doctype html", what: "it is a web page", hint: "perhaps the export asked you to log in: export it again as CSV", text: true},
	{magic: "<html", what: "it is a web page", hint: "open it in a spreadsheet and save it as CSV UTF-8", text: true},
	{magic: "<?xml", what: "it is XML", hint: export, text: true},
	{magic: `{"`, what: "it is JSON", hint: export},
	{magic: "[{", what: "it is JSON", hint: export},
	{magic: "BEGIN:VCARD", what: "it is a vCard file", hint: export, text: true},
}

// refuse returns an error when head is the beginning of something that is no text list.
func refuse(head []byte) error {
	near := head[:min(len(head), 1<<16)]
	for _, f := range foreigners {
		if f.fits(near) {
			return unreadable(f.what, f.hint, nil)
		}
	}
	return nil
}

func (f *foreign) fits(head []byte) bool {
	if f.text {
		head = bytes.TrimLeft(head, "\uFEFF \t\r\n")
		n := len(f.magic)
		return len(head) >= n && strings.EqualFold(string(head[:n]), f.magic)
	}
	return bytes.HasPrefix(head, []byte(f.magic)) && bytes.Contains(head, []byte(f.within))
}
