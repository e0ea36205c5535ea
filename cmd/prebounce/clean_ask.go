package main

import (
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
	var store probe.Store
	if s, ok := r.Answers.(probe.Store); ok {
		store = s
	}
	a, err := o.probe.asking(c, asker, store, r.Lists, o.private)
	if err != nil {
		return err
	}
	a.planOnly, a.json, a.quiet, a.prober.Progress = o.plan, o.json, o.quiet || o.json, show
	a.sampler, _ = r.Sampler.(*report.Sampler)
	a.prober.Series = &probe.Series{RCPTs: int(o.sample.cap(o.probeAll))}
	if o.probeAll {
		a.prober.Budget = a.prober.Series.RCPTs
	}
	r.Asker = a
	return nil
}
