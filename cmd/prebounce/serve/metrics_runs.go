package serve

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// runStates counts the runs that are there whenever somebody looks.
type runStates struct{ runs *runs }

var runsNow = prometheus.NewDesc("prebounce_runs", "Runs that are there, by their state.", []string{"state"}, nil)

// Describe is of [prometheus.Collector].
func (runStates) Describe(to chan<- *prometheus.Desc) { to <- runsNow }

// Collect is of [prometheus.Collector].
func (c runStates) Collect(to chan<- prometheus.Metric) {
	all, err := c.runs.list(time.Now())
	if err != nil {
		to <- prometheus.NewInvalidMetric(runsNow, err)
		return
	}
	n := map[State]int{Open: 0, Waiting: 0, Working: 0, Stopped: 0, Failed: 0, Done: 0}
	for _, run := range all {
		n[run.State()]++
	}
	for state, n := range n {
		to <- prometheus.MustNewConstMetric(runsNow, prometheus.GaugeValue, float64(n), string(state))
	}
}
