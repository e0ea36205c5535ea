package validate

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestEveryReasonIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range AllReasons() {
		row := reasonTable[r]
		switch {
		case row.name == "" || seen[row.name] || strings.ToLower(row.name) != row.name:
			t.Errorf("reason %d has the name %q", r, row.name)
		case row.sentence == "" || strings.HasSuffix(row.sentence, "."):
			t.Errorf("%s has the sentence %q", r, row.sentence)
		case row.hard && row.verdict != Undeliverable:
			t.Errorf("%s counts as a hard bounce, but is %s", r, row.verdict)
		case row.curable && row.verdict != Unknown:
			t.Errorf("%s can be cured, but is %s", r, row.verdict)
		case row.verdict == Undeliverable && row.list != Removed:
			t.Errorf("%s is undeliverable, but goes to %s", r, row.list)
		}
		seen[row.name] = true
		if back, err := ParseReason(row.name); err != nil || back != r {
			t.Errorf("ParseReason(%q) = %v, %v", row.name, back, err)
		}
	}
	if _, err := ParseReason("nonsense"); err == nil {
		t.Error("nonsense is a reason")
	}
	if len(AllReasons()) > 64 {
		t.Error("a set of reasons has 64 bits")
	}
}

// TestNoReasonAboutUsRemoves is law 2: a reply about us is never evidence about the mailbox.
func TestNoReasonAboutUsRemoves(t *testing.T) {
	for _, r := range []Reason{SenderBlocked, RateLimited, Greylisted, Temporary, NoAnswer, CannotAsk, DNSFailed,
		RelayDenied, Undetermined} {
		if r.Verdict() != Unknown || r.List() == Removed {
			t.Errorf("%s: %s, %s", r, r.Verdict(), r.List())
		}
	}
}

func TestJudge(t *testing.T) {
	moved := Policy{}
	moved.Move(Clean, Disposable, Role)
	moved.Move(Removed, NoReply)
	ignoring := Policy{}
	ignoring.Ignore(ReservedDomain)
	tests := []struct {
		name string
		p    Policy
		set  Reasons
		want Reason
		list List
	}{
		{"nothing speaks against it", Policy{}, 0, NotProbed, Clean},
		{"one reason", Policy{}, Of(Role), Role, Review},
		{"the gravest list decides", Policy{}, Of(Role, NoDomain), NoDomain, Removed},
		{"then the weight", Policy{}, Of(Duplicate, NoDomain), NoDomain, Removed},
		{"a reason moved to clean no longer decides", moved, Of(Disposable, TypoDomain), TypoDomain, Review},
		{"but is told if it is the only one", moved, Of(Disposable), Disposable, Clean},
		{"a reason moved to removed does", moved, Of(NoReply, CatchAll), NoReply, Removed},
		{"an ignored reason is none", ignoring, Of(ReservedDomain), NotProbed, Clean},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.p.Judge(tt.set)
			if got != tt.want || tt.p.List(got) != tt.list {
				t.Errorf("got %s to %s, want %s to %s", got, tt.p.List(got), tt.want, tt.list)
			}
		})
	}
}

// TestJudgeInParts: the first read judges the address, the second adds what the domain speaks for.
func TestJudgeInParts(t *testing.T) {
	for range 10_000 {
		var p Policy
		for range rand.IntN(5) {
			p.Move(List(rand.IntN(3)), Reason(rand.IntN(int(numReasons))))
		}
		a, b := someReasons(), someReasons()
		whole := p.Judge(a | b)
		if parts := p.Judge(p.Judge(a).Set() | b); parts != whole {
			t.Fatalf("%v and %v: %s together, %s in parts", a.All(), b.All(), whole, parts)
		}
	}
}

func someReasons() (s Reasons) {
	for range rand.IntN(6) {
		s |= Reason(rand.IntN(int(numReasons))).Set()
	}
	return s
}
