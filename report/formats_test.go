package report

import (
	"io"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/segments"
)

func TestFormats(t *testing.T) {
	text := func(w io.Writer, r *Result) error { return Text(w, r, "out") }
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			r := s.make(t)
			golden(t, "run-"+s.name+".txt", written(t, text, r))
			golden(t, "run-"+s.name+".md", written(t, Markdown, r))
			if s.page {
				golden(t, "run-"+s.name+".html", written(t, HTML, r))
			}
			if r.Risk == nil || r.Risk.Scored == 0 { // the last digits of others depend on the processor
				golden(t, "run-"+s.name+".json", written(t, JSON, r))
			}
		})
	}
}

func TestEveryNameOfTheForecastHasAWord(t *testing.T) {
	for p := segments.Gmail; p <= segments.Corporate; p++ {
		if say(p.String()) == p.String() {
			t.Errorf("provider %s has no word", p)
		}
	}
	for code := range verdicts {
		if !strings.Contains(pageCSS, "."+string(code)) {
			t.Errorf("verdict %s has no colour", code)
		}
	}
}
