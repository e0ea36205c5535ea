package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/prebounce/prebounce/report/risk"
)

const (
	markHeight  = 17 // a line's words
	ridgeHeight = 96 // one list: its words, its curve, its interval
	curveHeight = 44
	axisHeight  = 18
	curveBins   = 240
	fewBins     = 60 // with fewer each number of bounces is drawn by itself
)

// strip draws how the rate of each list is distributed, above one axis, with the service's lines through all of them.
func (t *teller) strip() *chart {
	c := &chart{Title: "How likely each rate of hard bounces is, and the lines of " + t.service()}
	most, scenes := t.widest(), t.scenes()
	s := scale(most)
	marks := t.shownMarks(most)
	for i, m := range marks {
		at := s.at(m.rate)
		if i == 0 && len(scenes) > 0 {
			at = s.at(t.allowed(&scenes[0]))
		}
		c.mark(at, m)
	}
	c.grid(s, c.Height, float64(len(scenes))*ridgeHeight)
	for i := range scenes {
		t.ridge(c, s, &scenes[i])
	}
	c.Height += axisHeight
	return c
}

// markLines draws the lines through one list's curve, and not through any words.
func (t *teller) markLines(c *chart, s scale, sc *scene, top, base float64) {
	for i, m := range t.shownMarks(float64(s)) {
		rate := m.rate
		if i == 0 {
			rate = t.allowed(sc)
		}
		c.Lines = append(c.Lines, line{s.at(rate), s.at(rate), top + 18, base + 12, markClass(i)})
	}
}

// widest is where the axis ends: beyond every interval and the line that the verdict is about, and the other
// lines if they are near.
func (t *teller) widest() float64 {
	most := t.result.Risk.Threshold.Target * 1.25
	for _, c := range t.scenes() {
		most = max(most, c.rate.CI95[1]*1.12)
	}
	for _, m := range t.marks() {
		if m.rate < 1.6*most {
			most = max(most, m.rate*1.08)
		}
	}
	return min(most, 1)
}

// shownMarks are the lines within the axis.
func (t *teller) shownMarks(most float64) (out []mark) {
	for _, m := range t.marks() {
		if m.rate <= most {
			out = append(out, m)
		}
	}
	return out
}

func markClass(i int) string {
	if i == 0 {
		return "target"
	}
	return "otherline"
}

const longestMark = 26 // letters that fit a phone on either side of the line

// shortened cuts long text.
func shortened(s string) string {
	if r := []rune(s); len(r) > longestMark {
		return string(r[:longestMark-1]) + "…"
	}
	return s
}

// mark writes the words of a line where there is room: to the right of it, to the left, or across it.
func (c *chart) mark(x across, m mark) {
	name := shortened(m.short)
	l := label{x + 0.8, c.Height + 13, false, "mark", name + " at " + risk.Percent(m.rate)}
	switch {
	case x > 67:
		l.X, l.End = x-0.8, true
	case x > 33:
		l.X, l.Class = x, "mark middle halo"
	}
	c.Texts = append(c.Texts, l)
	c.Height += markHeight
}

// ridge draws one list: words, curve, interval.
func (t *teller) ridge(c *chart, s scale, sc *scene) {
	top := c.Height + 4
	c.Height += ridgeHeight
	c.Texts = append(c.Texts, label{0, top + 14, false, "name halo", sc.name + ": " + risk.Percent(sc.rate.Mean)},
		label{100, top + 14, true, "figure halo", risk.Chance(sc.exceed) + " likely over"})
	allowed := t.allowed(sc)
	base := top + 24 + curveHeight
	for _, part := range density(t.result.Risk, sc, float64(s), allowed) {
		part.Y, part.Height = top+24, curveHeight
		c.Curves = append(c.Curves, part)
	}
	t.markLines(c, s, sc, top, base)
	c.Lines = append(c.Lines, line{0, 100, base, base, "base"})
	c.interval(s, &sc.rate, base+8)
}

// allowed is the rate up to which a list stays under the line, together with what was sent before.
func (t *teller) allowed(sc *scene) float64 {
	line, h, n := t.result.Risk.Threshold.Target, t.result.Risk.Threshold.History, float64(sc.rate.Rows)
	judged := max(n+float64(h.Sent), float64(t.result.Risk.Threshold.Service.Volume))
	return max((line*judged-float64(h.Hard))/n, 0)
}

