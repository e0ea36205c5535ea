package identity

import (
	"fmt"

	"github.com/prebounce/prebounce/validate/reply"
)

// Result is how a check ended. A greater one is graver; the names are stable.
type Result uint8

const (
	OK        Result = iota
	Warn             // servers may hold it against us
	Unchecked        // no definite answer: it says nothing
	Fail             // a proven fault
	numResults
)

var resultNames = [numResults]string{"ok", "warn", "unchecked", "fail"}

func (r Result) String() string {
	if int(r) >= len(resultNames) {
		return fmt.Sprintf("result(%d)", uint8(r))
	}
	return resultNames[r]
}

// MarshalText writes the stable name.
func (r Result) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a stable name.
func (r *Result) UnmarshalText(text []byte) error {
	for i, name := range resultNames {
		if name == string(text) {
			*r = Result(i)
			return nil
		}
	}
	return fmt.Errorf("invalid result %.20q", text)
}

// Cause is a server's reply to a fault, word for word, and its class.
type Cause struct {
	Reply string      `json:"reply"`
	Class reply.Class `json:"class"`
}

// Finding is what one check found about one thing. Its texts may hold what strangers put into DNS: they are
// bounded, but must be escaped before they go to a terminal.
type Finding struct {
	Check    string   `json:"check"` // its stable name
	About    string   `json:"about"` // the name, address or zone that was looked at
	Result   Result   `json:"result"`
	Says     string   `json:"says"`              // a sentence without full stop
	Evidence []string `json:"evidence"`          // the records and answers as they came
	Because  []string `json:"because,omitempty"` // the checks that tell, where it only sums up what others found
	Replies  []Cause  `json:"replies,omitempty"` // what servers say to a fault of this kind; none where there is none
	Next     string   `json:"next,omitempty"`    // what to do about it
}

// Report holds the findings of an examination in the order of the checks. The same answers give the same report.
type Report struct {
	Findings []Finding `json:"findings"`
}

// Worst returns the gravest result, or OK if there are no findings.
func (r Report) Worst() (worst Result) {
	for _, f := range r.Findings {
		worst = max(worst, f.Result)
	}
	return worst
}

// With returns the findings that have this result.
func (r Report) With(result Result) (all []Finding) {
	for _, f := range r.Findings {
		if f.Result == result {
			all = append(all, f)
		}
	}
	return all
}
