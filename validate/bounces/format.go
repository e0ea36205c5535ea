package bounces

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate/reply"
)

// format is one row of the table of exports: by which names it is told, and which of them says what. Names
// are as [normal] writes them; of several that can say something, the first that does counts.
type format struct {
	name    string
	title   string
	needs   []string // all of these are there
	each    string   // a list of recipients within the record, to which address, text and status then belong
	address []string
	text    []string // the mail host's reply
	code    []string // its basic code,
	status  []string // and its enhanced code, where they stand apart
	host    []string // who replied
	at      []string
	label   []string // the service's word: one or several, from the general to the particular
	labels  map[string]Fate
	source  string
}

// Format is an export that [Read] knows.
type Format struct {
	Name, Title, Source string // Source is where it is documented
}

// Formats lists what is known, in the order in which it is tried. Records that are known to tell nothing are left out.
func Formats() (all []Format) {
	for _, f := range formats {
		if len(f.address) > 0 {
			all = append(all, Format{f.name, f.title, f.source})
		}
	}
	return all
}

// Mapping says which columns of another export tell what.
type Mapping struct {
	format
	columns []string // of addresses, as they were written
}

// Mapped is the name of the format that a mapping describes.
const Mapped = "--map"

// MapKeys are what a mapping can speak of.
func MapKeys() []string { return slices.Clone(mapKeys) }

var mapKeys = []string{"address", "reply", "code", "status", "label", "date"}

// ParseMapping reads "address=Email,reply=Reason". An export with neither reply, code, status nor label is a
// list of what bounced hard.
func ParseMapping(text string) (*Mapping, error) {
	m := &Mapping{format: format{name: Mapped, labels: mappedLabels}}
	to := map[string]*[]string{"address": &m.address, "reply": &m.text, "code": &m.code, "status": &m.status,
		"label": &m.label, "date": &m.at}
	for part := range strings.SplitSeq(text, ",") {
		key, column, ok := strings.Cut(part, "=")
		if key = strings.TrimSpace(key); !ok || to[key] == nil || normal(column) == "" {
			return nil, fmt.Errorf("%q maps nothing: what can be mapped is %s", part, strings.Join(mapKeys, ", "))
		}
		*to[key] = append(*to[key], normal(column))
		m.needs = append(m.needs, normal(column))
		if key == "address" {
			m.columns = append(m.columns, strings.TrimSpace(column))
		}
	}
	if len(m.address) == 0 {
		return nil, fmt.Errorf("%q doesn't say where the addresses are", text)
	}
	if len(m.needs) == len(m.address)+len(m.at) {
		m.labels = map[string]Fate{"": Dead}
	}
	return m, nil
}

// formatOf is what the mapping says if the columns that it speaks of are there, else the first row of the
// table whose names are all there; nil for none.
func formatOf(m *Mapping, has func(name string) bool) *format {
	if m != nil && m.fits(has) {
		return &m.format
	}
	for i := range formats {
		if formats[i].fits(has) {
			return &formats[i]
		}
	}
	return nil
}

func (f *format) fits(has func(name string) bool) bool {
	return !slices.ContainsFunc(f.needs, func(n string) bool { return !has(n) })
}

// Addresses are the columns of a mapping that hold addresses, as the person wrote them.
func (m *Mapping) Addresses() []string {
	if m == nil {
		return nil
	}
	return m.columns
}

// record is what a CSV's row or a JSON object says under a name; "" for nothing.
type record func(name string) string

// first is what the first of the names says that says anything.
func (r record) first(names []string) string {
	for _, n := range names {
		if s := r(n); s != "" {
			return s
		}
	}
	return ""
}

// event reads one record; false if it is about nobody.
func (f *format) event(r record) (Event, bool) {
	to := addressOf(r.first(f.address))
	if to == "" {
		return Event{}, false
	}
	e := Event{Address: to, At: timeOf(r.first(f.at)), Format: f.name}
	e.Fate, e.Rule = f.judge(r, to)
	e.unclear = f.name == Mapped && e.Fate == Untold && strings.HasPrefix(e.Rule, labelRule)
	e.Full = e.Fate == Alive && strings.Contains(e.Rule, "full")
	return e, e.Fate != noNews
}

