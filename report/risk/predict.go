package risk

import (
	"errors"
	"fmt"
	"time"
)

// Options are the inputs of a forecast besides the list. The zero value is a typical service with default parameters.
type Options struct {
	Profile Profile
	Params  *Params    // nil: the built-in table
	History History    // already sent in the same window
	Claim   Claim      // what the user states about the list
	Remove  []Category // categories that cleaning removes besides certain bounces
	RCPT    int64      // RCPT commands in all; without a Stopped: as many as rows asked, at least
	Stopped Stop       // why asking stopped
	Curve   []Point    // precision of the forecast after each round while asking
	Seed    uint64     // of the choice of rows to ask about; recorded in the forecast

	mesh mesh
}

// Predict forecasts the hard bounces of a list. It fails only if the options are invalid; the forecast of an empty
// list is empty.
func Predict(t *Tally, o Options) (*Forecast, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	w := newWork(t, &o)
	w.scenes()
	f := &Forecast{
		Model: modelName, AsOf: t.now.UTC().Truncate(time.Second), Rows: t.rows(), Scored: int64(w.sel[AsIs].rows()),
		Suppressed: t.states[suppressedState], Duplicates: t.states[duplicateState], Seed: o.Seed, Remove: o.Remove,
		dists: w.dist,
	}
	if !o.Claim.none() {
		f.Claim = &o.Claim
	}
	f.Makeup = w.fit.mix.makeup()
	f.Rate = w.rates()
	f.Expected = w.expectations()
	f.Threshold = w.threshold()
	f.Uncertainty = w.uncertainty()
	f.Probes = w.probes()
	f.Verdict = w.verdict(f)
	f.Categories = w.categories()
	f.Segments = w.segments()
	f.Evidence = w.evidence()
	f.Lessons = o.Params.lessons()
	f.Assumptions = w.assumptions()
	f.Warnings = w.warnings()
	w.addresses(f)
	return f, nil
}

// complete fills in what was left out and refuses what can't be.
func (o *Options) complete() error {
	if o.Params == nil {
		p := defaultParams()
		o.Params = &p
	}
	if o.Profile == (Profile{}) {
		o.Profile, _ = ProfileNamed(UsualProfile)
	}
	var err error
	if o.Profile, err = o.Profile.complete(); err != nil {
		return err
	}
	if o.mesh.step == 0 {
		o.mesh = usual()
	}
	for _, c := range o.Remove {
		if !c.known() {
			return fmt.Errorf("unknown category %q", c)
		}
	}
	return o.History.Check()
}

// Check reports an inconsistent history.
func (h History) Check() error {
	switch {
	case h.Sent < 0 || h.Hard < 0:
		return errors.New("invalid history: sent and bounced must not be negative")
	case h.Hard > h.Sent:
		return fmt.Errorf("invalid history: %d bounced, but only %d were sent", h.Hard, h.Sent)
	}
	return nil
}

// work is one forecast in the making.
type work struct {
	tally  *Tally
	o      *Options
	fit    *fit
	shifts []shift
	mean   []counts    // of each segment: the chance that a row of each group bounces, all told
	tilts  [][]float64 // of each segment's members: the chance against the segment's average
	sel    [numScenes]selection
	dist   [numScenes]distribution
	core   []bool // of each segment: in the core
}

func newWork(t *Tally, o *Options) *work {
	w := &work{tally: t, o: o}
	x := newMix(t, o.Params, o)
	w.fit = newFit(cutSegments(t, o.Params, x), o.Params, o.mesh, x)
	w.shifts = w.fit.shifts(t)
	w.average()
	w.tilt()
	return w
}

// scenes computes the lists that could be sent.
func (w *work) scenes() {
	w.sel[AsIs] = everything(w.tally, w.fit.segs)
	w.sel[Cleaned] = w.choose(func(r *rowKind) bool { return !w.gone(r) })
	for _, s := range [...]Scene{AsIs, Cleaned} {
		w.dist[s] = w.distribution(&w.sel[s])
	}
	w.findCore()
}

func (w *work) distribution(sel *selection) distribution {
	return w.fit.distribution(sel, w.systematic(sel))
}

