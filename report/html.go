package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/report/risk"
)

//go:embed page.gohtml
var pageText string

//go:embed page.css
var pageCSS string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// csp lets the page load nothing and run nothing: its one style sheet is known by its hash.
var csp = func() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; form-action 'none'"
}()

// page is what the template shows.
type page struct {
	CSP          string
	CSS          template.CSS
	Title, Class string
	List, When   string
	Stated       []string // what the lists say of their contacts
	Says, Alarms []string
	Next         []step
	Tiles        []tile
	First        [2][]section // columns
	Rest         []section
	Numbers      []section
	Footer       []string
}

// tile is one list's rate at a glance.
type tile struct {
	Name, Figure string
	Lines        []string
}

// HTML writes the report as one page that needs no network and no script. It shows no address except r.Examples.
func HTML(w io.Writer, r *Result) error { return writePage(w, newPage(r), "page") }

// Style is the style sheet of HTML.
func Style() string { return pageCSS }

// Headline writes what HTML begins with, for a page of somebody else's with the same [Style]: what to do,
// why, and the rates.
func Headline(w io.Writer, r *Result) error { return writePage(w, newPage(r), "headline") }

// Charts writes the charts of the forecast, for such a page. What to type next is left out: a page has buttons for it.
func Charts(w io.Writer, r *Result) error {
	return writePage(w, &page{First: balanced(newTeller(r).first())}, "first")
}

func newPage(r *Result) *page {
	t := newTeller(r)
	r = t.result
	p := page{
		CSP: csp, CSS: template.CSS(pageCSS), List: t.own(r.List), When: t.when(), Class: "counted",
		Alarms: t.alarms(), Next: t.next().Steps, Rest: t.rest(), Numbers: t.numbers(), Footer: t.footer(),
	}
	p.Title, p.Says = t.headline()
	for _, s := range t.stated() {
		p.Stated = append(p.Stated, upperFirst(s))
	}
	p.First = balanced(t.first())
	if r.Risk != nil {
		p.Tiles = t.tiles()
		if _, ok := verdicts[r.Risk.Verdict.Code]; ok {
			p.Class = string(r.Risk.Verdict.Code)
		}
	}
	return &p
}

func writePage(w io.Writer, p *page, part string) error {
	var b strings.Builder
	if err := pageTemplate.ExecuteTemplate(&b, part, p); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(w, Plain(strings.TrimSuffix(line, "\n"))+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// besideChart is about the height of a section without its chart, in pixels.
const besideChart = 140

// balanced puts each section into the column that is shorter by then.
func balanced(all []section) (columns [2][]section) {
	var heights [2]float64
	for _, s := range all {
		i := 0
		if heights[1] < heights[0] {
			i = 1
		}
		heights[i] += besideChart
		if s.Chart != nil {
			heights[i] += s.Chart.Height
		}
		columns[i] = append(columns[i], s)
	}
	return columns
}

// when is the time and size of the run.
func (t *teller) when() string {
	when := plural(t.result.Summary.Counts.Rows, "row", "rows")
	if !t.result.Summary.Started.IsZero() {
		when = t.result.Summary.Started.Format("2 January 2006") + " · " + when
	}
	return when
}

// fewRows is the length under which a list's bounces are counted rather than given as a rate.
const fewRows = 200

func (t *teller) tiles() (out []tile) {
	over := " likely over " + risk.Percent(t.result.Risk.Threshold.Target)
	for _, c := range t.scenes() {
		x := tile{c.name, risk.Percent(c.rate.Mean), []string{
			"likely range " + likely(&c.rate),
			amount(c.rate.Mean*float64(c.rate.Rows)) + " of " + plural(c.rate.Rows, "address", "addresses") +
				" would bounce",
			risk.Chance(c.exceed) + over,
		}}
		if c.rate.Rows < fewRows {
			x.Figure, x.Lines[0] = likely(&c.rate), "bounces likely"
			x.Lines[1] = "of " + plural(c.rate.Rows, "address", "addresses")
		}
		out = append(out, x)
	}
	return out
}

// footer says what made this.
func (t *teller) footer() []string {
	if t.result.Risk == nil {
		return []string{"Made by prebounce."}
	}
	return []string{"Made by prebounce, forecast model " + t.result.Risk.Model + ". The forecast can be wrong."}
}

// IsRight reports whether a column holds numbers.
func (g grid) IsRight(column int) bool { return slices.Contains(g.Right, column) }

// Narrow reports whether the table fits a phone: a name and a few numbers.
func (g grid) Narrow() bool { return len(g.Head) <= 5 && len(g.Right) >= len(g.Head)-1 }

// Label is a column's header, which stands beside each cell where the screen is narrow.
func (g grid) Label(column int) string { return g.Head[min(column, len(g.Head)-1)] }
