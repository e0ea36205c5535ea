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
	saveAsCSV  = "open it in a spreadsheet and save it as CSV UTF-8"
	saveAsXLSX = "open it in Excel and choose File > Save As: Excel Workbook (.xlsx) or CSV UTF-8"
	inNumbers  = "open it in Numbers and choose File > Export To: Excel or CSV"
	unpack     = "unpack it and give the list inside"
	export     = "export the contacts as CSV"
)

// foreigners are in order: the first one that fits is told.
var foreigners = []foreign{
	{magic: "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
		within: "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e",
		what:   "it is an Excel workbook with a password",
		hint:   "in Excel, remove the password under File > Info > Protect Workbook, and save it"},
	{magic: "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", within: "W\x00o\x00r\x00d\x00D\x00o\x00c",
		what: "it is an old Word document (DOC)",
		hint: "copy the addresses into a spreadsheet and save it as CSV UTF-8"},
	{magic: "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", within: "_\x00_\x00s\x00u\x00b\x00s\x00t\x00g",
		what: "it is an Outlook mail (MSG)",
		hint: "in Outlook, choose File > Open & Export > Import/Export and export the contacts as CSV"},
	{magic: "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", within: "P\x00o\x00w\x00e\x00r\x00P\x00o\x00i\x00n\x00t",
		what: "it is an old presentation (PPT)", hint: export},
	{magic: "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", what: "it is an old Excel workbook (XLS)", hint: saveAsXLSX},
	{magic: "%PDF-", what: "it is a PDF",
		hint: "a PDF has no rows: export the contacts as CSV or XLSX from the program that made it"},
	{magic: "\x89PNG\r\n", what: "it is a picture (PNG)", hint: export},
	{magic: "\xFF\xD8\xFF", what: "it is a picture (JPEG)", hint: export},
	{magic: "GIF8", what: "it is a picture (GIF)", hint: export},
	{magic: gzipMagic, what: "it is compressed twice", hint: "unpack it once: gunzip"},
	{magic: zstdMagic, what: "it is compressed twice", hint: "unpack it once: unzstd"},
	{magic: "BZh", within: "1AY&SY", what: "it is compressed with bzip2", hint: "unpack it: bunzip2"},
	{magic: "\xFD7zXZ\x00", what: "it is compressed with xz", hint: "unpack it: unxz"},
	{magic: "7z\xBC\xAF\x27\x1C", what: "it is a 7-Zip archive", hint: unpack},
	{magic: "Rar!\x1A\x07", what: "it is a RAR archive", hint: unpack},
	{magic: "!BDN", what: "it is an Outlook data file (PST)",
		hint: "in Outlook, choose File > Open & Export > Import/Export and export the contacts as CSV"},
	{magic: "\x00\x01\x00\x00Standard Jet DB", what: "it is an Access database (MDB)",
		hint: "in Access, open the table and choose External Data > Export: Excel or text"},
	{magic: "\x00\x01\x00\x00Standard ACE DB", what: "it is an Access database (ACCDB)",
		hint: "in Access, open the table and choose External Data > Export: Excel or text"},
	{magic: "bplist00", what: "it is an Apple property list", hint: "export the contacts as vCard or CSV"},
	{magic: "Obj\x01", what: "it is an Avro file", hint: export},
	{magic: "ARROW1", what: "it is an Arrow table (Feather)", hint: export},
	{magic: "ORC", within: "ORC\x00", what: "it is an ORC table", hint: export},
	{magic: "RIFF", within: "WEBPVP8", what: "it is a picture (WebP)", hint: export},
	{magic: "II*\x00", what: "it is a picture (TIFF)", hint: export},
	{magic: "SQLite format 3\x00", what: "it is a SQLite database", hint: export},
	{magic: "PAR1", what: "it is a Parquet table", hint: export},
	{magic: `{\rtf`, what: "it is a formatted text (RTF)", hint: "save it as plain text"},
	{magic: "<!doctype html", what: "it is a web page",
		hint: "the export may have asked you to log in: export it again as CSV", text: true},
	{magic: "BEGIN:VCALENDAR", what: "it is a calendar", hint: "export the contacts, as vCard or CSV", text: true},
	{magic: "-- MySQL dump", what: "it is a database dump",
		hint: "export the table as CSV: mysql --batch -e 'SELECT ...'", text: true},
	{magic: "-- PostgreSQL database dump", what: "it is a database dump",
		hint: "export the table as CSV: psql -c '\\copy (SELECT ...) TO contacts.csv CSV HEADER'", text: true},
	{magic: "INSERT INTO ", what: "it is SQL", hint: "export the table as CSV", text: true},
	{magic: "<html", what: "it is a web page", hint: "open it in a spreadsheet and save it as CSV UTF-8", text: true},
	{magic: "<?xml", within: "urn:schemas-microsoft-com:office:spreadsheet", what: "it is an Excel 2003 XML table",
		hint: saveAsXLSX, text: true},
	{magic: "<?xml", what: "it is XML", hint: export, text: true},
}

// refuse returns an error if head is the beginning of a file that is not a text list.
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
		return len(head) >= n && strings.EqualFold(string(head[:n]), f.magic) && bytes.Contains(head, []byte(f.within))
	}
	return bytes.HasPrefix(head, []byte(f.magic)) && bytes.Contains(head, []byte(f.within))
}