// exceeds is the chance that a list crosses the line t together with what was sent before: that B + H > t
// max(N + S, volume).
func exceeds(d distribution, t float64, h History, volume int64) float64 {
	if d == nil || d.size() == 0 {
		return 0
	}
	allowed := t*max(d.size()+float64(h.Sent), float64(volume)) - float64(h.Hard)
	return 1 - d.below(floor(allowed))
}

// probability of crossing the profile's target.
func (w *work) exceeds(d distribution) float64 {
	return exceeds(d, w.o.Profile.Target, w.o.History, w.o.Profile.Volume)
}

func (w *work) rates() Rates {
	out := Rates{AsIs: w.rate(AsIs), Cleaned: w.rate(Cleaned)}
	if w.dist[Core] != nil {
		core := w.rate(Core)
		out.Core = &core
	}
	return out
}

func (w *work) rate(s Scene) Rate { return rateOf(w.dist[s], w.expected(&w.sel[s])) }

// rateOf sums up a distribution with a mean number of bounces.
func rateOf(d distribution, bounces float64) Rate {
	n := d.size()
	if n == 0 {
		return Rate{}
	}
	between := func(share float64) [2]float64 {
		return [2]float64{quantile(d, (1-share)/2) / n, quantile(d, (1+share)/2) / n}
	}
	return Rate{
		Rows: int64(n), Mean: bounces / n, Median: quantile(d, 0.5) / n,
		CI50: between(0.50), CI90: between(0.90), CI95: between(0.95),
	}
}

func (w *work) threshold() Threshold {
	p := w.o.Profile
	return Threshold{
		Profile: p.Name, Target: p.Target, Kind: p.Kind, History: w.o.History, Service: p,
		Exceed: w.exceed(p.Target), Warn: w.line(p.Warn), Act: w.line(p.Act),
	}
}

func (w *work) line(rate float64) *Line {
	if rate == 0 {
		return nil
	}
	return &Line{rate, w.exceed(rate)}
}

func (w *work) exceed(rate float64) Exceed {
	h, v := w.o.History, w.o.Profile.Volume
	out := Exceed{AsIs: exceeds(w.dist[AsIs], rate, h, v), Cleaned: exceeds(w.dist[Cleaned], rate, h, v)}
	if w.dist[Core] != nil {
		p := exceeds(w.dist[Core], rate, h, v)
		out.Core = &p
	}
	return out
}

// expectations splits the bounces to expect by what the server would say.
func (w *work) expectations() Expected {
	out := Expected{AsIs: w.expected(&w.sel[AsIs]), Cleaned: w.expected(&w.sel[Cleaned])}
	of := func(states ...state) float64 {
		var sel selection
		for _, s := range states {
			sel.settled[s] = float64(w.tally.states[s])
		}
		return w.expected(&sel)
	}
	mailbox := selection{parts: w.sel[AsIs].parts}
	mailboxes := w.expected(&mailbox)
	var refused, off float64
	for _, s := range w.fit.segs {
		refused += s.rows[dead]
		off += s.disabled
	}
	disabled := w.o.Params.share(disabledShare, w.o.Params.get(disabledShare), off, refused)
	out.ByClass = ByClass{
		Syntax: of(syntaxState), DeadDomain: of(deadState, failedState),
		Disabled: disabled * mailboxes, UserUnknown: (1-disabled)*mailboxes + of(typoState, bouncedState),
	}
	return out
}

func (w *work) probes() Probes {
	p := Probes{RCPT: w.o.RCPT, Stopped: w.o.Stopped, Curve: w.o.Curve}
	asked := int64(0)
	for _, s := range w.fit.segs {
		asked += int64(s.asked)
		p.Informative += int64(s.rows[dead] + s.rows[live])
		p.CatchAll += int64(s.rows[caught])
		p.Unknown += int64(s.rows[silent])
	}
	p.Policy = asked - p.Informative - p.CatchAll - p.Unknown
	if p.Stopped == "" {
		p.RCPT = max(p.RCPT, asked)
	}
	return p
}

func (w *work) warnings() (out []string) {
	if n := w.tally.future; n > 0 {
		out = append(out, fmt.Sprintf("%d rows have a date in the future, which counts as today", n))
	}
	return out
}
