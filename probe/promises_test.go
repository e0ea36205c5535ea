package probe

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

func TestAnUnknownOperatorIsAskedAsPromised(t *testing.T) {
	want := Rule{Operator: "example.org", Ask: true, Connections: 1, Transaction: 10, Session: 30, Refusals: 8,
		Mix: true, First: 10, Minute: 30, Hour: 300, Day: 1000}
	if diff := cmp.Diff(want, DefaultRules().Of("example.org"), cmpopts.IgnoreFields(Rule{}, "Why"),
		cmpopts.IgnoreUnexported(Rule{})); diff != "" {
		t.Error(diff)
	}
}

func TestOperatorsWhoseAnswersProveNothingOrWhoPunishAreNotAsked(t *testing.T) {
	for _, operator := range []string{"yahoo", "yahoo-japan", "outlook", "apple"} {
		if DefaultRules().Of(operator).Ask {
			t.Errorf("%s is asked", operator)
		}
	}
}

// TestLimitsOnSessions as they are handed to the store: at a stranger, at a tolerant host, and in all. Spans
// are longer than promised by what a permit may have waited.
func TestLimitsOnSessions(t *testing.T) {
	r := newRun(new(Prober), &Plan{series: new(Series)}, nil)
	rule := DefaultRules().Of("example.org")
	for tolerant, minute := range map[bool]int{false: 10, true: 30} {
		want := []limits.Cap{
			{Key: "rcpt 192.0.2.1", Most: minute, Within: time.Minute + stale},
			{Key: "operator example.org", Most: 300, Within: time.Hour + stale},
			{Key: "operator example.org", Most: 1000, Within: 24*time.Hour + stale},
		}
		if diff := cmp.Diff(want, r.capsOf("192.0.2.1", "example.org", &rule,
			limits.HostProfile{Tolerant: tolerant})); diff != "" {
			t.Errorf("tolerant: %v\n%s", tolerant, diff)
		}
	}
	if got, want := r.all(), (limits.Cap{Key: "all", Most: 30, Within: time.Minute + stale}); got != want {
		t.Errorf("in all: %+v, want %+v", got, want)
	}
	if betweenConnections != 6*time.Second || restAfterBlock != 24*time.Hour {
		t.Errorf("%s between connections, %s after a block", betweenConnections, restAfterBlock)
	}
}

func TestGreylistingIsWaitedForThreeTimes(t *testing.T) {
	if want := []time.Duration{5 * time.Second, 310 * time.Second, 20 * time.Minute}; !slices.Equal(rounds[:], want) {
		t.Errorf("%v, want %v", rounds, want)
	}
}

// TestAHostIsTolerantOnlyAfterAMinutesWorthOfReplies that it did not slow down.
func TestAHostIsTolerantOnlyAfterAMinutesWorthOfReplies(t *testing.T) {
	for _, tt := range []struct {
		heard  int
		slowed bool
		want   bool
	}{{1, false, false}, {9, false, false}, {10, false, true}, {10, true, false}} {
		s := &hostSession{run: newRun(new(Prober), &Plan{series: new(Series)}, nil),
			lane:    &queue{operator: &operator{rule: DefaultRules().Of("example.org")}},
			session: new(smtp.Session), heard: tt.heard, slowed: tt.slowed}
		if _, err := s.lesson(t.Context()); err != nil || s.profile.Tolerant != tt.want {
			t.Errorf("after %d replies, slowed %v: tolerant %v, %v", tt.heard, tt.slowed, s.profile.Tolerant, err)
		}
	}
}

// TestWhatStopsEverything: how many operators there are, and what those say that refuse us.
func TestWhatStopsEverything(t *testing.T) {
	named := func(name, list string) validate.Asking {
		return validate.Asking{Operator: name, BlockList: list, Stopped: "it refuses us"}
	}
	small, other, third := named("a.test", ""), named("b.test", ""), named("c.test", "")
	google, gmx := named("google", ""), named("gmx", "")
	echo := named("d.test", "")
	echo.Stopped = validate.StoppedEverywhere + "somebody refuses us"
	for _, tt := range []struct {
		name      string
		operators int
		stopped   []validate.Asking
		want      bool
	}{
		{"one large operator", 5, []validate.Asking{google}, false},
		{"two large operators", 5, []validate.Asking{google, gmx}, true},
		{"a large and a small one", 5, []validate.Asking{google, small}, false},
		{"two small ones", 5, []validate.Asking{small, other}, false},
		{"two of nineteen", 19, []validate.Asking{small, other}, false},
		{"two of twenty", 20, []validate.Asking{small, other}, false},
		{"three of twenty", 20, []validate.Asking{small, other, third}, true},
		{"three of nineteen", 19, []validate.Asking{small, other, third}, false},
		{"two of twenty, and one that was stopped for others", 20, []validate.Asking{small, other, echo}, false},
		{"a block list, by two operators", 5, []validate.Asking{named("a.test", "bl.test"), named("b.test", "bl.test")},
			true},
		{"two block lists", 5, []validate.Asking{named("a.test", "bl.test"), named("b.test", "other.test")}, false},
	} {
		all := append(make([]validate.Asking, tt.operators-len(tt.stopped)), tt.stopped...)
		if why := StopAll(all); (why != "") != tt.want {
			t.Errorf("%s: stopped because %q", tt.name, why)
		}
	}
}

func TestRefusalsAreWithdrawnOnceAndNotAfterAProofOfGoodFaith(t *testing.T) {
	op := &operator{refused: []uint32{3, 4}}
	if first, again := op.withdraw("it refuses us"), op.withdraw("it refuses us"); len(first) != 2 ||
		len(again) != 0 || op.Withdrawn != 2 {
		t.Errorf("%d withdrawn, then %d; %d in all", len(first), len(again), op.Withdrawn)
	}
	op.refused = []uint32{5}
	newRun(new(Prober), &Plan{series: new(Series)}, nil).goodFaith(op)
	if back := op.withdraw("it refuses us"); len(back) != 0 {
		t.Errorf("%d withdrawn although the operator told recipients apart", len(back))
	}
}

func TestNumbersOfTheBreaker(t *testing.T) {
	if namedTwice != 2 || tiedTwice != 2 || enoughFailed != 5 {
		t.Errorf("an operator is stopped after %d replies that name us, the control is asked about after %d, port "+
			"25 is suspected after %d operators",
			namedTwice, tiedTwice, enoughFailed)
	}
}
