package suppression

import (
	"iter"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// Choice says which addresses to suppress: those with one of the verdicts, and those with one of the reasons.
type Choice struct {
	Verdicts []validate.Verdict
	Reasons  validate.Reasons
}

// Undeliverable chooses what will surely bounce.
var Undeliverable = Choice{Verdicts: []validate.Verdict{validate.Undeliverable}}

// Of goes through the chosen addresses of a run. Undeliverable ones that stay in clean are left out, for they are sent to on purpose. Texts
// that are no address are left out, and handed to odd, if that isn't nil: an import of them would fail.
func (c Choice) Of(results iter.Seq2[batch.Result, error], odd func(batch.Result)) iter.Seq2[batch.Result, error] {
	wanted := c.names()
	return func(yield func(batch.Result, error) bool) {
		for r, err := range results {
			switch {
			case err == nil && (!wanted[r.Status] && !wanted[r.Reason] || sentTo(&r)):
			case err == nil && !isAddress(r.Address):
				if odd != nil && r.Address != "" {
					odd(r)
				}
			case !yield(r, err):
				return
			}
		}
	}
}

// sentTo tells whether the person sends to an undeliverable address all the same, as to those of an audit.
func sentTo(r *batch.Result) bool {
	return r.Status == validate.Undeliverable.String() && r.List == validate.Clean.String()
}

// names holds the verdicts and reasons as results.csv has them; no reason is called as a verdict is.
func (c Choice) names() map[string]bool {
	names := map[string]bool{}
	for _, v := range c.Verdicts {
		names[v.String()] = true
	}
	for _, r := range c.Reasons.All() {
		names[r.String()] = true
	}
	return names
}

// isAddress tells whether a text is what services call an address: neither a domain literal nor a domain without a dot.
func isAddress(text string) bool {
	a, err := validate.Parse(text)
	return err == nil && !a.Literal && strings.Contains(a.Domain, ".")
}
