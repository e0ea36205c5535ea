package identity

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-msgauth/authres"
)

// filters are the fields that hosts and filters on the way write, and how to read them. Anybody can write them before
// the first host that removes what is not its own, so they are told as said.
var filters = []struct {
	field string
	read  func(value string) (says string, bad bool)
}{
	{"Authentication-Results", authResults},
	{"Arc-Authentication-Results", arcResults},
	{"Arc-Seal", arcSeal},
	{"X-Spam-Status", spamStatus},
	{"X-Spam-Flag", yesNo},
	{"X-Spam-Report", costsOnly},
	{"X-Spamd-Result", rspamd},
	{"X-Barracuda-Spam-Status", spamStatus},
	{"X-Barracuda-Spam-Report", costsOnly},
	{"X-Forefront-Antispam-Report", forefront},
	{"X-Microsoft-Antispam", bulkLevel},
	{"X-Ms-Exchange-Organization-Scl", confidence},
}

// eachFilter are the fields of filters in the message, at most mostRecords of each.
func eachFilter(x *exam) (all []subject) {
	if x.letter == nil {
		return nil
	}
	for i, f := range filters {
		values := x.letter.header.Values(f.field)
		for _, v := range values[:min(len(values), mostRecords)] {
			all = append(all, subject{name: v, filter: i})
		}
	}
	return all
}

// filtered reports what a filter wrote, and what each of its rules cost.
func filtered(_ context.Context, _ *exam, s subject) Finding {
	filter := filters[s.filter]
	value := strings.Join(strings.Fields(s.name), " ")
	says, bad := filter.read(value)
	f := Finding{About: filter.field, Says: fmt.Sprintf("%s: %s", filter.field, says), Evidence: []string{cut(value)}}
	f.Evidence = append(f.Evidence, costs(value)...)
	if bad {
		f.Result, f.Next = Warn, "see what it names, the dearest rule first"
	}
	return f
}

// authResults reads RFC 8601.
func authResults(value string) (string, bool) {
	host, results, err := authres.Parse(value)
	if err != nil {
		return "can't be read", false
	}
	var said []string
	bad := false
	for _, r := range results {
		method, result := methodOf(r)
		said = append(said, method+"="+result)
		bad = bad || !slices.Contains([]string{"pass", "none", "neutral", "bestguesspass"}, result)
	}
	return fmt.Sprintf("%s found %s", cut(host), cut(cmp.Or(strings.Join(said, ", "), "nothing"))), bad
}

func methodOf(r authres.Result) (method, result string) {
	switch r := r.(type) {
	case *authres.AuthResult:
		return "auth", string(r.Value)
	case *authres.DKIMResult:
		return "dkim", string(r.Value)
	case *authres.DMARCResult:
		return "dmarc", string(r.Value)
	case *authres.SPFResult:
		return "spf", string(r.Value)
	case *authres.IPRevResult:
		return "iprev", string(r.Value)
	case *authres.ARCResult:
		return "arc", string(r.Value)
	case *authres.GenericResult:
		return r.Method, string(r.Value)
	}
	return "another method", "none"
}

// arcResults are authentication results behind the number of their set (RFC 8617 §4.1.1).
func arcResults(value string) (string, bool) {
	set, rest, _ := strings.Cut(value, ";")
	says, bad := authResults(strings.TrimSpace(rest))
	return fmt.Sprintf("set %s: %s", cut(strings.TrimPrefix(set, "i=")), says), bad
}

var chain = regexp.MustCompile(`(?:^|[;\s])cv=(\w+)`)

func arcSeal(value string) (string, bool) {
	m := chain.FindStringSubmatch(value)
	if m == nil {
		return "can't be read", false
	}
	return "the chain of its sets is " + cut(m[1]), m[1] == "fail"
}

var spamScore = regexp.MustCompile(`(?i)score=(-?[\d.]+)(?:.*?required=(-?[\d.]+))?`)

// spamStatus reads SpamAssassin's and Barracuda's "Yes, score=7.1 required=5.0".
func spamStatus(value string) (string, bool) {
	says, bad := yesNo(value)
	if m := spamScore.FindStringSubmatch(value); m != nil {
		says += ", a score of " + m[1]
		if m[2] != "" {
			says += " where " + m[2] + " is spam"
		}
	}
	return says, bad
}

