package risk

import (
	"fmt"
	"math"
)

// Proof compares the replies of mail servers with the results of a send. Of the Refused mailboxes, Tried were mailed
// anyway, and Wrong of those accepted the mail. Of the Accepted mailboxes, Sent were mailed, and Bounced of those
// bounced hard.
type Proof struct {
	Refused, Tried, Wrong   float64
	Accepted, Sent, Bounced float64
}

// plus is the sum of x and y, with y weighted.
func (x Proof) plus(y Proof, weight float64) Proof {
	return Proof{
		x.Refused + weight*y.Refused, x.Tried + weight*y.Tried, x.Wrong + weight*y.Wrong,
		x.Accepted + weight*y.Accepted, x.Sent + weight*y.Sent, x.Bounced + weight*y.Bounced,
	}
}

// Hosts differ, and change their ways: however many were asked, they count for no more than these.
const (
	mostDead = 400
	mostLive = 3000
)

// learnProbe is the table with the probe's error rates adjusted to the proof. The share of dead mailboxes that
// the probe misses follows from accepted mailboxes that bounced. The share of live mailboxes that it calls dead can be
// learned only by sending to some refused mailboxes anyway; without such an audit, that number stays an assumption.
func (p Params) learnProbe(x Proof) Params {
	if x.Sent <= 0 || x.Accepted <= 0 {
		return p
	}
	missed := x.Bounced * x.Accepted / x.Sent
	live := max(x.Accepted-missed, 0)
	wrong := min(p.get(falsePositive)*live, x.Refused)
	if x.Tried > 0 {
		wrong = x.Refused * x.Wrong / x.Tried
		p.learnShare(falsePositive, x.Wrong, live*min(x.Tried/max(x.Refused, 1), 1), mostLive)
		p.past.audit = &Audit{x.Tried, x.Wrong, p.refusalsTrue(x, live)}
	}
	if found := x.Refused - wrong; found+missed > 0 {
		p.learnShare(sensitivity, found, missed, mostDead)
	}
	return p
}

// refusalsTrue is the share of the refusals that are true: of those that were tried by what came of them, of
// the others by the share of the live mailboxes that hosts refuse. Live is how many were accepted.
func (p *Params) refusalsTrue(x Proof, live float64) float64 {
	f := p.get(falsePositive)
	wrong := x.Wrong + f/(1-f)*live*(1-x.Tried/x.Refused)
	return max(1-wrong/x.Refused, 0)
}

// learnShare updates a row that is a share, as a Beta distribution, by how often it was so and how often not.
func (p *Params) learnShare(i param, yes, no, most float64) {
	row := &p.rows[i]
	if n := yes + no; n > most {
		yes, no = yes*most/n, no*most/n
	}
	size := max(row.Value*(1-row.Value)/max(square(row.SD), 1e-12)-1, 2)
	a, b := row.Value*size+yes, (1-row.Value)*size+no
	lo, hi := i.limits()
	row.Value = min(max(a/(a+b), lo), hi)
	row.SD = math.Sqrt(a * b / (square(a+b) * (a + b + 1)))
	row.Kind, row.Source = learnedKind, fmt.Sprintf("your own sends: %.0f of %.0f", yes, yes+no)
}
