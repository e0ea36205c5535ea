package sandbox

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/prebounce/prebounce/samples"
)

// said is a reply of the corpus.
type said struct {
	id    string // its file and its row there: seen-12
	text  string // as it goes over a connection, lines separated by \n
	class string
}

// corpusFiles are the files of samples/replies, in the order in which a class or a code finds their replies.
var corpusFiles = []string{"seen", "produced", "made"}

// corpus are the replies of samples/replies.
var corpus = sync.OnceValue(func() (all []said) {
	for _, name := range corpusFiles {
		rows, _ := samples.Replies.ReadFile("replies/" + name + ".tsv") // it is embedded
		n := 0
		for row := range strings.Lines(string(rows)) {
			if strings.HasPrefix(row, "#") {
				continue
			}
			n++
			columns := strings.Split(strings.TrimRight(row, "\n"), "\t")
			all = append(all, said{name + "-" + strconv.Itoa(n), onWire(columns[0]), columns[len(columns)-1]})
		}
	}
	return all
})

var lineStart = regexp.MustCompile(`^[2-5]\d\d[ -]`)

// onWire gives a text of the corpus the form of a reply. Logs and bounces write the lines of a reply as one,
// and leave the code out.
func onWire(text string) string {
	text = strings.ReplaceAll(text, `\n`, "\n")
	if !lineStart.MatchString(text + " ") {
		text = "550 " + text
	}
	code := text[:3]
	if len(text) > 3 && text[3] == '-' && !strings.Contains(text, "\n") {
		text = strings.NewReplacer(" "+code+"-", "\n"+code+"-", " "+code+" ", "\n"+code+" ").Replace(text)
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		mark := "-"
		if i == len(lines)-1 {
			mark = " "
		}
		lines[i] = strings.TrimRight(code+mark+strings.TrimPrefix(strings.TrimPrefix(line, code),
			line[min(3, len(line)):min(4, len(line))]), " ")
	}
	return strings.Join(lines, "\n")
}

// inCorpus finds the reply of a name and a number: seen-12 is a row, and mailbox_full-2 the second of that class.
func inCorpus(name string, number int) (text string, ok bool) {
	id := name + "-" + strconv.Itoa(number)
	for _, r := range corpus() {
		if r.id == id {
			return r.text, true
		}
	}
	return nth(number, func(r said) bool { return r.class == name })
}

// codeInCorpus finds the reply of a code and a number: 550-5.7.1-3 is the third with these codes, and 550-3
// the third 550.
func codeInCorpus(code, enhancedCode string, number int) (text string, ok bool) {
	return nth(number, func(r said) bool {
		if !strings.HasPrefix(r.text, code) {
			return false
		}
		m := enhanced.FindStringSubmatch(r.text)
		return enhancedCode == "" || (m != nil && m[1] == enhancedCode)
	})
}

func nth(number int, fits func(said) bool) (text string, ok bool) {
	for _, r := range corpus() {
		if fits(r) {
			if number--; number == 0 {
				return r.text, true
			}
		}
	}
	return "", false
}

// classes are those of the corpus, in the order of their first replies.
func classes() (names []string) {
	seen := make(map[string]bool)
	for _, r := range corpus() {
		if !seen[r.class] {
			seen[r.class] = true
			names = append(names, r.class)
		}
	}
	return names
}