func yesNo(value string) (string, bool) {
	bad := strings.HasPrefix(strings.ToLower(value), "yes")
	return map[bool]string{true: "spam", false: "not spam"}[bad], bad
}

func costsOnly(value string) (string, bool) {
	return fmt.Sprintf("%d rules", len(costs(value))), false
}

var rspamdForm = regexp.MustCompile(`(True|False) \[(-?[\d.]+) / (-?[\d.]+)\]`)

func rspamd(value string) (string, bool) {
	m := rspamdForm.FindStringSubmatch(value)
	if m == nil {
		return "can't be read", false
	}
	return fmt.Sprintf("a score of %s where %s is spam", m[2], m[3]), m[1] == "True"
}

// verdictsOfMicrosoft are what SFV means (learn.microsoft.com, Anti-spam message headers; general knowledge,
// 2026-11-22).
var verdictsOfMicrosoft = map[string]string{
	"SPM": "spam", "SKB": "a blocked sender", "SKS": "spam by a rule", "NSPM": "not spam",
	"SKI": "mail within the organisation", "SKN": "let pass by a rule", "SKA": "an allowed sender",
	"SFE": "let pass for the mailbox", "BLK": "a sender the mailbox blocks",
}

var pair = regexp.MustCompile(`(?:^|;)\s*([A-Z]+):([^;]*)`)

func forefront(value string) (string, bool) {
	values := map[string]string{}
	for _, m := range pair.FindAllStringSubmatch(value, 100) {
		values[m[1]] = strings.TrimSpace(m[2])
	}
	says, _ := confidence(values["SCL"])
	if v, ok := verdictsOfMicrosoft[values["SFV"]]; ok {
		says = v + ", " + says
	}
	if cat := values["CAT"]; cat != "" && cat != "NONE" {
		says += ", category " + cut(cat)
	}
	_, bad := confidence(values["SCL"])
	return says, bad || slices.Contains([]string{"SPM", "SKB", "SKS", "BLK"}, values["SFV"])
}

// confidence is Microsoft's SCL: from 5 on it is spam.
func confidence(value string) (string, bool) {
	scl, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil {
		return "no spam confidence level", false
	}
	return fmt.Sprintf("a spam confidence level of %d, where 5 is spam", scl), scl >= 5
}

// bulkLevel is Microsoft's BCL: from 7 on it is bulk mail that people complain of, if nobody changed that.
func bulkLevel(value string) (string, bool) {
	for _, m := range pair.FindAllStringSubmatch(value, 100) {
		if bcl, err := strconv.Atoi(strings.TrimSpace(m[2])); m[1] == "BCL" && err == nil {
			return fmt.Sprintf("a bulk complaint level of %d, where 7 is spam", bcl), bcl >= 7
		}
	}
	return "no bulk complaint level", false
}

var (
	costFirst = regexp.MustCompile(`(?:^|\s)(-?\d+(?:\.\d+)?)\s+([A-Z][A-Z0-9_]{2,})\b`)
	ruleFirst = regexp.MustCompile(`\b([A-Z][A-Z0-9_]{2,})[=(](-?\d+(?:\.\d+)?)\b`)
)

// costs are what rules cost, the dearest first: "1.2 RULE_NAME".
func costs(value string) (lines []string) {
	type cost struct {
		points float64
		line   string
	}
	var all []cost
	add := func(points, rule string) {
		if p, err := strconv.ParseFloat(points, 64); err == nil && rule != "SCORE" &&
			!strings.HasSuffix(rule, "_LEVEL") {
			all = append(all, cost{p, points + " " + rule})
		}
	}
	for _, m := range costFirst.FindAllStringSubmatch(value, 200) {
		add(m[1], m[2])
	}
	for _, m := range ruleFirst.FindAllStringSubmatch(value, 200) {
		add(m[2], m[1])
	}
	slices.SortStableFunc(all, func(a, b cost) int { return cmp.Compare(b.points, a.points) })
	for _, c := range all[:min(len(all), 2*mostRecords)] {
		lines = append(lines, c.line)
	}
	return lines
}
