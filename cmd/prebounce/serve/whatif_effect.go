package serve

import (
	"math"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
)

// effect is what a decision comes to, beside what the run's own comes to.
type effect struct {
	Now    report.Decided `json:"now"`
	Before report.Decided `json:"before"`
	Flags  []string       `json:"flags"` // of clean, that carry the decision out
	Line   float64        `json:"line"`
	Name   string         `json:"service"`

	service risk.Profile
}

func (t *tried) effect(want report.Decision) (*effect, error) {
	now, err := t.decide(want)
	if err != nil {
		return nil, err
	}
	return &effect{now, t.before, want.Flags(), t.target, t.service.Name, t.service}, nil
}

// Does is what the service does at its line.
func (e *effect) Does() string { return e.service.Title + " " + e.service.Does }

// Says is the effect in a sentence, for a screen reader and for a small screen.
func (e *effect) Says() string {
	if e.Now.Clean == 0 {
		return "Nothing would be sent."
	}
	return "Send " + report.Number(e.Now.Clean) + ": about " + risk.Percent(e.Now.Rate.Mean) +
		" would bounce, between " + between(&e.Now) +
		". The chance of crossing the line of " + risk.Percent(e.Line) + " is " + risk.Chance(e.Now.Exceed) + "."
}

func between(d *report.Decided) string {
	return risk.Percent(d.Rate.CI95[0]) + " and " + risk.Percent(d.Rate.CI95[1])
}

// figure is a row of the table: what it is about, the run's own figure, the tried one, and the difference.
type figure struct{ Says, Before, Now, Change string }

// Figures are the rows of the table.
func (e *effect) Figures() []figure {
	b, n := &e.Before, &e.Now
	count := func(says string, before, now int64) figure {
		return figure{says, report.Number(before), report.Number(now), signed(float64(now-before), 0, "")}
	}
	share := func(says string, say func(float64) string, before, now float64) figure {
		switch {
		case b.Clean == 0 && n.Clean == 0:
			return figure{says, "none", "none", ""}
		case b.Clean == 0:
			return figure{says, "none", say(now), ""}
		case n.Clean == 0:
			return figure{says, say(before), "none", ""}
		}
		return figure{says, say(before), say(now), signed(100*(now-before), 1, " points")}
	}
	return []figure{
		count("Sent", b.Clean, n.Clean), count("To look at first", b.Review, n.Review), count("Left out", b.Removed,
			n.Removed),
		share("Would bounce", risk.Percent, b.Rate.Mean, n.Rate.Mean),
		share("Chance of crossing the line of "+risk.Percent(e.Line), risk.Chance, b.Exceed, n.Exceed),
		count("Good contacts not sent to", int64(math.Round(b.Lost)), int64(math.Round(n.Lost))),
	}
}

// signed is a difference with its sign; nothing if it rounds to none.
func signed(x float64, digits int, unit string) string {
	scale := math.Pow10(digits)
	if x = math.Round(x*scale) / scale; x == 0 {
		return ""
	}
	text := strconv.FormatFloat(math.Abs(x), 'f', -1, 64)
	if digits == 0 {
		text = report.Number(int64(math.Abs(x)))
	}
	if text == "1" {
		unit = strings.TrimSuffix(unit, "s")
	}
	if x > 0 {
		return "+" + text + unit
	}
	return "−" + text + unit
}

// bar is the drawing of a rate and its interval, in units of the picture.
type bar struct{ From, Long, Mean, Line, BeforeFrom, BeforeLong, BeforeMean float64 }

// wide is how many units the drawing of rates is wide.
const wide = 400

// Bar draws both intervals and the line on one scale, which begins at zero.
func (e *effect) Bar() bar {
	most := max(e.Line, e.Now.Rate.CI95[1], e.Before.Rate.CI95[1]) * 1.08
	at := func(x float64) float64 { return math.Round(10*wide*x/most) / 10 }
	n, b := e.Now.Rate, e.Before.Rate
	return bar{
		From: at(n.CI95[0]), Long: max(at(n.CI95[1]-n.CI95[0]), 2), Mean: at(n.Mean), Line: at(e.Line),
		BeforeFrom: at(b.CI95[0]), BeforeLong: max(at(b.CI95[1]-b.CI95[0]), 2), BeforeMean: at(b.Mean),
	}
}

// limit is a limit of risk to choose.
type limit struct {
	Value, Says string
	Chosen      bool
}

// limits are those of the form, and the one that is chosen.
func limits(chosen float64) (all []limit) {
	value := func(x float64) string { return strconv.FormatFloat(math.Round(x*1e6)/1e4, 'f', -1, 64) }
	found := chosen == 0
	all = append(all, limit{"0", "no limit", found})
	for _, x := range []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5} {
		is := value(x) == value(chosen)
		found = found || is
		all = append(all, limit{value(x), value(x) + "%", is})
	}
	if !found {
		all = append(all, limit{value(chosen), value(chosen) + "%", true})
	}
	return all
}
