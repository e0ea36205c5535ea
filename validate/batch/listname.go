package batch

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/prebounce/prebounce/validate/batch/outdir"
)

// longestName is how many octets the name of a list's folder has at most, what tells it from another of the
// same name apart.
const longestName = 80

// ownNames are the names of the files next to the folders of the lists.
var ownNames = [...]string{outdir.Results, "report.html", "report.json"}

// folderNames makes names for the folders of lists: safe on any system and in any spreadsheet, whatever
// strangers called the members of an archive, and each different where capitals don't count.
func folderNames(names []string) (safe []string) {
	taken := map[string]bool{}
	for _, name := range ownNames {
		taken[name] = true
	}
	for _, name := range names {
		name = folderName(name)
		stem, ext := strings.TrimSuffix(name, path.Ext(name)), path.Ext(name)
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s-%d%s", stem, n, ext)
		}
		taken[strings.ToLower(name)] = true
		safe = append(safe, name)
	}
	return safe
}

// folderName keeps letters, numbers and a few signs of a name; a hyphen stands for the rest. It neither
// begins nor ends with a sign that means something to a system.
func folderName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(strings.ToValidUTF8(name, "-")) {
		switch {
		case r == '-' || !harmless(r):
			if !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		default:
			b.WriteRune(r)
		}
	}
	name = shortened(strings.Trim(b.String(), " .-+"))
	if stem, _, _ := strings.Cut(strings.ToLower(name), "."); name == "" || slices.Contains(devices,
		strings.TrimSpace(stem)) {
		name = strings.TrimSuffix("list-"+name, "-")
	}
	return name
}

func harmless(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || strings.ContainsRune(" ._()+", r)
}

// shortened cuts a long name before its extension.
func shortened(name string) string {
	if len(name) <= longestName {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 10 {
		ext = ""
	}
	end := longestName - len(ext)
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return strings.TrimRight(name[:end], " .-+") + ext
}

// devices are names that Windows keeps for itself, whatever follows behind a dot.
var devices = strings.Fields("con prn aux nul com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt0 lpt1 lpt2 " +
	"lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9 com¹ com² com³ lpt¹ lpt² lpt³ conin$ conout$")
