package risk

import "math"

// inactivityLimit is how many years an operator keeps a mailbox that nobody uses, as published; zero for none.
var inactivityLimit = [numProviders]float64{Gmail: 2, Yahoo: 1, Outlook: 2}

// years is the mean age of the rows of a kind: since the last sign of a person, else since creation.
func (p *Params) years(k kind, c count) float64 {
	if k.age() == ageUnknown {
		return p.get(unknownAge)
	}
	return float64(c.days) / float64(c.rows) / daysPerYear
}

// prior is the chance that a row of kind k is dead before anything was seen of this list. It is a survival model:
// an address is wrong from the start with the badness of its source, unless a person was ever seen behind it, and a
// good one dies at the rate of its provider, faster once the operator's inactivity limit has passed.
func (p *Params) prior(k kind, c count) float64 {
	years := p.years(k, c)
	hazard := p.get(lambda+param(k.provider())) * years
	if limit := inactivityLimit[k.provider()]; limit > 0 {
		hazard += p.get(purge) * max(0, years-limit)
	}
	alive := math.Exp(-hazard)
	if !k.engaged() {
		alive *= 1 - p.get(badness+param(k.source()))
	}
	odds := (1 - alive) / max(alive, 1e-9)
	if k.disposable() {
		odds *= p.get(disposableOdds)
	}
	if k.role() {
		odds *= p.get(roleOdds)
	}
	return clampRate(odds / (1 + odds))
}

// clampRate keeps a chance away from 0 and 1, where logits and Beta distributions end.
func clampRate(m float64) float64 { return min(max(m, 1e-5), 0.9) }

// decay is the chance that a mailbox of the provider dies in the given days between its answer and the send.
func (p *Params) decay(provider Provider, days float64) float64 {
	return 1 - math.Exp(-p.get(lambda+param(provider))*days/365)
}