// labelRule begins the rule of a service's word that decided.
const labelRule = "label:"

// noNews is the meaning of a label that says nothing of how a send went. Such a record is none.
const noNews = numFates

// judge lets the mail host's reply decide, and the service's word where there is none. What the service
// didn't send has no reply, though some services make one up.
func (f *format) judge(r record, to string) (Fate, string) {
	labelled, word := f.meaning(r)
	text := r.first(f.text)
	if labelled == Untried || labelled == noNews {
		return labelled, labelRule + word
	}
	if fate, words := ownWord(text); words != "" {
		return fate, "own:" + words
	}
	said := reply.Parse(joined(r.first(f.code), r.first(f.status), text))
	found := reply.Classify(said, reply.Context{Recipient: to, Operator: r.first(f.host)})
	if found.Rule == "none" || (said.Text() == "" && said.Enhanced.IsZero()) ||
		(text == "" && found.Class == reply.Undetermined) {
		return labelled, labelRule + word
	}
	return fateOf(found.Class), found.Rule
}

// meaning looks up the service's word: all of it, then without its last part, and so on.
func (f *format) meaning(r record) (Fate, string) {
	var parts []string
	for _, name := range f.label {
		parts = append(parts, normal(r(name)))
	}
	whole := strings.TrimSpace(strings.Join(parts, " "))
	for n := len(parts); n > 0; n-- {
		if fate, ok := f.labels[strings.TrimSpace(strings.Join(parts[:n], " "))]; ok {
			return fate, whole
		}
	}
	if len(f.label) == 0 {
		return f.labels[""], "listed"
	}
	return Untold, whole
}

// ownWords are what services write where a reply stands when no mail host gave one.
var ownWords = []struct {
	words string
	fate  Fate
}{
	{"previously bounced", Untried}, {"suppression list", Untried}, {"suppressed sending", Untried},
	{"suppressed because", Untried},
	{"marked as inactive", Untried}, {"bounced address", Untried}, {"not delivering to", Untried},
	{"no mx for", DeadDomain},
}

func ownWord(text string) (Fate, string) {
	text = strings.ToLower(text[:min(len(text), longestAddress)])
	for _, own := range ownWords {
		if strings.Contains(text, own.words) {
			return own.fate, own.words
		}
	}
	return Untold, ""
}

// joined writes a reply from its parts, unless the text has them already.
func joined(code, status, text string) string {
	said := reply.Parse(text)
	if _, err := reply.ParseEnhanced(status); err == nil && said.Enhanced.IsZero() {
		if said.Code != 0 {
			return strconv.Itoa(said.Code) + " " + status + " " + said.Text()
		}
		text = status + " " + text
	}
	if n, err := strconv.Atoi(code); err == nil && n >= 200 && n < 600 && said.Code == 0 {
		text = code + " " + text
	}
	return text
}

// layouts are how exports write times. What names no zone is taken as UTC.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999", "2006-01-02 15:04:05.999999Z07:00",
	"2006-01-02 15:04:05.999999 -0700 MST", "2006-01-02 15:04:05-0700", "2006-01-02 15:04:05.999999",
	"2006-01-02 15:04", time.DateOnly,
	time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST",
	"1/2/2006 3:04:05 PM", "1/2/2006 15:04",
}

// timeOf reads a time, also as seconds or milliseconds since 1970; zero if it can't.
func timeOf(s string) time.Time {
	if x, err := strconv.ParseFloat(s, 64); err == nil {
		return epoch(x)
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

func epoch(x float64) time.Time {
	switch {
	case x >= 1e8 && x < 1e11:
		return time.Unix(int64(x), 0).UTC()
	case x >= 1e11 && x < 1e14:
		return time.UnixMilli(int64(x)).UTC()
	}
	return time.Time{}
}
