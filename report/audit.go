package report

import (
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/batch"
)

// auditSpends is the share of the bounces that the service's line allows that an audit may cost.
const auditSpends = 0.1

// Audit returns an audit of a share of the refused rows, limited to what the service's line allows.
func (f *Forecaster) Audit(share float64) batch.Audit {
	p := f.options.Profile
	if p.Target == 0 {
		p, _ = risk.ProfileNamed(risk.UsualProfile)
	}
	return batch.Audit{Share: share, Most: auditSpends * p.Target}
}

// audited says whom the audit left in clean.
func (t *teller) audited() (says []string) {
	a := t.result.Summary.Audit
	if a == nil {
		return nil
	}
	share := risk.Percent(a.Share)
	switch {
	case a.Refused == 0:
		return []string{"Audit of " + share + ": no mailbox was refused, so there is nothing to audit."}
	case t.result.Summary.Brake.Pulled:
		return []string{"Audit of " + share + ": nobody was removed for a refusal, so there is nothing to audit."}
	case a.Kept == 0:
		return []string{"Audit of " + share +
			": the list is too short to bear even one more bounce, so no refused mailbox stays in it."}
	}
	return []string{
		"Audit of " + share + ": " + number(a.Kept) + " of " + plural(a.Refused, "refused mailbox stays",
			"refused mailboxes stay") + " in " + output(&t.result.Summary.Layout, "clean") +
			", drawn at random; about " + number(int64(a.Expected+0.5)) + " of them will bounce.",
		"After the send, prebounce calibrate learns from them how often a refusal is true.",
	}
}
