package reply

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/*.tsv
var data embed.FS

// The tables that classify reads, made at its first call and never changed.
type tables struct {
	words     index[any] // *rule, mark, noun, *saying, later: what phrases mean
	small     small
	familiar  familiar
	languages []string
	whole     map[string]*rule
	enhanced  map[[2]uint16]*codeRow
	basic     map[int]*codeRow
	overrides map[string][]override // by operator
}

// force is how much a phrase is worth against a code that says otherwise.
type force uint8

const (
	weak    force = iota // counts only where nothing else speaks
	plain                // beaten by any code that says otherwise
	firm                 // beaten only by a code that is precise
	decides              // a provider's own code
)

var forces = map[string]force{"weak": weak, "plain": plain, "firm": firm, "decides": decides}

// rule is one row that can decide.
type rule struct {
	id      string
	class   Class
	subject Subject
	force   force
	size    int    // of the phrase: a longer one says more
	own     string // the words of the phrase, in the form of [words]; one that may go on ends with "*"
}

// mark is a phrase that betrays somebody: an operator, a server's software, a block list.
type mark struct{ kind, name string }

// codeRow is what a code means where the words say nothing.
type codeRow struct {
	at4, at5 rule
	precise  bool // the code says one thing and servers use it for that
	meaning  string
}

// override is what an operator means by a code, where that is not what the registry says.
type override struct {
	code     int // 0: any
	enhanced Enhanced
	words    string // in the form of [words], with its spaces
	rule     rule
}

var load = sync.OnceValue(func() *tables {
	t := &tables{
		words: index[any]{}, whole: map[string]*rule{}, enhanced: map[[2]uint16]*codeRow{}, basic: map[int]*codeRow{},
		overrides: map[string][]override{},
		familiar:  newFamiliar(),
		small:     small{map[string]uint64{}, map[string]uint64{}, map[string]uint64{}},
	}
	for row := range rows("phrases", 4) {
		t.addPhrase(row)
	}
	for row := range rows("vocabulary", 3) {
		t.addWord(row[0], row[1], row[2])
	}
	for row := range rows("marks", 3) {
		t.words.add(row[2], mark{row[0], row[1]})
		if row[0] != "list" && !strings.Contains(row[2], " ") {
			t.familiar.addMark(row[2])
		}
	}
	for row := range rows("enhanced", 7) {
		e := must(ParseEnhanced("5" + strings.Replace(row[0][1:], "*", strconv.Itoa(anyDetail), 1)))
		t.enhanced[[2]uint16{e.Subject, e.Detail}] = newCodeRow("code:"+row[0], row[2], row[3], row[4:])
	}
	for row := range rows("basic", 5) {
		t.basic[must(strconv.Atoi(row[0]))] = newCodeRow("basic:"+row[0], row[1], row[1], row[2:])
	}
	for row := range rows("operators", 6) {
		t.addOverride(row)
	}
	return t
})

// sizeOf weighs a phrase against others of its class: words that stand together say more than words apart.
func sizeOf(phrase string) int {
	if strings.Contains(phrase, "~") {
		return len(phrase) / 2
	}
	return len(phrase)
}

// ownWords are the words of a phrase.
func ownWords(phrase string) string {
	own := " "
	for part := range strings.FieldsSeq(strings.NewReplacer("~", " ", "=", " ").Replace(phrase)) {
		own += strings.TrimSpace(words(part)) + map[bool]string{true: "*"}[strings.HasSuffix(part, "*")] + " "
	}
	return own
}

const phraseID = "phrase:"

func (t *tables) addPhrase(row []string) {
	r := &rule{phraseID + row[3], must(ParseClass(row[0])), must(parseSubject(dash(row[2]))), forces[row[1]],
		sizeOf(row[3]), ownWords(row[3])}
	if r.subject == Nobody {
		r.subject = classTable[r.class].subject
	}
	if form, ok := strings.CutPrefix(row[3], "="); ok {
		t.whole[form] = r
		return
	}
	t.words.add(row[3], r)
}

func (t *tables) addOverride(row []string) {
	operator, codes := row[0], row[1]
	o := override{rule: newRule(strings.TrimSpace("operator:"+operator+" "+dash(codes))+wordsID(row[2]), row[3],
		dash(row[4]))}
	for _, code := range strings.Fields(codes) {
		if e, err := ParseEnhanced(code); err == nil {
			o.enhanced = e
		} else {
			o.code, _ = strconv.Atoi(code)
		}
	}
	if w := dash(row[2]); w != "" {
		o.words = " " + entry(w)
	}
	t.overrides[operator] = append(t.overrides[operator], o)
}

// wordsID makes the rows of one operator and code tell apart.
func wordsID(words string) string {
	if dash(words) == "" {
		return ""
	}
	return " " + words
}

// newCodeRow reads weight, subject and meaning from f.
func newCodeRow(id, at5, at4 string, f []string) *codeRow {
	return &codeRow{
		at5:     newRule(id, at5, dash(f[1])),
		at4:     newRule(id, at4, dash(f[1])),
		precise: f[0] == "precise",
		meaning: f[2],
	}
}

// anyDetail stands for details that have no row of their own, "X.7.*".
const anyDetail = 999

// code is what the registry, or else practice, says about an enhanced code: nil for nothing.
func (t *tables) code(e Enhanced) *codeRow {
	if e.IsZero() {
		return nil
	}
	if row := t.enhanced[[2]uint16{e.Subject, e.Detail}]; row != nil {
		return row
	}
	return t.enhanced[[2]uint16{e.Subject, anyDetail}]
}

func newRule(id, class, subject string) rule {
	r := rule{id: id, class: must(ParseClass(class)), subject: must(parseSubject(subject))}
	if r.subject == Nobody || r.class.Removes() {
		r.subject = classTable[r.class].subject
	}
	return r
}

func dash(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// rows yields the rows of an embedded table. A row that is malformed is a mistake of ours that no test would let pass.
func rows(name string, columns int) func(yield func([]string) bool) {
	text := string(must(data.ReadFile("data/" + name + ".tsv")))
	return func(yield func([]string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			row := strings.Split(line, "\t")
			if len(row) != columns {
				panic(fmt.Sprintf("%s.tsv: %d columns instead of %d: %q", name, len(row), columns, line))
			}
			if !yield(row) {
				return
			}
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
