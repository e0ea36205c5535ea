package risk

import (
	"math"

	"github.com/prebounce/prebounce/validate/segments"
)

// prior is the chance that a row of kind k is dead before anybody was asked: what the mix says of its kind,
// moved by what the address itself tells.
func (p *Params) prior(x *mix, k kind) float64 {
	m := clampRate(x.prior[k.bare()])
	odds := m / (1 - m)
	if k.disposable() {
		odds *= p.get(disposableOdds)
	}
	if k.role() {
		odds *= p.get(roleOdds)
	}
	odds *= p.calledOdds(k.called())
	return clampRate(odds / (1 + odds))
}

// clampRate keeps a chance away from 0 and 1, where logits and Beta distributions end.
func clampRate(m float64) float64 { return min(max(m, 1e-5), 0.9) }

// decay is the chance that a mailbox of the provider dies in the given days between its answer and the send.
func (p *Params) decay(provider segments.Provider, days float64) float64 {
	return 1 - math.Exp(-p.get(lambda+param(provider))*days/365)
}
