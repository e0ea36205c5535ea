package sandbox

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// personality is how a mail host behaves: what it says, what it puts up with, its quirks. settings.go tells
// what each field means.
type personality struct {
	name string
	says map[string]string // replies by name

	ehlo, auth, ports                          []string
	soft, hard, junk, nonmail, drop, throttle  int
	rcpts, asks, closes, mining, atOnce, size  int
	pause, wait, tease, tarpit, badDelay, look time.Duration
	greylist, rtt, bye, bounceAfter            time.Duration
	connections, rcptRate                      rate
	strict, deep, plus, anywhere               bool
	tlsFirst                                   bool // the session begins with TLS; no setting of a world
	starttls, pipelining, smtputf8, utf8, dots string
	verify, oneDomain, earlyTalk, bounce       string
	need, check, endless, silent, hangup       []string
	demand                                     []string
	refuseClient, refuseHelo, refuseSender     []string
	clientAt, heloAt, senderAt                 string

	bare, refusePath, endsWith []string
	// of the values of parameters, where they aren't those of the RFC
	forms                                  map[string]*regexp.Regexp
	lone, backwards, looseWords, afterEHLO bool
	heloForm                               *regexp.Regexp
	qualifies, unquotes, routes, verifies  bool
	unknowns, protocol                     int
}

// rate is so many within a time.
type rate struct {
	n   int
	per time.Duration
}

//go:embed personalities.txt
var personalityText string

// personalities are the rows of personalities.txt by name.
var personalities = sync.OnceValues(func() (map[string]personality,
	error) {
	return readPersonalities(personalityText)
})

// Personalities are the names that an SMTP line may have, in alphabetical order.
func Personalities() []string {
	rows, _ := personalities() // a test reads them all
	return slices.Sorted(maps.Keys(rows))
}

func readPersonalities(text string) (map[string]personality, error) {
	rows := make(map[string]personality)
	row := personality{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		var err error
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			rows[row.name] = row
			row, err = begin(rows, strings.Trim(line, "[]"))
		default:
			key, value, _ := strings.Cut(line, " ")
			err = row.set(key, strings.TrimSpace(value), row.name == "plain")
		}
		if err != nil {
			return nil, fmt.Errorf("personality %s: %w", row.name, err)
		}
	}
	rows[row.name] = row
	delete(rows, "")
	return rows, nil
}

// begin makes the row that a head such as "NAME: BASE" begins.
func begin(rows map[string]personality, head string) (personality, error) {
	name, base, derived := strings.Cut(head, ": ")
	row, ok := rows[base]
	if derived && !ok {
		return personality{}, fmt.Errorf("nothing is called %q", base)
	}
	row.name = name
	row.says, row.forms = maps.Clone(row.says), maps.Clone(row.forms)
	if row.says == nil {
		row.says = make(map[string]string)
	}
	return row, nil
}

// set changes a setting or a reply. Only the row that has them all may make new replies.
func (p *personality) set(key, value string, create bool) error {
	if set, ok := settings[key]; ok {
		if err := set(p, value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	}
	if _, ok := p.says[key]; !ok && !create {
		return fmt.Errorf("%q is neither a setting nor a reply", key)
	}
	value = strings.ReplaceAll(value, `\n`, "\n")
	if key != "hello" {
		for line := range strings.Lines(value) {
			if codeOf(line) == 0 {
				return fmt.Errorf("%s: invalid reply %.80q", key, line)
			}
		}
	}
	p.says[key] = value
	return nil
}

// text is the reply of that name; what is not a name is a reply itself.
func (p *personality) text(name string) string {
	if text, ok := p.says[name]; ok {
		return text
	}
	return name
}

// codeOf is the reply code that a line begins with, or 0.
func codeOf(line string) int {
	if len(line) < 3 || (len(line) > 3 && line[3] != ' ' && line[3] != '-') {
		return 0
	}
	code := 0
	for _, c := range []byte(line[:3]) {
		if c < '0' || c > '9' {
			return 0
		}
		code = code*10 + int(c-'0')
	}
	if code < 200 || code > 599 {
		return 0
	}
	return code
}
