package report

import (
	"strconv"

	"github.com/prebounce/prebounce/report/risk"
)

// simulated says what the intervals are worth.
const simulated = "The intervals are calibrated on simulated lists."

// evidence says where the number comes from and how good it can get.
func (t *teller) evidence() section {
	s := section{ID: "evidence", Title: "How sure the forecast is"}
	f := t.result.Risk
	if f.Expected.AsIs <= 0 {
		return s
	}
	g := grid{Head: []string{"of the expected bounces", "share", "that is"}, Right: []int{1}}
	for _, p := range evidenceParts(f) {
		g.row(p.name, share(p.share), p.what)
	}
	s.add(g)
	u := f.Uncertainty
	doubt := grid{Title: "how far off the rate may be", Head: []string{"because", "points (1 SD)"}, Right: []int{1}}
	doubt.row("not every mailbox was asked, and lists differ", points(u.Sampling))
	doubt.row("mail servers' replies can be wrong, and some rates are assumed", points(u.Systematic))
	doubt.row("some mail servers can't be asked", points(u.Blind))
	s.add(doubt)
	s.Chart = stacked("What the expected bounces rest on", evidenceParts(f))
	s.Says = []string{
		"However many mailboxes are asked, the rate may stay uncertain by ±" + points(u.Floor) +
			" percentage points (95%).",
		"Only hard bounces are counted. Refusals for policy, content or reputation depend on the sender and are not.",
		simulated,
	}
	return s
}

func evidenceParts(f *risk.Forecast) []part {
	return []part{
		{"observed", "seen in this list", "solid", f.Evidence.Observed},
		{"learned", "learned from your earlier sends", "half", f.Evidence.Learned},
		{"assumed", "assumed", "hatched", f.Evidence.Assumed},
	}
}

// share writes a share of a whole; only all and nothing are 100% and 0%.
func share(x float64) string {
	switch {
	case x > 0 && x < 0.005:
		return "<1%"
	case x > 0.995 && x < 1:
		return ">99%"
	}
	return strconv.FormatFloat(100*x, 'f', 0, 64) + "%"
}

// assumptions are the parameters of the forecast that were assumed, those with most effect first.
func (t *teller) assumptions() section {
	s := section{ID: "assumptions", Title: "What the forecast assumes"}
	g := grid{Head: []string{"parameter", "effect, points", "value", "uncertainty", "status", "source"},
		Right: []int{1, 2, 3}}
	for _, a := range t.result.Risk.Assumptions {
		g.row(a.Name, signed(a.Effect), figure(a.Value), "±"+figure(a.SD), string(a.Kind), a.Source)
	}
	s.add(g)
	if len(g.Rows) > 0 {
		s.Says = []string{"These numbers are assumed. The effect is how far the rate of the original list moves " +
			"if a number is off by its uncertainty."}
	}
	return s
}

func figure(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }
