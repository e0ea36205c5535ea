package serve

import (
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
)

// deciders are those of the runs that were looked at last. Making one reads the report of the run and fits
// its model anew.
type deciders struct {
	mu  sync.Mutex
	all []*tried
}

const mostDeciders = 6

// triedKey tells deciders apart. A report that is made anew has another time.
type triedKey struct {
	run      string
	made     time.Time
	size     int64
	supposed supposed
}

// tried is a run whose decisions are tried.
type tried struct {
	key      triedKey
	make     sync.Once
	err      error
	service  risk.Profile
	target   float64
	braked   bool
	own      report.Decision // what the run decided
	switches []report.Switch

	mu      sync.Mutex // a decider is for one goroutine
	decider *report.Decider
	before  report.Decided // what the run's own decision comes to
}

// of returns the decider of a run under a supposition.
func (c *deciders) of(run *Run, p supposed) (*tried, error) {
	at, err := os.Stat(filepath.Join(run.out(), "report.json"))
	if err != nil {
		return nil, errGone
	}
	t := c.find(triedKey{run.ID, at.ModTime(), at.Size(), p})
	t.make.Do(func() { t.err = t.load(run) })
	return t, t.err
}

// find returns the one that is there already, or makes room for a new one.
func (c *deciders) find(key triedKey) *tried {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.all {
		if t.key == key {
			return t
		}
	}
	t := &tried{key: key}
	if len(c.all) == mostDeciders {
		c.all = append([]*tried(nil), c.all[1:]...)
	}
	c.all = append(c.all, t)
	return t
}

func (t *tried) load(run *Run) error {
	result, err := report.Load(run.out())
	if err != nil {
		return err
	}
	return t.take(result, ownDecision(run))
}

// take makes the decider of a result, which is nobody else's.
func (t *tried) take(r *report.Result, own report.Decision) (err error) {
	if err = t.key.supposed.rejudge(r); err != nil {
		return err
	}
	if t.decider, err = report.NewDecider(r); err != nil {
		return err
	}
	t.own, t.switches, t.braked = own, t.decider.Switches(), r.Brake.Pulled
	t.service, t.target = r.Risk.Threshold.Service, r.Risk.Threshold.Target
	t.before, err = t.decider.Decide(own)
	return err
}

func (t *tried) decide(want report.Decision) (report.Decided, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.decider.Decide(want)
}
