package report

import (
	"context"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/mx"
)

// earlierRun is what a run of clean found about a list before it was sent.
type earlierRun struct {
	risk      *risk.Forecast
	operators operators
	chances   []float32 // of each row of the campaign; NaN: the run doesn't know it
	replies   []said    // to asking about each row
	all       [numSaid]int64
}

// said is what a mail host said of a mailbox before the send.
type said uint8

const (
	nothing said = iota
	accepted
	refused
	numSaid
)

var saidBy = map[string]said{
	validate.Accepted.String():       accepted,
	validate.MailboxUnknown.String(): refused, validate.MailboxDisabled.String(): refused,
	validate.MailboxMoved.String(): refused,
}

// Earlier reads the run in dir, which gave the campaign's rows their chances.
func (c *Campaign) Earlier(ctx context.Context, dir string) error {
	r, err := Load(dir)
	if err != nil {
		return err
	}
	run := &earlierRun{risk: r.Risk, operators: operators{}, chances: make([]float32, len(c.fates)),
		replies: make([]said, len(c.fates))}
	for i := range run.chances {
		run.chances[i] = float32(math.NaN())
	}
	f, err := os.Open(filepath.Join(dir, "results.csv"))
	if err != nil {
		return err
	}
	defer f.Close()
	for row, err := range Results(ctx, f) {
		if err != nil {
			return fmt.Errorf("reading %s: %w", f.Name(), err)
		}
		c.earlier(run, &row)
	}
	c.run = run
	return nil
}

func (c *Campaign) earlier(run *earlierRun, row *batch.Result) {
	if domain := row.Address[strings.LastIndexByte(row.Address, '@')+1:]; row.Operator != "" &&
		run.operators[domain] == "" {
		run.operators[strings.Clone(domain)] = strings.Clone(row.Operator)
	}
	reply := nothing
	if row.SMTPCode != "" {
		reply = saidBy[row.Reason]
	}
	run.all[reply]++
	i := c.row(row.Address)
	if i < 0 {
		return
	}
	run.replies[i] = reply
	if p, err := strconv.ParseFloat(row.PBounce, 32); err == nil && p >= 0 && p <= 1 {
		run.chances[i] = float32(p)
	}
}

// prove sets what was said of a row against what came.
func (r *earlierRun) prove(x *risk.Proof, row int, hard bool) {
	switch {
	case r == nil:
	case r.replies[row] == accepted:
		x.Sent++
		if hard {
			x.Bounced++
		}
	case r.replies[row] == refused:
		x.Tried++
		if !hard {
			x.Wrong++
		}
	}
}

// proof completes what prove counted; nil if no mail host was asked.
func (r *earlierRun) proof(x *risk.Proof) *risk.Proof {
	if r == nil || r.all[accepted]+r.all[refused] == 0 {
		return nil
	}
	x.Accepted, x.Refused = float64(r.all[accepted]), float64(r.all[refused])
	return x
}

// asOf is the day for which the run of Earlier made its forecast, or zero if there is none.
func (c *Campaign) asOf() time.Time {
	if c.run == nil || c.run.risk == nil {
		return time.Time{}
	}
	return c.run.risk.AsOf
}

// leastKnown is the share of the list that the run must know for its forecast to be one of the campaign.
const leastKnown = 0.9

// mean is the mean chance of the rows that the run knows, and whether these are enough.
func (r *earlierRun) mean() (p float64, enough bool) {
	if r == nil {
		return 0, false
	}
	known := 0.0
	for _, x := range r.chances {
		if x == x {
			p, known = p+float64(x), known+1
		}
	}
	return p / max(known, 1), known > 0 && known >= leastKnown*float64(len(r.chances))
}

// chance is what the run gave a row, or the usual one.
func (r *earlierRun) chance(row int, usual float64) float64 {
	if r == nil || r.chances[row] != r.chances[row] {
		return usual
	}
	return float64(r.chances[row])
}

// forecast is what the run said of the rows of the campaign: the mean of their chances, and the interval of
// the list that they are most of, moved to that mean. It is nil if the run made no forecast.
func (r *earlierRun) forecast(c *history.Campaign) *history.Forecast {
	if r.risk == nil {
		return nil
	}
	sent, _ := c.Rows()
	out := &history.Forecast{}
	for _, s := range c.Sorts {
		out.Rate += s.Forecast / float64(max(sent, 1))
	}
	list := r.scene(sent)
	for i := range out.CI95 {
		out.CI95[i] = min(list.CI95[i]*out.Rate/max(list.Mean, 1e-9), 1)
	}
	out.Rate = min(out.Rate, 1)
	return out
}

// scene is the rate of the list whose size is nearest to what was sent.
func (r *earlierRun) scene(sent int64) risk.Rate {
	best := r.risk.Rate.Cleaned
	for _, other := range []*risk.Rate{&r.risk.Rate.AsIs, r.risk.Rate.Core} {
		if other != nil && distance(other.Rows, sent) < distance(best.Rows, sent) {
			best = *other
		}
	}
	return best
}

func distance(a, b int64) int64 { return max(a-b, b-a) }

// operators are those of the domains that DNS was asked about before: a [batch.Resolver] that asks nobody.
type operators map[string]string

func (o operators) All(ctx context.Context, names iter.Seq[string], emit func(string, validate.Mail) error) (mx.Doubt,
	error) {
	for name := range names {
		m := validate.Mail{}
		if operator := o[name]; operator != "" {
			m = validate.Mail{Status: validate.HasMX, Operator: operator}
		}
		if err := emit(name, m); err != nil {
			return mx.Doubt{}, err
		}
	}
	return mx.Doubt{}, context.Cause(ctx)
}
