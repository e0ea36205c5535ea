package dns

import "testing"

// TestDefinite: a no needs a SOA, and no extended error that says who made it up (RFC 8914 §4).
func TestDefinite(t *testing.T) {
	marked := func(code uint16) Answer { return Answer{Outcome: NXDomain, SOA: true, EDE: []EDE{{Code: code}}} }
	for _, tt := range []struct {
		name string
		a    Answer
		want bool
	}{
		{"records", Answer{Outcome: Found}, true},
		{"NXDOMAIN with a SOA", Answer{Outcome: NXDomain, SOA: true}, true},
		{"NXDOMAIN without", Answer{Outcome: NXDomain}, false},
		{"NODATA with a SOA", Answer{Outcome: NoData, SOA: true}, true},
		{"NODATA without", Answer{Outcome: NoData}, false},
		{"a failure", Answer{Outcome: servFail, SOA: true}, false},
		{"silence", Answer{Outcome: timedOut}, false},
		{"forged", marked(4), false},
		{"blocked", marked(15), false},
		{"censored", marked(16), false},
		{"filtered", marked(17), false},
		{"stale", marked(19), false},
		{"another error", marked(22), true},
	} {
		if got := tt.a.Definite(); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
