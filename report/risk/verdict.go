package risk

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Code is what to do.
type Code string

const (
	Send        Code = "SEND"
	CleanFirst  Code = "CLEAN_FIRST"
	SendCore    Code = "SEND_CORE"
	SampleFirst Code = "SAMPLE_FIRST"
	DoNotSend   Code = "DO_NOT_SEND"
)

// Verdict is what to do, and why in one sentence.
type Verdict struct {
	Code       Code   `json:"code"`
	Because    string `json:"because"`
	NextProbes int64  `json:"next_probes,omitempty"` // how many more questions are likely to settle it
}

// rule is a verdict, when it holds and what is said beside the figures.
type rule struct {
	code  Code
	holds func(*work) bool
	says  func(*work, *Forecast) string
}

// rules are tried in order; the last always holds.
var rules = []rule{
	{DoNotSend, func(w *work) bool { return w.sel[AsIs].rows() == 0 }, sayNothing},
	{Send, func(w *work) bool { return w.exceeds(w.dist[AsIs]) <= delta }, sayNothing},
	{CleanFirst, func(w *work) bool { return w.sel[Cleaned].rows() > 0 && w.exceeds(w.dist[Cleaned]) <= delta }, sayNothing},
	{SendCore, func(w *work) bool { return w.coreShare() >= leastCore }, sayCore},
	{DoNotSend, func(w *work) bool { return w.sel[Cleaned].rows() == 0 }, sayEmpty},
	{DoNotSend, func(w *work) bool { return w.exceeds(w.dist[Cleaned]) >= sure }, sayBlind},
	{SampleFirst, func(w *work) bool { return w.nextProbes(z90) > 0 }, saySample},
	{DoNotSend, func(*work) bool { return true }, sayUndecided},
}

func sayNothing(*work, *Forecast) string { return "" }

func sayEmpty(*work, *Forecast) string { return " Cleaning leaves nothing to send." }

func sayCore(w *work, f *Forecast) string {
	n := int64(w.sel[Core].rows())
	held := int64(w.sel[Cleaned].rows()) - n
	return fmt.Sprintf(" The %s best addresses stay under the line, at %s; hold back the other %s.", thousands(n), figures(f.Rate.Core), thousands(held))
}

func saySample(w *work, _ *Forecast) string {
	return fmt.Sprintf(" Too uncertain to call: asking about %s addresses is likely to settle it.", thousands(w.nextProbes(z90)))
}

func sayUndecided(w *work, _ *Forecast) string {
	if blind := sayBlind(w, nil); blind != "" {
		return blind
	}
	return " Too close to call, and asking more addresses would not settle it: plan for the worse."
}

func sayBlind(w *work, _ *Forecast) string {
	if w.fit.any(func(s *segment) bool { return !s.blind }) {
		return ""
	}
	return " This list cannot be verified by probing, as its mail hosts' answers prove nothing: plan for the worse."
}

func (w *work) verdict(f *Forecast) Verdict {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.holds(w) })
	v := Verdict{Code: rules[i].code, Because: w.headline(f) + rules[i].says(w, f)}
	if v.Code == SampleFirst {
		v.NextProbes = w.nextProbes(z90)
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
	s := fmt.Sprintf("As is, %s would hard-bounce; %s %s at %s: %s likely to exceed.",
		figures(&f.Rate.AsIs), p.Title, p.Does, Percent(p.Target), Chance(e.AsIs))
	if f.Rate.Cleaned.Rows > 0 && f.Rate.Cleaned.Rows < f.Rate.AsIs.Rows {
		s += fmt.Sprintf(" After cleaning %s: %s.", figures(&f.Rate.Cleaned), Chance(e.Cleaned))
	}
	return s
}

// fewRows is the length under which a list's bounces are counted rather than given as a rate.
const fewRows = 200

// figures is a rate with its 95 % interval, or a count of bounces if the list is short.
func figures(r *Rate) string {
	switch n := float64(r.Rows); {
	case r.Rows == 1:
		return fmt.Sprintf("%.0f to %.0f of one address (95%%)", r.CI95[0], r.CI95[1])
	case r.Rows < fewRows:
		return fmt.Sprintf("%.0f to %.0f of %d addresses (95%%)", r.CI95[0]*n, r.CI95[1]*n, r.Rows)
	}
	return fmt.Sprintf("%s (95%%: %s-%s)", Percent(r.Mean), number(r.CI95[0]), number(r.CI95[1]))
}

// Percent writes a rate so that only a true zero reads as zero.
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

// Chance writes a probability that is never quite 0 or 100 %.
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