// interval draws mean, middle half and 95 %.
func (c *chart) interval(s scale, r *risk.Rate, y float64) {
	c.Lines = append(c.Lines, line{s.at(r.CI95[0]), s.at(r.CI95[1]), y, y, "ci95"},
		line{s.at(r.CI50[0]), s.at(r.CI50[1]), y, y, "ci50"})
	x := s.at(r.Mean)
	c.Lines = append(c.Lines, line{x, x, y - 4, y + 4, "mean"})
}

// grid draws a line at each round rate, with its number below.
func (c *chart) grid(s scale, top, height float64) {
	for _, x := range ticks(float64(s) * 100) {
		at := s.at(x / 100)
		c.Lines = append(c.Lines, line{at, at, top, top + height, "tick"})
		c.Texts = append(c.Texts, label{at, top + height + 13, at > 96, "tick" + edge(at), figure(x) + "%"})
	}
}

// edge keeps the first and last numbers of the axis within the chart.
func edge(at across) string {
	if at > 3 && at <= 96 {
		return " middle"
	}
	return ""
}

// density is the curve of a list's rate as two areas: what stays under the line, and what crosses it. Without
// the forecast's distributions there is none.
func density(f *risk.Forecast, sc *scene, most, line float64) []curve {
	n := float64(sc.rate.Rows)
	if f.Below(sc.scene, -1) > 0 {
		return nil
	}
	wide := math.Max(1, math.Ceil(most*n/curveBins)) // a bin holds the same number of bounces as any other
	var masses []float64
	last, peak := 0.0, 0.0
	for from := 0.0; from <= most*n; from += wide {
		p := f.Below(sc.scene, (from+wide-0.75)/n)
		masses = append(masses, p-last)
		last, peak = p, max(peak, p-last)
	}
	if peak <= 0 {
		return nil
	}
	if len(masses) < fewBins {
		return split(stairs(masses, peak, most*n), (math.Floor(line*n+1e-9)+0.5)/(most*n)*1000)
	}
	return split(smooth(masses, peak, wide, most*n), line/most*1000)
}

// smooth joins the middles of bins that are each wide bounces broad; most is the number of bounces at the right end.
func smooth(masses []float64, peak, wide, most float64) (points [][2]float64) {
	for i, m := range masses {
		points = append(points, [2]float64{(float64(i)*wide + wide/2 - 0.5) / most * 1000, 100 - 98*m/peak})
	}
	return points
}

// stairs draws a column for each number of bounces.
func stairs(masses []float64, peak, most float64) (points [][2]float64) {
	for i, m := range masses {
		y := 100 - 98*m/peak
		points = append(points, [2]float64{max(float64(i)-0.5, 0) / most * 1000, y},
			[2]float64{(float64(i) + 0.5) / most * 1000, y})
	}
	return points
}

// split cuts a line of points at x into the area on either side.
func split(points [][2]float64, x float64) (out []curve) {
	at, y := len(points), 100.0
	for i, p := range points {
		if p[0] > x {
			at = i
			if i > 0 {
				q := points[i-1]
				y = q[1] + (p[1]-q[1])*(x-q[0])/(p[0]-q[0])
			}
			break
		}
	}
	cut := [][2]float64{{x, y}}
	for _, side := range []struct {
		points [][2]float64
		class  string
	}{{append(append([][2]float64{}, points[:at]...), cut...), "under"}, {append(cut, points[at:]...), "over"}} {
		if len(side.points) > 1 {
			out = append(out, curve{Path: area(side.points), Class: side.class})
		}
	}
	return out
}

// area closes a line of points along its base.
func area(points [][2]float64) string {
	var b strings.Builder
	first, last := points[0], points[len(points)-1]
	fmt.Fprintf(&b, "M%.1f 100", first[0])
	for _, p := range points {
		fmt.Fprintf(&b, "L%.1f %.1f", p[0], p[1])
	}
	fmt.Fprintf(&b, "L%.1f 100Z", last[0])
	return b.String()
}
