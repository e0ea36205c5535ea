package report

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// written is a result in one of the formats.
func written(t *testing.T, write func(io.Writer, *Result) error, r *Result) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// dom is a parsed page.
type dom struct{ root *html.Node }

func parsed(t *testing.T, r *Result) dom {
	t.Helper()
	root, err := html.Parse(strings.NewReader(written(t, HTML, r)))
	if err != nil {
		t.Fatal(err)
	}
	return dom{root}
}

// all are the elements of a name, or every one.
func (d dom) all(name string) (out []*html.Node) {
	for n := range d.root.Descendants() {
		if n.Type == html.ElementNode && (name == "" || n.Data == name) {
			out = append(out, n)
		}
	}
	return out
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// words is the text of a node.
func words(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// each runs a test on the page of each sample.
func each(t *testing.T, test func(*testing.T, dom)) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) { test(t, parsed(t, s.make(t))) })
	}
}

func TestPageRunsAndLoadsNothing(t *testing.T) {
	known := strings.Fields("html head meta title style body header footer main div section figure figcaption " +
		"details summary h1 h2 p b strong span ul ol li a code " +
		"table caption thead tbody tr th td svg defs pattern rect line path text")
	attributes := strings.Fields("lang charset content http-equiv name id class role aria-labelledby aria-hidden " +
		"scope data-label href fill d x x1 x2 y y1 y2 width height viewBox preserveAspectRatio patternUnits " +
		"patternTransform")
	each(t, func(t *testing.T, d dom) {
		for _, n := range d.all("") {
			if !slices.Contains(known, n.Data) {
				t.Errorf("an element %s", n.Data)
			}
			for _, a := range n.Attr {
				if !slices.Contains(attributes, a.Key) || strings.Contains(a.Val, "://") {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			}
			if href := attribute(n, "href"); href != "" && !strings.HasPrefix(href, "./") {
				t.Errorf("a link to %s", href)
			}
			if fill := attribute(n, "fill"); fill != "" && !strings.HasPrefix(fill, "url(#") {
				t.Errorf("<%s> is filled with %s", n.Data, fill)
			}
		}
	})
	for _, from := range []string{"url(", "@import", "://"} {
		if strings.Contains(pageCSS, from) {
			t.Errorf("the style sheet has %s", from)
		}
	}
}

func TestPagePolicyKnowsItsStyle(t *testing.T) {
	each(t, func(t *testing.T, d dom) {
		styles := d.all("style")
		if len(styles) != 1 {
			t.Fatalf("%d style sheets", len(styles))
		}
		sum := sha256.Sum256([]byte(words(styles[0])))
		want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		policy := d.all("meta")[1]
		if got := attribute(policy, "content"); attribute(policy, "http-equiv") != "Content-Security-Policy" ||
			!strings.HasPrefix(got, "default-src 'none'; "+want) {
			t.Errorf("policy %q, want %s", got, want)
		}
	})
}

func TestEveryChartHasTitleAndTable(t *testing.T) {
	charts := 0
	each(t, func(t *testing.T, d dom) {
		for _, svg := range d.all("svg") {
			if attribute(svg, "role") != "img" {
				if attribute(svg, "aria-hidden") != "true" {
					t.Error("a picture is neither told nor hidden")
				}
				continue
			}
			charts++
			title := dom{svg}.all("title")
			if len(title) == 0 || words(title[0]) == "" || attribute(title[0], "id") != attribute(svg,
				"aria-labelledby") {
				t.Error("a chart has no title")
			}
			if tables := (dom{svg.Parent}).all("table"); svg.Parent.Data != "figure" || len(tables) == 0 {
				t.Errorf("the chart %q has no table", words(title[0]))
			}
		}
	})
	if charts < 20 {
		t.Errorf("only %d charts", charts)
	}
}

func TestPageHoldsTogether(t *testing.T) {
	each(t, func(t *testing.T, d dom) {
		ids := map[string]bool{}
		for _, n := range d.all("") {
			if id := attribute(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("two elements are called %s", id)
				}
				ids[id] = true
			}
		}
		for _, n := range d.all("") {
			fill := strings.TrimSuffix(strings.TrimPrefix(attribute(n, "fill"), "url(#"), ")")
			for _, to := range []string{attribute(n, "aria-labelledby"), fill} {
				if to != "" && !ids[to] {
					t.Errorf("nothing is called %s", to)
				}
			}
		}
		for _, table := range d.all("table") {
			head := len(dom{table}.all("th"))
			for _, row := range (dom{table}).all("tr")[1:] {
				if n := len(dom{row}.all("td")); n != head {
					t.Errorf("a row of %d cells under a head of %d: %s", n, head, words(row))
				}
			}
		}
	})
}

func TestHostileTextIsShownNotObeyed(t *testing.T) {
	d := parsed(t, hostileRun(t))
	text := words(d.root)
	for _, want := range []string{"<script>alert(1)</script>", `\u001b[31m\u202e`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page doesn't show %s", want)
		}
	}
	if strings.ContainsAny(text, "\x1b\u202e") {
		t.Error("the page holds control characters")
	}
}

func TestNoFormatTellsAddresses(t *testing.T) {
	text := func(w io.Writer, r *Result) error { return Text(w, r, "out") }
	for name, write := range map[string]func(io.Writer, *Result) error{"html": HTML, "md": Markdown, "text": text} {
		if got := written(t, write, hostileRun(t)); strings.Contains(got, "jane.doe") || !strings.Contains(got,
			"private.example") {
			t.Errorf("%s tells an address, or leaves out its domain", name)
		}
	}
	r := hostileRun(t)
	r.Examples = []Examples{}
	if !strings.Contains(written(t, HTML, r), "jane.doe") {
		t.Error("an address is kept back although addresses were asked for")
	}
}

func TestMarkdownIsNotObeyed(t *testing.T) {
	got := written(t, Markdown, hostileRun(t))
	for _, bad := range []string{"<script", "<img", "://", "@", "\x1b"} {
		if strings.Contains(got, bad) {
			t.Errorf("the Markdown holds %q", bad)
		}
	}
	if bare := regexp.MustCompile(`[^\\][\[\]` + "`" + `]`).FindString(got); bare != "" {
		t.Errorf("the Markdown holds markup: %q", bare)
	}
	for line := range strings.Lines(got) {
		if strings.HasPrefix(line, "|") && !strings.HasSuffix(line, "|\n") {
			t.Errorf("a row of a table is torn: %s", line)
		}
	}
}

func TestCurvesHoldNumbers(t *testing.T) {
	each(t, func(t *testing.T, d dom) {
		for _, n := range d.all("") {
			for _, a := range n.Attr {
				if strings.Contains(a.Val, "NaN") || strings.Contains(a.Val, "Inf") {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			}
		}
	})
}

// BenchmarkHTML is the page of a run over ten million rows.
func BenchmarkHTML(b *testing.B) {
	r := probedRun(b)
	for b.Loop() {
		if err := HTML(io.Discard, r); err != nil {
			b.Fatal(err)
		}
	}
}
