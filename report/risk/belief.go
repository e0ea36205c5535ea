package risk

import "math"

// The logarithm of a list's rate against what is to be expected is looked at on this grid.
const (
	ratioReach = 6
	ratioStep  = 0.05
	numRatios  = int(2*ratioReach/ratioStep) + 1
)

func ratioAt(i int) float64 { return float64(i)*ratioStep - ratioReach }

// senderMeans is what a sender's lists are like on average, against a kept list: mailed and kept, mailed
// seldom, or never cleansed.
var senderMeans = []struct{ weight, mean, sd float64 }{{0.40, -0.1, 0.6}, {0.25, 2.4, 0.6}, {0.35, 3.3, 1.0}}

// senderSpreads are by how much a sender's lists may differ from each other: scales of a Student's t with
// four degrees of freedom, whose tails forgive one odd campaign.
var senderSpreads = []spell{{0.1, 2}, {0.2, 2}, {0.35, 2}, {0.6, 1}, {1, 0.5}, {1.6, 0.2}}

// belief is what is thought of a sender: for each spread, the logarithm of the weight of each mean.
type belief [][]float64

func newBelief() belief {
	b := make(belief, len(senderSpreads))
	for t, spread := range senderSpreads {
		b[t] = make([]float64, numRatios)
		for i := range b[t] {
			sum := 0.0
			for _, m := range senderMeans {
				z := (ratioAt(i) - m.mean) / m.sd
				sum += m.weight / m.sd * math.Exp(-z*z/2)
			}
			b[t][i] = math.Log(spread.weight * sum)
		}
	}
	return b
}

// mostOdd is how many spreads an odd list may lie off at most: beyond, the mean of a rate would be made of
// lists that nobody has seen.
const mostOdd = 6

// kernel is the distribution of a list about its sender's mean, at each distance on the grid.
func kernel(spread float64) []float64 {
	k, sum := make([]float64, 2*numRatios-1), 0.0
	for i := range k {
		z := float64(i-numRatios+1) * ratioStep / spread
		if math.Abs(z) <= mostOdd {
			k[i] = math.Pow(1+z*z/4, -2.5)
		}
		sum += k[i]
	}
	for i := range k {
		k[i] /= sum
	}
	return k
}

// variance is that of the logarithm of a ratio.
func variance(ratio []float64) float64 {
	mean, sum := 0.0, 0.0
	for i, w := range ratio {
		mean, sum = mean+w*ratioAt(i), sum+w*square(ratioAt(i))
	}
	return sum - mean*mean
}

// see takes in a campaign in which so many bounced where so many were to be expected. Spreads below least are
// taken for it.
func (b belief) see(hard, expected, weight, least float64) {
	fit, top := make([]float64, numRatios), math.Inf(-1)
	for i := range fit {
		fit[i] = hard*ratioAt(i) - expected*math.Exp(ratioAt(i))
		top = max(top, fit[i])
	}
	from, to := numRatios, 0
	for i := range fit {
		if fit[i] = math.Exp(fit[i] - top); fit[i] > 1e-12 {
			from, to = min(from, i), i+1
		}
	}
	for t, spread := range senderSpreads {
		k := kernel(max(spread.years, least))
		for mean := range b[t] {
			sum := 0.0
			for i := from; i < to; i++ {
				sum += fit[i] * k[i-mean+numRatios-1]
			}
			b[t][mean] += weight * math.Log(max(sum, 1e-300))
		}
	}
}

// next is the distribution of the next list of the sender. Spreads below least are taken for it.
func (b belief) next(least float64) []float64 {
	top := math.Inf(-1)
	for _, row := range b {
		for _, l := range row {
			top = max(top, l)
		}
	}
	out, total := make([]float64, numRatios), 0.0
	for t, row := range b {
		k := kernel(max(senderSpreads[t].years, least))
		for mean, l := range row {
			w := math.Exp(l - top)
			if w < 1e-9 {
				continue
			}
			for i := range out {
				out[i] += w * k[i-mean+numRatios-1]
				total += w * k[i-mean+numRatios-1]
			}
		}
	}
	for i := range out {
		out[i] /= total
	}
	return out
}
