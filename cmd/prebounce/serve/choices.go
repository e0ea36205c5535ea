package serve

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/prebounce/prebounce/report/risk"
)

// Choices are what the person chose for a run, by the names of the flags of clean that they stand for. There
// is none to mail contacts who opted out, complained, are suppressed or bounced: columns that say so only
// ever add.
type Choices map[string][]string

// choice is one thing to choose.
type choice struct {
	flag   string
	check  func(string) bool // nil: any text of one line
	on     bool              // a switch: the flag has no value
	asking bool              // it is about asking mail hosts
}

// choosable is every choice that there is.
var choosable = []choice{
	{flag: "column"}, {flag: "sheet"}, {flag: "date-column"}, {flag: "engaged-column"}, {flag: "source-column"},
	{flag: "status-column", check: addsStatus}, {flag: "encoding"}, {flag: "delimiter"}, {flag: "field"},
	{flag: "last-sent"}, {flag: "esp", check: isService}, {flag: "format", check: oneOf("csv", "xlsx", "jsonl")},
	{flag: "sent-so-far", check: isNumber}, {flag: "hard-so-far", check: isNumber}, {flag: "max-risk"},
	{flag: "repair", on: true}, {flag: "fix-typos", on: true}, {flag: "excel-safe", on: true},
	{flag: "annotate", on: true}, {flag: "no-dns", on: true},
	{flag: "yes-remove", on: true}, {flag: "yes-unreadable", on: true}, {flag: "allow-empty", on: true},
	{flag: "probe", on: true, asking: true}, {flag: "probe-all", on: true, asking: true},
	{flag: "helo", asking: true}, {flag: "from", asking: true}, {flag: "ip", asking: true}, {flag: "probe-budget",
		check: isNumber, asking: true},
}

// addsStatus refuses to leave out what columns say.
func addsStatus(value string) bool { return !strings.EqualFold(value, "none") }

func isService(value string) bool { _, ok := risk.ProfileNamed(value); return ok }

func isNumber(value string) bool {
	return len(value) < 16 && strings.IndexFunc(value, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func oneOf(values ...string) func(string) bool {
	return func(value string) bool { return slices.Contains(values, value) }
}

// Bounds of what is chosen.
const (
	mostValues  = 20
	longestText = 300
)

// parseChoices reads a form. What is empty was not chosen.
func parseChoices(form url.Values) (Choices, error) {
	c := Choices{}
	for _, what := range choosable {
		for _, value := range form[what.flag] {
			if value = strings.TrimSpace(value); value == "" {
				continue
			}
			if what.on {
				value = "true"
			}
			if len(value) > longestText || strings.IndexFunc(value, unicode.IsControl) >= 0 ||
				len(c[what.flag]) == mostValues ||
				(what.check != nil && !what.check(value)) {
				return nil, fmt.Errorf("invalid %s: %q", strings.ReplaceAll(what.flag, "-", " "), value)
			}
			c[what.flag] = append(c[what.flag], value)
		}
	}
	return c, nil
}

// args are the flags of clean. A plan is about asking, which it does not do.
func (c Choices) args(plan bool) (args []string) {
	asks := c.asks() || plan
	for _, what := range choosable {
		if what.asking && !asks {
			continue
		}
		for _, value := range c[what.flag] {
			args = append(args, "--"+what.flag+"="+value)
		}
	}
	if plan {
		args = append(args, "--plan", "--json")
	}
	return args
}

// asks reports whether mail hosts are to be asked.
func (c Choices) asks() bool { return len(c["probe"]) > 0 || len(c["probe-all"]) > 0 }

// First is the first value of a choice, for a form.
func (c Choices) First(flag string) string {
	if len(c[flag]) == 0 {
		return ""
	}
	return c[flag][0]
}
