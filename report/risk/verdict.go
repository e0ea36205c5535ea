package risk

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Code is the recommended action.
type Code string

const (
	Send         Code = "SEND"
	CleanFirst   Code = "CLEAN_FIRST"
	SendCore     Code = "SEND_CORE"
	FindOutFirst Code = "FIND_OUT_FIRST"
	DoNotSend    Code = "DO_NOT_SEND"
)

// Verdict is the recommended action and a sentence that explains it.
type Verdict struct {
	Code       Code     `json:"code"`
	Because    string   `json:"because"`
	Condition  string   `json:"condition,omitempty"`   // a claim, not observed, that the advice depends on
	NextProbes int64    `json:"next_probes,omitempty"` // number of further questions likely to settle it
	Settle     []Settle `json:"settle,omitempty"`      // ways to settle an open question, cheapest first
}

// rule is a verdict, when it holds and what is said besides the figures. Strong words need evidence: what was
// seen in this list, learned from this sender, or claimed and repeated as a claim.
type rule struct {
	code  Code
	holds func(*work) bool
	says  func(*work, *Forecast) string
}

// rules are tried in order; the last always holds.
var rules = []rule{
	{DoNotSend, func(w *work) bool { return w.sel[AsIs].rows() == 0 }, sayNothing},
	{DoNotSend, func(w *work) bool { return w.sel[Cleaned].rows() == 0 }, sayEmpty},
	{Send, func(w *work) bool { return w.permits() && w.safe(AsIs) }, sayNothing},
	{CleanFirst, func(w *work) bool { return w.permits() && w.safe(Cleaned) }, sayNothing},
	{SendCore, func(w *work) bool { return w.permits() && w.coreShare() >= leastCore && w.coreBears() }, sayCore},
	{DoNotSend, func(w *work) bool {
		return w.forbids() && w.sel[Cleaned].rows() >= fewRows && w.exceeds(w.dist[Cleaned]) >= sure
	}, sayBlind},
	{FindOutFirst, func(*work) bool { return true }, sayOpen},
}

// safe reports whether a list stays under the limit when judged together with earlier mail, and does so on
// its own as well.
func (w *work) safe(s Scene) bool { return w.unsafe(w.dist[s]) <= delta }

// unsafe is the chance that a list does not.
func (w *work) unsafe(d distribution) float64 {
	if w.o.History == (History{}) {
		return w.exceeds(d) // a list that stays under the line stays under a higher one
	}
	return max(w.exceeds(d), exceeds(d, mostThinned*w.o.Profile.Target, History{}, w.o.Profile.Volume))
}

// mostThinned is how many times the line a list may be over that what was sent before brings back under it.
const mostThinned = 2

func sayNothing(*work, *Forecast) string { return "" }

func sayEmpty(*work, *Forecast) string { return " Cleaning leaves nothing to send." }

func sayCore(w *work, f *Forecast) string {
	n := int64(w.sel[Core].rows())
	held := int64(w.sel[Cleaned].rows()) - n
	together := ""
	if w.o.History.Sent > 0 {
		together = ", judged together with what was sent before,"
	}
	return fmt.Sprintf(" The %s best addresses%s stay under %s: %s of them would bounce. Hold back the other %s.",
		thousands(n), together, Percent(w.o.Profile.Target), figures(f.Rate.Core), thousands(held))
}

func sayOpen(w *work, f *Forecast) string {
	s := ""
	switch {
	case w.tooShort(AsIs): // the headline says so
	case w.tooShort(Cleaned):
		s = " The cleaned list is so short that a single bounce exceeds the limit."
	case !w.permits() && !w.forbids():
		s = " The list does not show when it was last mailed or what bounced."
	}
	return s + sayBlind(w, f)
}

// tooShort reports whether one bounce alone takes a list over the line.
func (w *work) tooShort(s Scene) bool {
	n := w.sel[s].rows()
	return n < fewRows && w.o.Profile.Target*max(n+float64(w.o.History.Sent), float64(w.o.Profile.Volume)) < 1
}

func sayBlind(w *work, _ *Forecast) string {
	if len(w.fit.segs) == 0 || w.fit.any(func(s *segment) bool { return !s.blind }) {
		return ""
	}
	return " Asking mail servers would not settle it: their answers prove nothing here."
}

