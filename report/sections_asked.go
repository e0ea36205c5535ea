package report

import (
	"cmp"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// asked says how asking mail servers went.
func (t *teller) asked() section {
	s := section{ID: "asked", Title: "Mail servers that were asked"}
	total := validate.Asking{}
	g := grid{Head: []string{"operator", "addresses", "RCPTs", "sessions", "answered", "silent", "postponed",
		"can't tell"}, Right: []int{1, 2, 3, 4, 5, 6, 7}}
	for i, a := range t.result.Summary.Asking {
		total.Questions += a.Questions
		total.Asked += a.Asked
		total.Sessions += a.Sessions
		total.Answered += a.Answered
		if i < mostOperators {
			g.row(t.own(cmp.Or(a.Operator, "(unknown)")), number(int64(a.Questions)), orDash(int64(a.Asked)),
				orDash(int64(a.Sessions)),
				orDash(int64(a.Answered)), orDash(int64(a.Silent)), orDash(int64(a.Postponed)),
				orDash(int64(a.Unaskable)))
		}
		if a.Stopped != "" {
			s.Points = append(s.Points, t.own(stopped(&a)))
		}
	}
	if len(t.result.Summary.Asking) == 0 {
		return s
	}
	s.Says = []string{"Mail servers were asked about " + plural(int64(total.Questions), "address", "addresses") +
		", without sending a message: " +
		plural(int64(total.Asked), "question", "questions") + " in " + plural(int64(total.Sessions), "session",
		"sessions") + ", " +
		plural(int64(total.Answered), "answer", "answers") + "."}
	if len(s.Points) > mostOperators {
		s.Points = append(s.Points[:mostOperators], "and "+plural(int64(len(s.Points)-mostOperators), "operator",
			"operators")+" more; report.json has all")
	}
	s.add(g)
	return s
}

// mostOperators is how many operators a report shows; the JSON has all.
const mostOperators = 20

// stopped says why asking ended early at an operator.
func stopped(a *validate.Asking) string {
	says := []string{a.Operator + ": " + a.Stopped}
	if a.Reply != "" {
		says = append(says, "its reply was "+a.Reply)
	}
	if a.BlockList != "" {
		says = append(says, "the block list is "+a.BlockList)
	}
	if a.Withdrawn > 0 {
		says = append(says, plural(int64(a.Withdrawn), "refusal", "refusals")+" withdrawn")
	}
	if !a.Again.IsZero() {
		says = append(says, "not to be asked again before "+a.Again.UTC().Format(time.DateTime)+" UTC")
	}
	return strings.Join(says, "; ")
}
