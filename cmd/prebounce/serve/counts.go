package serve

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/prebounce/prebounce/validate/known"
)

// Count is how often something happened, as a worker tells of it.
type Count struct {
	What string `json:"what"` // one of the names below
	Of   string `json:"of,omitempty"`
	As   string `json:"as,omitempty"`
	N    int64  `json:"n"`
}

// What is counted.
const (
	DNSAnswers = "dns_answers"    // of a type of record, as an outcome
	Domains    = "domains"        // of an operator, as what DNS says of their mail
	Replies    = "rcpt_answers"   // of an operator, as a class
	RCPTs      = "rcpts"          // of an operator
	Sessions   = "smtp_sessions"  // of an operator
	Withdrawn  = "rcpt_withdrawn" // of an operator
)

// KnownOperator is an operator as metrics call it: one of our table, so that no list makes labels.
func KnownOperator(name string) string {
	if _, ok := known.OperatorNamed(name); ok {
		return name
	}
	return "other"
}

// counted are counters by what they count.
type counted map[string]*prometheus.CounterVec

func newCounted() counted {
	all := counted{}
	for what, of := range map[string]struct {
		help   string
		labels []string
	}{
		DNSAnswers: {"Answers of DNS, by type of record and outcome.", []string{"type", "outcome"}},
		Domains: {"Domains that DNS was asked about, by who runs their mail servers, and what it says.",
			[]string{"operator", "status"}},
		Replies: {"What mail servers answered about recipients, by operator and class; a corrected answer counts again.",
			[]string{"operator", "class"}},
		RCPTs:     {"RCPT commands, controls and repeats included, by operator.", []string{"operator"}},
		Sessions:  {"Sessions with mail servers, by operator.", []string{"operator"}},
		Withdrawn: {"Answers that were taken back, because the operator refused us, by operator.", []string{"operator"}},
	} {
		all[what] = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prebounce_" + what + "_total", Help: of.help},
			of.labels)
	}
	return all
}

// add adds what a worker counted.
func (c counted) add(counts []Count) {
	for _, one := range counts {
		vec, ok := c[one.What]
		if !ok || one.N < 0 {
			continue
		}
		labels := []string{one.Of, one.As}
		if one.As == "" {
			labels = labels[:1]
		}
		if m, err := vec.GetMetricWithLabelValues(labels...); err == nil {
			m.Add(float64(one.N))
		}
	}
}
