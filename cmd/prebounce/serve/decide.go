package serve

import (
	"net/http"

	"github.com/prebounce/prebounce/report"
)

// whatIf is the place of the live what-ifs: switches for steps, reasons, segments, age and risk limits, whose effect is computed from what
// the run stored. What it returns is shown by pages/decide.gohtml; nil shows none.
func (s *Server) whatIf(_ *http.Request, _ *Run, _ *report.Result) any { return nil }
