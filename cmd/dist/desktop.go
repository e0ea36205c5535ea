package main

import (
	"encoding/xml"
	"os"
	"strings"
)

// inPlace puts the program, and what opens its page without a terminal, where a system looks for it. On
// Windows that is the program itself.
func inPlace(system, version string, program member) []member {
	switch system {
	case "darwin": // the program lies within the application, because macOS may run that from a place of its own
		const app = "prebounce.app/Contents/"
		program.name = app + "MacOS/prebounce"
		return []member{program, {"prebounce", []byte(program.name), os.ModeSymlink | 0o777},
			{app + "Info.plist", plist(version), 0o644},
			{app + "MacOS/open-page", []byte("#!/bin/sh\nexec \"${0%/*}/prebounce\" serve\n"), 0o755}}
	case "linux":
		return []member{program, {"prebounce.desktop", []byte(desktop), 0o644}}
	}
	return []member{program}
}

// desktop is an entry for the menu of a Linux desktop (freedesktop.org, Desktop Entry 1.5): lists that are
// dropped on it open in the page.
const desktop = `[Desktop Entry]
Type=Application
Version=1.5
Name=prebounce
GenericName=Contact list cleaner
Comment=See which contacts will bounce, and clean the list
Exec=prebounce serve -- %F
Terminal=false
Categories=Office;Email;
MimeType=text/csv;text/plain;text/tab-separated-values;text/vcard;application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;
`

// plist says what the application is. It has no window of its own, so it stays out of the Dock; the page has
// a button that ends it.
func plist(version string) []byte {
	var b strings.Builder
	b.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n<plist version=\"1.0\"><dict>\n")
	for _, pair := range [][2]string{
		{"CFBundleName", "prebounce"}, {"CFBundleIdentifier", "com.github.prebounce.prebounce"},
		{"CFBundleExecutable", "open-page"},
		{"CFBundlePackageType", "APPL"}, {"CFBundleVersion", version}, {"CFBundleShortVersionString", version},
	} {
		b.WriteString("<key>" + pair[0] + "</key><string>")
		_ = xml.EscapeText(&b, []byte(pair[1])) // into memory
		b.WriteString("</string>\n")
	}
	b.WriteString("<key>LSUIElement</key><true/>\n</dict></plist>\n")
	return []byte(b.String())
}
