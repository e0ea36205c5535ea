package probe

import (
	"context"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/known"
	"github.com/prebounce/prebounce/validate/reply"
)

// runs says who runs a backup server, and how that operator is asked: domains use other operators' servers as backups.
func (p *Plan) runs(host string, own *operator) (name string, rule *Rule) {
	if o, ok := known.OperatorOf(host); ok {
		name = o.Name
	} else {
		name = known.RegistrableDomain(host)
	}
	if name == own.Operator {
		return name, &own.rule
	}
	its := p.rules.Of(name)
	return name, &its
}

// unwanted reports whether a backup server is not to be called: its operator is never asked, or has refused us, or a
// backup of this lane has.
func (t *hostSession) unwanted(ctx context.Context, host string) bool {
	name, rule := t.run.plan.runs(host, t.lane.operator)
	if t.lane.shutOut || !rule.Ask {
		return true
	}
	if op := t.run.plan.series.operators[name]; op != nil && t.run.stopped(op) != "" {
		return true
	}
	until, _, err := t.run.store.CoolingDown(ctx, name, time.Now())
	return err != nil || until.After(time.Now())
}

// backupSaid makes an answer of what a backup server says of a recipient. It may accept or refuse everybody, as it
// need not know who exists; only if it accepts somebody, too, its refusals tell recipients apart.
func (t *hostSession) backupSaid(d *domain, found validate.Answered, f reply.Finding) []validate.Answered {
	found.Proof |= validate.FromBackup
	switch {
	case f.Class == reply.Accepted:
		return append([]validate.Answered{found}, t.proofs(d).took(found.Host)...)
	case againstUs(f):
		t.lane.shutOut, t.slowed = true, true
	case f.Permanent:
		return []validate.Answered{t.proofs(d).refused(found)}
	}
	return []validate.Answered{found}
}
