package report

import (
	"fmt"
	"math"

	"github.com/prebounce/prebounce/report/risk"
)

// steps prices each step of cleaning.
func (t *teller) steps() section {
	s := section{ID: "steps", Title: "What cleaning saves and costs"}
	f := t.result.Risk
	done, more := t.categories()
	for i, steps := range [][]risk.CategoryEffect{done, more} {
		removed := []string{"cleaning removes", "removing"}[i]
		brief := grid{Head: []string{removed, "rows", "bounces saved", "good contacts lost"}, Right: upTo(3)}
		full := grid{Head: []string{removed, "rows", "bounces saved", "90%", "good contacts lost", "rate, points"},
			Right: upTo(5)}
		if i > 0 {
			brief.Title, full.Title = "what you could remove as well", "what you could remove as well"
		}
		for _, c := range steps {
			name := sayCategory(c.Name)
			brief.row(name, number(c.Rows), saves(&c.Effect), loses(&c.Effect))
			full.row(name, number(c.Rows), amount(c.Saved), amounts(c.CI90), amount(c.GoodLost), signed(c.RateChange))
		}
		s.add(brief)
		s.figures(full)
	}
	if len(s.Tables) == 0 || f.Expected.AsIs <= 0 || f.Rate.AsIs.Rows == 0 {
		return s
	}
	s.Chart = t.waterfall()
	s.Note = "Solid: cleaning removes these. Outlined: they stay in the clean list."
	s.Says = t.dearest()
	return s
}

// signed writes a change in percentage points; only a true zero reads as zero.
func signed(pp float64) string {
	if pp != 0 && math.Abs(pp) < 0.005 {
		return map[bool]string{true: ">-0.01", false: "<+0.01"}[pp < 0]
	}
	return fmt.Sprintf("%+.2f", pp)
}

// categories are the steps that take anything out: those of cleaning, and those beyond.
func (t *teller) categories() (cleaned, more []risk.CategoryEffect) {
	for _, c := range t.result.Risk.Categories {
		switch {
		case c.Rows == 0:
		case c.Cleaned:
			cleaned = append(cleaned, c)
		default:
			more = append(more, c)
		}
	}
	return cleaned, more
}

// dear is how many good contacts a saved bounce may cost before the report says so.
const dear = 4

// dearest tells the price of the habit that costs most good contacts for each bounce it saves.
func (t *teller) dearest() []string {
	var worst *risk.CategoryEffect
	for i := range t.result.Risk.Categories {
		c := &t.result.Risk.Categories[i]
		certain := !c.Vague() || float64(c.Rows) > 2*c.CI90[1] // it costs more than it saves, wherever in its range
		_, _, _, segment := c.Name.Segment()
		isDear := !segment && c.Name != risk.CategoryAside && c.GoodLost > dear*c.Saved
		if certain && isDear && (worst == nil || c.GoodLost*worst.Saved > worst.GoodLost*c.Saved) {
			worst = c
		}
	}
	if worst == nil {
		return nil
	}
	return []string{"The most expensive step: removing " + plural(worst.Rows, "row", "rows") + " (" +
		sayCategory(worst.Name) + ") saves " +
		saves(&worst.Effect) + " bounces and loses " + loses(&worst.Effect) + " good contacts."}
}
