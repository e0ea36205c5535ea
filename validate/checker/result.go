package checker

import (
	"slices"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// Result is what is known of one address. Its zero value is not a verdict: its reason is [validate.NoReason].
type Result struct {
	Input   string `json:"input"`
	Address string `json:"address,omitempty"` // as it is sent to; empty: the input is none

	Verdict validate.Verdict  `json:"status"`
	Reason  validate.Reason   `json:"reason"`
	Reasons []validate.Reason `json:"reasons"`  // all that apply, the one that decides first
	Send    bool              `json:"sendable"` // the policy keeps it in clean

	Detail     string    `json:"detail,omitempty"`     // what is wrong, and who says so; for people
	Suggestion string    `json:"suggestion,omitempty"` // the address that may have been meant
	Asked      time.Time `json:"checked_at,omitzero"`  // when DNS or the mail host spoke; zero: neither was asked
}

// Check judges an address by what is known without asking anyone.
func Check(address string) Result {
	e := validate.Look(address, nil)
	return judge(address, &e, validate.Policy{})
}

func judge(input string, e *validate.Evidence, p validate.Policy) Result {
	all := e.Reasons()
	reason := p.Judge(all)
	r := Result{
		Input: input, Verdict: reason.Verdict(), Reason: reason, Reasons: []validate.Reason{reason},
		Send: p.List(reason) == validate.Clean, Detail: e.Detail(reason), Asked: e.Mail.Asked,
	}
	r.Reasons = append(r.Reasons, slices.DeleteFunc(p.Heeded(all).All(),
		func(x validate.Reason) bool { return x == reason })...)
	if !e.Answer.At.IsZero() {
		r.Asked = e.Answer.At
	}
	if e.Fault != nil {
		r.Suggestion = validate.Suggest(strings.TrimSpace(input))
		return r
	}
	r.Address = e.Address.String()
	if e.Suggestion != "" {
		r.Suggestion = e.Address.Local + "@" + e.Suggestion
	}
	return r
}
