package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate/batch"
)

// asking reports whether mail hosts are to be asked.
func (o *cleaning) asking() bool { return o.probeAll || o.sample.wanted(o.probeAll) || o.plan }

// asks makes ready to ask mail hosts, if that is wanted.
func (o *cleaning) asks(c *cobra.Command, r *batch.Run, asker *asker, show func(probe.Progress)) error {
	if err := o.sample.check(o.probeAll); err != nil {
		return err
	}
	if !o.asking() {
		return nil
	}
	if o.probe.fleet != "" && !o.plan {
		return o.asksFleet(c, r, asker, show)
	}
	if o.needs { // whoever will ask is not known yet
		o.probe.identity.helo = cmp.Or(o.probe.identity.helo, "worker.invalid")
		o.probe.identity.from = cmp.Or(o.probe.identity.from, "nobody@worker.invalid")
	}
	var store probe.Store
	if s, ok := r.Answers.(probe.Store); ok {
		store = s
	}
	a, err := o.probe.asking(c, asker, store, r.Lists, o.private)
	if err != nil {
		return err
	}
	a.planOnly, a.json, a.quiet, a.prober.Progress = o.plan, o.json, o.quiet || o.json, show
	if o.needs {
		a.workers = o.workers
	}
	a.sampler, _ = r.Sampler.(*report.Sampler)
	a.prober.Series = &probe.Series{RCPTs: int(o.sample.cap(o.probeAll))}
	if o.probeAll {
		a.prober.Budget = a.prober.Series.RCPTs
	}
	r.Asker = a
	return nil
}
