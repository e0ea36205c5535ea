package report

import (
	"cmp"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/report/risk"
)

// spoken are the forecast's names in words for people.
var spoken = map[string]string{
	"unknown": "operator unknown", "gmail": "Gmail", "yahoo": "Yahoo and AOL", "outlook": "Outlook.com",
	"freemail":  "other free mail",
	"workspace": "Google Workspace", "m365": "Microsoft 365", "corporate": "own mail servers",

	"none": "source unknown", "other": "other source", "mixed": "several sources",

	"<3m": "under 3 months", "3-12m": "3–12 months", "1-2y": "1–2 years", "2-4y": "2–4 years", ">4y": "over 4 years",

	"blind": "can't be asked", "checked": "checked", "replied": "replied", "probed": "asked",
	"pooled": "asked elsewhere", "prior": "not asked",
}

// say is the word for people, or the name itself.
func say(name string) string {
	if word, ok := spoken[name]; ok {
		return word
	}
	return name
}

// sayAge is the word for an age or a range of ages.
func sayAge(name string) string {
	from, to, isRange := strings.Cut(name, " to ")
	switch {
	case isRange:
		return sayAge(from) + " to " + sayAge(to)
	case name == "unknown":
		return "age unknown"
	}
	return say(name)
}

// saySegment names a segment by what is known of it.
func saySegment(provider, source, age string) string {
	var parts []string
	for _, p := range []struct{ name, unknown, word string }{
		{provider, "unknown", say(provider)}, {source, "none", say(source)}, {age, "unknown", sayAge(age)},
	} {
		if p.name != p.unknown {
			parts = append(parts, p.word)
		}
	}
	if len(parts) == 0 {
		return "nothing known"
	}
	return strings.Join(parts, ", ")
}

// sayCategory is the word for a category; those of one segment are called by its parts.
func sayCategory(c risk.Category) string {
	if provider, source, age, ok := c.Segment(); ok {
		return saySegment(provider, source, age)
	}
	return cmp.Or(c.Words(), string(c))
}

// verdicts are what to do, as a headline.
var verdicts = map[risk.Code]string{
	risk.Send: "Send", risk.CleanFirst: "Clean first, then send", risk.SendCore: "Send the core, hold the rest",
	risk.FindOutFirst: "Find out first", risk.DoNotSend: "Do not send",
}

var localPart = regexp.MustCompile(`[^\s@"'<>(),;:]+@`)

// discreet removes local parts from text from outside, so that it shows no address.
func discreet(s string) string { return localPart.ReplaceAllString(s, "…@") }

// amount writes an expected number: small ones with a decimal, and only a true zero as zero.
func amount(x float64) string {
	switch {
	case x != 0 && math.Abs(x) < 0.05:
		return "<0.1"
	case math.Abs(x) < 9.95:
		return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
	}
	return number(int64(math.Round(min(x, 1e15))))
}

// saves writes how many bounces a step saves: a range if one number would promise too much.
func saves(e *risk.Effect) string {
	if e.Vague() {
		return amounts(e.CI90)
	}
	return amount(e.Saved)
}

// loses writes how many good contacts a step takes out, likewise.
func loses(e *risk.Effect) string {
	if e.Vague() {
		rows := float64(e.Rows)
		return amounts([2]float64{max(rows-e.CI90[1], 0), max(rows-e.CI90[0], 0)})
	}
	return amount(e.GoodLost)
}

// between writes an interval of rates: 5.2–7.2%.
func between(r [2]float64) string {
	return strings.TrimSuffix(risk.Percent(r[0]), "%") + "–" + risk.Percent(r[1])
}

// amounts writes an interval of expected numbers.
func amounts(r [2]float64) string { return amount(r[0]) + "–" + amount(r[1]) }

// points writes percentage points.
func points(pp float64) string { return strconv.FormatFloat(pp, 'f', 2, 64) }
