package serve

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/prebounce/prebounce/validate/facts"
)

// storeState tells of the store of facts whenever somebody looks, in the words of the command cache. Without a store
// there is nothing to tell.
type storeState struct{ s *Server }

func storeDesc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("prebounce_"+name, help, labels, nil)
}

var (
	storeBytes = storeDesc("store_bytes", "Size of the store of facts on disk.")
	storeFacts = storeDesc("store_facts", "Facts in the store, by their kind.", "kind")
	storeAsked = storeDesc("limit_used",
		"How much was asked lately, as it counts towards the limits, by operator; all is everybody.",
		"operator", "window")
	storeRests = storeDesc("cool_downs", "Operators that refused us and are left alone.", "operator")
	storeLease = storeDesc("leases", "Operators that a run asks now.", "operator")
)

// Describe is of [prometheus.Collector].
func (storeState) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{storeBytes, storeFacts, storeAsked, storeRests, storeLease} {
		to <- d
	}
}

// longestLook bounds how long a scrape waits for the store.
const longestLook = 5 * time.Second

// Collect is of [prometheus.Collector].
func (c storeState) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), longestLook)
	defer cancel()
	gauge := func(d *prometheus.Desc, n int64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), labels...)
	}
	var held facts.Contents
	if json.Unmarshal([]byte(c.s.command(ctx, nil, "cache", "info", "--json").Out), &held) == nil {
		gauge(storeBytes, held.Bytes)
		for kind, n := range map[string]int{"domain": held.Domains, "fresh_domain": held.Fresh, "answer": held.Answers,
			"control": held.Controls} {
			gauge(storeFacts, int64(n), kind)
		}
	}
	var l facts.Limits
	if json.Unmarshal([]byte(c.s.command(ctx, nil, "cache", "limits", "--json").Out), &l) != nil {
		return
	}
	for labels, n := range used(l.Counts) {
		gauge(storeAsked, n, labels[0], labels[1])
	}
	for operator, n := range byOperator(l.Resting, func(r facts.Rested) string { return r.Operator }) {
		gauge(storeRests, n, operator)
	}
	for operator, n := range byOperator(l.Leases, func(r facts.Leased) string { return r.Operator }) {
		gauge(storeLease, n, operator)
	}
}

// used is what was asked of whom in which time. Counts by mail server are left out: they are too many.
func used(all []facts.Count) map[[2]string]int64 {
	n := map[[2]string]int64{}
	for _, c := range all {
		operator, ok := strings.CutPrefix(c.Key, "operator ")
		switch {
		case ok:
			operator = KnownOperator(operator)
		case c.Key == "all":
			operator = "all"
		default:
			continue
		}
		n[[2]string{operator, "minute"}] += int64(c.Minute)
		n[[2]string{operator, "hour"}] += int64(c.Hour)
		n[[2]string{operator, "day"}] += int64(c.Day)
	}
	return n
}

// byOperator counts things by the operator that they are about.
func byOperator[T any](all []T, of func(T) string) map[string]int64 {
	n := map[string]int64{}
	for _, one := range all {
		n[KnownOperator(of(one))]++
	}
	return n
}
