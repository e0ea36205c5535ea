package risk

import "math"

// segmentPosterior is what is thought of one segment, given the spread and the effects of list and operator.
type segmentPosterior struct {
	p [numGroups]float64 // chance that a row of each group bounces
	d [numGroups]float64 // how fast that chance moves with theta
	v float64            // variance of theta
	t float64            // third central moment of theta
}

// probeView is how one segment's mailboxes are seen through the probe: everything of a leaf that doesn't depend on the
// effects.
type probeView struct {
	s, f    float64 // chance of a refusal if dead, if live
	r       float64 // odds of death if silent, against those that answer
	all     float64 // odds of death of all, against those that answer
	silent  float64 // share of questions without a usable answer
	through float64 // share of the dead that bounce, as catch-all domains swallow some
	caught  float64 // share of the dead at a catch-all domain that bounce
	wait    [numGroups]float64
}

// scaled is the chance whose odds are those of p times factor, and how fast it moves with p.
func scaled(p, factor float64) (q, slope float64) {
	d := 1 - p + factor*p
	return factor * p / d, factor / (d * d)
}

// kappa is how many rows a prior of mean m is worth, so that its standard deviation is about spread on the logit
// scale.
func kappa(m, spread float64) float64 { return max(1, 1/(spread*spread*m*(1-m))-1) }

// look computes the leaf for a prior mean m worth kappa rows, after y refusals in n usable answers, and the
// logarithm of how well the answers fit.
func (l *probeView) look(m, kappa, n, y float64) (segmentPosterior, float64) {
	psi := l.refused(m)
	a, b := psi*kappa, (1-psi)*kappa
	fit := 0.0
	switch {
	case n == 0:
	case n < fewAnswers:
		fit = math.Log(rising(a, y) * rising(b, n-y) / rising(kappa, n))
	default:
		fit = rise(a, y) + rise(b, n-y) - rise(kappa, n)
	}
	a, b = a+y, b+n-y
	theta, v, t := l.correct(a, b)
	out := segmentPosterior{v: v, t: t}
	l.chances(&out, theta)
	return out, fit
}

// refused is the chance that an answer is a refusal, where a share m of the mailboxes is dead.
func (l *probeView) refused(m float64) float64 {
	x, _ := scaled(m, 1/l.all) // with nothing but silence, the posterior so stays the prior
	return x*l.s + (1-x)*l.f
}

// correct takes the probe's errors out of a Beta(a, b) share of refusals (Rogan and Gladen 1978) and returns mean,
// variance and third central moment of the share of dead mailboxes.
func (l *probeView) correct(a, b float64) (theta, v, t float64) {
	k, gain := a+b, l.s-l.f
	psi := a / k
	theta = min(max((psi-l.f)/gain, 0), 1)
	v = psi * (1 - psi) / (k + 1) / (gain * gain)
	t = 2 * a * b * (b - a) / (k * k * k * (k + 1) * (k + 2)) / (gain * gain * gain)
	return theta, v, t
}

// chances fills in what each group's rows do, and how that moves with theta.
func (l *probeView) chances(out *segmentPosterior, theta float64) {
	refused := theta*l.s + (1-theta)*l.f
	accepted := 1 - refused
	all, dall := scaled(theta, l.all)
	out.p[open], out.d[open] = all*l.through, dall*l.through
	out.p[caught], out.d[caught] = all*l.caught, dall*l.caught
	out.p[dead] = 1
	if l.f > 0 {
		out.p[dead], out.d[dead] = theta*l.s/refused, l.s*l.f/(refused*refused)
	}
	if l.s < 1 {
		out.p[live], out.d[live] = theta*(1-l.s)/accepted, (1-l.s)*(1-l.f)/(accepted*accepted)
	}
	out.p[silent], out.d[silent] = scaled(theta, l.r)
	for g, w := range l.wait {
		out.p[g] += (1 - out.p[g]) * w
		out.d[g] *= 1 - w
	}
}

// fewAnswers is up to where products are quicker than logarithms. No factor reaches 1e7, so none overflows.
const fewAnswers = 16

// rising is a (a+1) … (a+k-1).
func rising(a, k float64) float64 {
	product := 1.0
	for i := 0.0; i < k; i++ {
		product *= a + i
	}
	return product
}

// rise is ln Γ(a+k) - ln Γ(a) for a whole k: the logarithm of rising.
func rise(a, k float64) float64 {
	if k < fewAnswers {
		return math.Log(rising(a, k))
	}
	top, _ := math.Lgamma(a + k)
	bottom, _ := math.Lgamma(a)
	return top - bottom
}