func (w *work) verdict(f *Forecast) Verdict {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.holds(w) })
	v := Verdict{Code: rules[i].code, Because: w.headline(f) + rules[i].says(w, f)}
	switch v.Code {
	case FindOutFirst:
		v.NextProbes = w.nextProbes(z90)
		v.Settle = w.settle(v.NextProbes)
	case Send, CleanFirst, SendCore, DoNotSend:
		v.Condition = w.condition(v.Code)
	}
	return v
}

// headline is the forecast in one or two sentences: as is, and cleaned if that differs.
func (w *work) headline(f *Forecast) string {
	if f.Rate.AsIs.Rows == 0 {
		return "There is no address to send to."
	}
	p := w.o.Profile
	e := f.Threshold.Exceed
	rates, chances := figures(&f.Rate.AsIs)+" would bounce", Chance(e.AsIs)
	if f.Rate.Cleaned.Rows > 0 && f.Rate.Cleaned.Rows < f.Rate.AsIs.Rows {
		rates += ", after cleaning " + figures(&f.Rate.Cleaned)
		chances += ", after cleaning " + Chance(e.Cleaned)
	}
	if f.Rate.AsIs.Rows > 0 && w.tooShort(AsIs) {
		return fmt.Sprintf("As is, %s. One bounce would already exceed the %s at which %s %s.", rates,
			Percent(p.Target), p.Title, p.Does)
	}
	return fmt.Sprintf("As is, %s. %s %s at %s; the chance to exceed that is %s.", rates, upperFirst(p.Title), p.Does,
		Percent(p.Target), chances) +
		w.sayVolume()
}

// upperFirst begins a sentence with a title.
func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// sayVolume says that the service does not judge a rate of so few messages.
func (w *work) sayVolume() string {
	p, sent := &w.o.Profile, w.o.History.Sent+int64(w.sel[AsIs].rows())
	if sent >= p.Volume {
		return ""
	}
	return fmt.Sprintf(" %s judges the rate of at least %s messages, and these bounces among them.", p.Title,
		thousands(p.Volume))
}

// fewRows is the length under which a list's bounces are counted rather than given as a rate.
const fewRows = 200

// figures is a rate with its 95 % interval, or a count of bounces if the list is short.
func figures(r *Rate) string {
	switch n := float64(r.Rows); {
	case r.Rows == 1:
		return fmt.Sprintf("%.0f to %.0f of one address", r.CI95[0], r.CI95[1])
	case r.Rows < fewRows:
		return fmt.Sprintf("%.0f to %.0f of %d addresses", r.CI95[0]*n, r.CI95[1]*n, r.Rows)
	}
	if r.isWide() {
		return fmt.Sprintf("about %s, on average %s (%s-%s)", Percent(r.Median), Percent(r.Mean), number(r.CI95[0]),
			Percent(r.CI95[1]))
	}
	return fmt.Sprintf("%s (%s-%s)", Percent(r.Mean), number(r.CI95[0]), Percent(r.CI95[1]))
}

// skewed is how far apart median and mean may lie before both are told.
const skewed = 1.3

// isWide reports whether a rate is so uncertain that its median and its mean differ noticeably.
func (r *Rate) isWide() bool { return r.Mean > skewed*r.Median && r.Mean-r.Median > 0.002 }

// Percent formats a rate so that only an exact zero reads as zero.
func Percent(x float64) string { return number(x) + "%" }

func number(x float64) string {
	x *= 100
	switch {
	case x == 0:
		return "0"
	case x < 0.1:
		return "<0.1"
	case x < 10:
		return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
	}
	return strconv.FormatFloat(math.Round(x), 'f', -1, 64)
}

// Chance formats a probability so that it never reads as exactly 0% or 100%.
func Chance(p float64) string {
	switch {
	case p < 0.001:
		return "<0.1%"
	case p > 0.999:
		return ">99.9%"
	case p < 0.1, p > 0.99:
		return strconv.FormatFloat(p*100, 'f', 1, 64) + "%"
	}
	return strconv.FormatFloat(p*100, 'f', 0, 64) + "%"
}

// thousands groups the digits of a count.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
