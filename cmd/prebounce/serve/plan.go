package serve

import (
	"context"
	"encoding/json"
	"time"

	"github.com/prebounce/prebounce/probe"
)

// plan is what asking mail hosts would take, as clean tells of it.
type plan struct {
	Questions int           `json:"questions"`
	RCPTs     int           `json:"rcpts"`
	Takes     time.Duration `json:"takes_ns"`
	Sample    bool          `json:"sample"`
	Operators []probe.Part  `json:"operators"`

	Said []string
	Fit  []finding
	More int // operators that are not shown
}

// mostOperators is how many a page shows.
const mostOperators = 10

// planOf reads the plan of a run; nil if there is none.
func planOf(run *Run) *plan {
	if run.Plan == nil {
		return nil
	}
	p := &plan{Said: run.Plan.Said, Fit: run.Fit}
	if json.Unmarshal([]byte(run.Plan.Out), p) != nil {
		p.Operators = nil // the messages say why there is no plan
	}
	p.More = max(0, len(p.Operators)-mostOperators)
	p.Operators = p.Operators[:len(p.Operators)-p.More]
	return p
}

// Long is how long asking takes, for people.
func (p *plan) Long() string { return span(p.Takes) }

// Red reports whether anything fails, so that asking is refused.
func (p *plan) Red() bool {
	for _, f := range p.Fit {
		if f.Result == "fail" {
			return true
		}
	}
	return false
}

// examining bounds how long the person waits for the doctor.
const examining = 20 * time.Second

// fit asks the doctor, by DNS alone, whether mail hosts can be asked from here in that name. What is well is left out.
func (s *Server) fit(ctx context.Context, c Choices) (found []finding) {
	ctx, cancel := context.WithTimeout(ctx, examining)
	defer cancel()
	args := append([]string{"doctor", "--format=json", "--no-connect", "--no-blocklists"}, s.network()...)
	for _, name := range []string{"from", "helo", "ip"} {
		if value := c.First(name); value != "" {
			args = append(args, "--"+name+"="+value)
		}
	}
	var d diagnosis
	if json.Unmarshal([]byte(s.command(ctx, nil, args...).Out), &d) != nil {
		return nil
	}
	for _, r := range d.Reports {
		for _, f := range r.Findings {
			if probing[f.Check] && (f.Result == "fail" || f.Result == "warn") {
				found = append(found, f)
			}
		}
	}
	return found
}

// probing are the checks that have to pass before mail hosts are asked, of those that need no connection: see
// identity.Examiner.Preflight.
var probing = map[string]bool{
	"helo": true, "helo_address": true, "address": true, "ptr": true, "fcrdns": true, "helo_ptr": true,
	"sender": true, "sender_mail": true, "spf": true,
}
