package risk

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestProofWithoutAnAuditLeavesFalseRefusalsAssumed(t *testing.T) {
	p := defaultParams().learnProbe(Proof{Refused: 300, Accepted: 5000, Sent: 5000, Bounced: 60})
	if p.rows[falsePositive] != defaultParams().rows[falsePositive] {
		t.Errorf("%+v", p.rows[falsePositive])
	}
	if s := p.rows[sensitivity]; s.Kind != learnedKind || s.Value > 0.88 || s.Value < 0.8 ||
		s.SD >= defaultParams().rows[sensitivity].SD {
		t.Errorf("60 of about 335 dead mailboxes were missed: %+v", s)
	}
}

func TestProofOfNothingTeachesNothing(t *testing.T) {
	for _, x := range []Proof{{}, {Refused: 10}, {Refused: 10, Accepted: 10}, {Accepted: 10, Sent: 10}} {
		p := defaultParams().learnProbe(x)
		if p.rows[falsePositive] != defaultParams().rows[falsePositive] ||
			p.rows[sensitivity] != defaultParams().rows[sensitivity] {
			t.Errorf("%+v teaches %+v, %+v", x, p.rows[sensitivity], p.rows[falsePositive])
		}
	}
}

func TestHoweverManyWereAskedTheProbeIsNotCertain(t *testing.T) {
	p := defaultParams().learnProbe(Proof{Refused: 1e7, Tried: 1e6, Wrong: 1e5, Accepted: 1e8, Sent: 1e8, Bounced: 1e6})
	if s, f := p.rows[sensitivity], p.rows[falsePositive]; s.SD < 0.005 || f.SD < 0.0005 {
		t.Errorf("%+v, %+v", s, f)
	}
}

// TestSimProofFindsTheErrorsOfTheProbe: sends of 20,000, of which a twentieth of the refused mailboxes is
// tried all the same.
func TestSimProofFindsTheErrorsOfTheProbe(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 9))
	var before, after [2]float64
	for range 200 {
		w := world{rng: rng}
		s, f := 0.80+0.2*rng.Float64(), 0.02*rng.Float64()
		dead := int(20_000 * 0.08 * rng.Float64())
		found, wrong := w.binomial(dead, s), w.binomial(20_000-dead, f)
		tried := w.binomial(found, 0.05)
		triedLive := w.binomial(wrong, 0.05)
		accepted := 20_000 - found - wrong
		p := defaultParams().learnProbe(Proof{
			Refused: float64(found + wrong), Tried: float64(tried + triedLive), Wrong: float64(triedLive),
			Accepted: float64(accepted), Sent: float64(accepted), Bounced: float64(dead - found),
		})
		for i, truth := range [2]float64{s, f} {
			row := [...]param{sensitivity, falsePositive}[i]
			before[i] += math.Abs(defaults[row].Value-truth) / 200
			after[i] += math.Abs(p.rows[row].Value-truth) / 200
		}
	}
	t.Logf("off by %.4f before and %.4f after in sensitivity, by %.4f and %.4f in false refusals", before[0],
		after[0], before[1], after[1])
	if after[0] > before[0]/2 || after[1] > before[1]*0.8 {
		t.Error("it hardly gets better")
	}
}

func TestProofSaysHowManyRefusalsAreTrue(t *testing.T) {
	for _, c := range []struct {
		name   string
		wrong  float64
		lo, hi float64
	}{{"none of fifty took the mail", 0, 0.95, 1}, {"every second took it", 25, 0.5, 0.8}} {
		p := defaultParams().learnProbe(Proof{Refused: 1000, Tried: 50, Wrong: c.wrong, Accepted: 9000, Sent: 9000,
			Bounced: 40})
		if got := p.past.audit.True; got < c.lo || got > c.hi {
			t.Errorf("%s: %.3f of all refusals are true", c.name, got)
		}
	}
	if p := defaultParams().learnProbe(Proof{Refused: 1000, Accepted: 9000, Sent: 9000}); p.past.audit != nil {
		t.Errorf("without an audit: %+v", p.past.audit)
	}
}
