package report

import (
	"github.com/prebounce/prebounce/report/risk"
)

// listsChart is one bar of where the rows went.
func (t *teller) listsChart() *chart {
	var parts []part
	total := float64(t.result.Summary.Counts.Rows + t.result.Summary.Counts.Rejected)
	if total <= 0 {
		return nil
	}
	for _, l := range listsOf(t.result.Summary) {
		if class, ok := listClass[l.name]; ok && l.rows > 0 {
			parts = append(parts, part{l.name, plural(l.rows, "row", "rows"), class, float64(l.rows) / total})
		}
	}
	return stacked("Rows by list", parts)
}

var listClass = map[string]string{"clean": "clean", "review": "review", "removed": "removed", "rejected": "half"}

// waterfall goes from the expected bounces of the list as it is, step by step, to those of the cleaned one, and on.
func (t *teller) waterfall() *chart {
	f := t.result.Risk
	c := &chart{Title: "Expected hard bounces, and what each step of cleaning takes away"}
	s := scale(f.Expected.AsIs)
	c.total(s, "as is", f.Expected.AsIs, f.Rate.AsIs.Rows)
	done, more := t.categories()
	left := f.Expected.AsIs
	for _, e := range done {
		left = c.step(s, left, &e, "solid")
	}
	c.total(s, "cleaned", f.Expected.Cleaned, f.Rate.Cleaned.Rows)
	for _, e := range more[:min(len(more), moreSteps)] {
		left = c.step(s, left, &e, "hollow")
	}
	return c
}

// moreSteps is how many steps beyond cleaning are drawn; the table has all.
const moreSteps = 6

func (c *chart) total(s scale, name string, bounces float64, rows int64) {
	y := c.row(name, amount(bounces), plural(rows, "row", "rows"))
	c.bar(0, s.at(bounces), y, "total", name+": "+amount(bounces)+" expected bounces")
}

func (c *chart) step(s scale, left float64, e *risk.CategoryEffect, class string) float64 {
	name := sayCategory(e.Name)
	y := c.row(name, saves(&e.Effect)+" fewer", plural(e.Rows, "row", "rows")+", "+loses(&e.Effect)+" good contacts lost")
	c.bar(s.at(left-e.Saved), s.at(left), y, class, name+": saves "+saves(&e.Effect)+" bounces")
	return left - e.Saved
}

// segmentsChart draws the bounces of some segments with their intervals.
func (t *teller) segmentsChart(top []risk.SegmentEstimate) *chart {
	c := &chart{Title: "Expected hard bounces of the segments that make most"}
	most := 0.0
	for _, e := range top {
		most = max(most, e.Bounces, e.BouncesCI90[1])
	}
	s := scale(most)
	for _, e := range top {
		class := "hatched"
		if e.Basis == risk.Probed {
			class = "solid"
		}
		name := segmentName(&e)
		y := c.row(name, amount(e.Bounces), plural(e.Rows, "row", "rows")+", "+say(string(e.Basis)))
		c.bar(0, s.at(e.Bounces), y, class, name+": "+amount(e.Bounces)+" expected bounces")
		c.whisker(s.at(e.BouncesCI90[0]), s.at(e.BouncesCI90[1]), y+barHeight+5)
		c.Height += 8
	}
	return c
}

// part is a share of something whole.
type part struct {
	name, what, class string
	share             float64
}

// stacked is one bar of parts, which are named below it.
func stacked(title string, parts []part) *chart {
	c := &chart{Title: title, Height: 34}
	from := 0.0
	for _, p := range parts {
		if p.share > 0 {
			c.Rects = append(c.Rects, rect{across(from * 100), across(p.share * 100), 0, 22, p.class, p.name + ": " +
				share(p.share)})
		}
		from += p.share
	}
	for _, p := range parts {
		c.Rects = append(c.Rects, rect{0, 2.4, c.Height + 4, 11, p.class, ""})
		c.Texts = append(c.Texts, label{4, c.Height + 13, false, "name", p.name + ": " + p.what},
			label{100, c.Height + 13, true, "figure", share(p.share)})
		c.Height += 22
	}
	return c
}
