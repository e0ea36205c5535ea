package risk

import (
	"fmt"
	"math"
	"time"
)

const (
	leastAnswers = 100 // of mail hosts, to be evidence about a list
	leastDead    = 3   // domains, to forbid a send
	longSince    = 300 // days since the last send, from which the send is evidence against mailing
)

// answers is how many mailboxes were asked about with a usable answer.
func (w *work) answers() (n float64) {
	for _, s := range w.fit.segs {
		k, _ := s.informative()
		n += k
	}
	return n
}

// permits reports whether there is evidence that may justify a send. Domains that accept mail say nothing
// about mailboxes.
func (w *work) permits() bool {
	return w.sent() || w.learned() || w.answers() >= min(leastAnswers, w.sel[AsIs].rows())
}

// forbids reports whether there is evidence that may forbid a send.
func (w *work) forbids() bool {
	s, o := &w.tally.Signs, w.o
	return w.learned() || w.answers() >= leastAnswers || (s.DNS && s.Dead >= leastDead) || o.Claim.Never ||
		(!o.Claim.LastSent.IsZero() && w.days(o.Claim.LastSent) >= longSince) ||
		(w.survived() && s.Sent.Newest >= longSince)
}

// sent reports whether a last send is known or claimed.
func (w *work) sent() bool { return !w.o.Claim.LastSent.IsZero() || w.survived() }

func (w *work) survived() bool { return w.fit.mix.look.survivedShare >= leastSurvived }

// learned reports whether this sender's earlier sends are known.
func (w *work) learned() bool { return w.o.Params.past.number > 0 || w.o.History.Sent >= leastSent }

func (w *work) days(at time.Time) int64 { return w.fit.mix.look.days(at) }

// condition repeats what was claimed and the advice rests on, as what stands behind "Send, "; empty: nothing
// of that sort.
func (w *work) condition(c Code) string {
	against := c == DoNotSend
	claim := w.o.Claim
	switch {
	case claim.Never && against:
		return "if it was never mailed through a service that suppresses hard bounces"
	case !claim.LastSent.IsZero() && !claim.Never:
		return fmt.Sprintf("if you mailed these contacts in %s through a service that suppresses hard bounces",
			claim.LastSent.Format("January 2006"))
	case w.survived() && w.tally.Signs.SentClaimed:
		return "if its last-sent dates come from a service that suppresses hard bounces"
	}
	return ""
}

// Settle is one way to settle an open question, and the effect that it would have.
type Settle struct {
	Do      string     `json:"do"`             // what to do
	Flag    string     `json:"flag,omitempty"` // what to type
	Answers []Answered `json:"answers,omitempty"`
}

// Answered is one possible answer to an open question, and the 95% interval that the rate would then have.
type Answered struct {
	If   string     `json:"if"`
	CI95 [2]float64 `json:"ci95"`
}

// settle is what would settle which side of the line the list lies on, the cheapest first.
func (w *work) settle(probes int64) (out []Settle) {
	if w.fit.mix.look.rows == 0 {
		return nil
	}
	if !w.sent() && !w.o.Claim.Never && !w.answered() {
		out = append(out, w.sayWhen())
	}
	if probes > 0 {
		out = append(out, Settle{Do: fmt.Sprintf("ask mail servers about a sample: about %s questions",
			thousands(probes)), Flag: "--probe"})
	}
	if !w.learned() {
		out = append(out, Settle{Do: "give prebounce the bounces of an earlier send to similar contacts",
			Flag: "prebounce calibrate --sent SENT.csv --bounces EXPORT"})
	}
	if n := w.freshest(); n > 0 {
		out = append(out, Settle{Do: fmt.Sprintf("send to the %s most recent contacts first, and see what bounces",
			thousands(n))})
	}
	return out
}

// answered reports whether mail servers said so much of the list that intervals which leave their answers out
// are untrue.
func (w *work) answered() bool { return w.answers() >= min(leastAnswers, w.sel[AsIs].rows()/10) }

// sayWhen is the question when the list was last mailed, with the intervals that its answers would leave.
func (w *work) sayWhen() Settle {
	now := w.tally.now
	month, year := MiddleOf(now.AddDate(0, 0, -30)), MiddleOf(now.AddDate(-1, 0, 0))
	s := Settle{Do: "tell prebounce when this list was last mailed through a service that suppresses hard bounces",
		Flag: "--last-sent " + month.Format("2006-01")}
	for _, a := range [...]struct {
		say   string
		claim Claim
	}{{"--last-sent " + month.Format("2006-01"), Claim{LastSent: month}}, {"--last-sent " + year.Format("2006-01"),
		Claim{LastSent: year}}, {"--last-sent never", Claim{Never: true}}} {
		o := *w.o
		o.Claim = a.claim
		x := w.fit.mix.again(o.Params, &o)
		x.sort()
		s.Answers = append(s.Answers, Answered{a.say, x.interval(w.o.Params)})
	}
	return s
}

// MiddleOf returns the day that represents a month when only the month is known.
func MiddleOf(month time.Time) time.Time {
	return time.Date(month.Year(), month.Month(), 15, 0, 0, 0, 0, time.UTC)
}

// interval is the 95 % interval of the rate of the list, near enough: the effects of its operators and chance
// are added.
func (m *mix) interval(p *Params) [2]float64 {
	sd := math.Sqrt(min(m.look.ownVariance(p), 0.3))
	at := func(q, z float64) float64 {
		rate := m.quantile(q)
		noise := math.Hypot(sd*rate, math.Sqrt(rate/max(m.look.rows, 1)))
		return min(max(rate+z*noise/2, 0), 1)
	}
	return [2]float64{at(0.025, -1.96), at(0.975, 1.96)}
}

const (
	leastFreshest = 200
	mostFreshest  = 1000
)

// freshest is how many of the most recent contacts make a first part that shows what the others are like;
// zero: the list is too short for that, or nobody knows who is recent.
func (w *work) freshest() int64 {
	dated := w.fit.mix.look.rows - w.fit.mix.look.unknownRows
	n := int64(min(dated/5, mostFreshest))
	if n < leastFreshest {
		return 0
	}
	return n
}
