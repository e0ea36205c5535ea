package report

import (
	"math"
	"strconv"
)

// chart is a picture made of shapes. It is as wide as its place: across, shapes stand in hundredths of the
// width, so that letters keep their size on any screen; down, they stand in pixels.
type chart struct {
	Title  string
	Height float64
	Rects  []rect
	Lines  []line
	Curves []curve
	Texts  []label
}

// across is a hundredth of the chart's width.
type across float64

func (a across) String() string { return strconv.FormatFloat(float64(a), 'f', 2, 64) + "%" }

type rect struct {
	X, Width  across
	Y, Height float64
	Class     string // solid, half, hatched, hollow, removed, review, clean
	Tip       string
}

// Weave is the pattern that fills the rectangle, so that colour alone tells nothing.
func (r rect) Weave() string {
	return map[string]string{"hatched": "weave", "review": "weave2"}[r.Class]
}

type line struct {
	X1, X2 across
	Y1, Y2 float64
	Class  string
}

// curve is an area above a base line, in thousandths of the width and hundredths of its height.
type curve struct {
	Y, Height float64
	Path      string
	Class     string
}

type label struct {
	X     across
	Y     float64
	End   bool // ends at X instead of beginning there
	Class string
	Text  string
}

const (
	rowHeight = 55 // two lines of text, a bar, and air
	barHeight = 9
	barAt     = 31 // below the row's top
)

// row begins a row with words above the place of its bar, and returns the bar's top.
func (c *chart) row(left, right, below string) (y float64) {
	top := c.Height
	c.Height += rowHeight
	c.Texts = append(c.Texts, label{0, top + 12, false, "name", left}, label{100, top + 12, true, "figure halo", right})
	if below != "" {
		c.Texts = append(c.Texts, label{0, top + 25, false, "small", below})
	}
	return top + barAt
}

// bar draws a bar; one too short to be seen gets a hair's breadth.
func (c *chart) bar(from, to across, y float64, class, tip string) {
	from, to = max(from, 0), min(to, 100)
	width := max(to-from, 0.3)
	c.Rects = append(c.Rects, rect{min(from, 100-width), width, y, barHeight, class, tip})
}

// whisker draws an interval with its ends.
func (c *chart) whisker(from, to across, y float64) {
	c.Lines = append(c.Lines, line{from, to, y, y, "whisker"}, line{from, from, y - 3, y + 3, "whisker"},
		line{to, to, y - 3, y + 3, "whisker"})
}

// scale turns numbers up to most into places across.
type scale float64

func (s scale) at(x float64) across {
	if s <= 0 {
		return 0
	}
	return across(min(max(x/float64(s), 0), 1) * 100)
}

// ticks are round numbers from zero to most, at most seven.
func ticks(most float64) (out []float64) {
	if !(most > 0) || math.IsInf(most, 0) {
		return []float64{0}
	}
	unit := math.Pow(10, math.Floor(math.Log10(most))-1)
	for _, times := range []float64{1, 2, 5, 10, 20, 50, 100} {
		if step := unit * times; most/step <= 6 {
			for i := 0; float64(i)*step <= most*(1+1e-9); i++ {
				out = append(out, float64(i)*step)
			}
			return out
		}
	}
	return []float64{0}
}
