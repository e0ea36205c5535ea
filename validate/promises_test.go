package validate

import (
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/known"
	"github.com/prebounce/prebounce/validate/reply"
)

// defaults is the table of reasons that the documentation promises: list, verdict, and the reasons.
const defaults = `
clean   deliverable   accepted
clean   unknown       postponed unproven not_probed cannot_ask greylisted rate_limited temporary sender_blocked no_answer
review  risky         shifted_row other_column other_address high_risk role no_reply catch_all mailbox_full typo_domain maybe_disposable quoted_local_part utf8_local_part duplicate_mailbox
review  unknown       unconfirmed doubted undetermined relay_denied dns_failed
removed undeliverable no_address bad_syntax domain_literal dotless_domain reserved_domain no_domain no_mail_host null_mx mx_unresolvable domain_refused mailbox_unknown mailbox_disabled mailbox_moved past_bounce
removed risky         disposable
removed unknown       suppressed opted_out complained duplicate`

func TestReasonsHaveTheirPromisedListsAndVerdicts(t *testing.T) {
	promised := Reasons(0)
	for line := range strings.Lines(strings.TrimSpace(defaults)) {
		words := strings.Fields(line)
		for _, name := range words[2:] {
			r, err := ParseReason(name)
			if err != nil || r.List().String() != words[0] || r.Verdict().String() != words[1] {
				t.Errorf("%s: %s, %s, %v; want %s, %s", name, r.List(), r.Verdict(), err, words[0], words[1])
			}
			promised |= r.Set()
		}
	}
	if want := Of(AllReasons()...) &^ Of(NotProbed); promised != want {
		t.Errorf("reasons without a promise: %v", (want &^ promised).All())
	}
}

func TestHardBouncesAreWhatIsUndeliverableAndHasAnAddress(t *testing.T) {
	curable := Of(DNSFailed, SenderBlocked, RateLimited, Greylisted, Temporary, NoAnswer, Unproven, ProbePostponed)
	for _, r := range AllReasons() {
		if want := r.Verdict() == Undeliverable && r != NoAddress; r.HardBounce() != want {
			t.Errorf("%s counts as a hard bounce: %v", r, r.HardBounce())
		}
		if r.Curable() != curable.Has(r) {
			t.Errorf("a later run may know more about %s: %v", r, r.Curable())
		}
	}
}

func TestRepliesAboutTheSenderOrTheMomentSayNothingAboutTheMailbox(t *testing.T) {
	for class, want := range map[reply.Class]Reason{
		reply.SenderBlocked: SenderBlocked, reply.ContentRejected: SenderBlocked, reply.ProtocolProblem: SenderBlocked,
		reply.RateLimited: RateLimited, reply.Greylisted: Greylisted, reply.Temporary: Temporary,
		reply.Suppressed: Undetermined,
	} {
		if got := reasonFor(class); got != want {
			t.Errorf("%s: %s, want %s", class, got, want)
		}
	}
}

func TestOnlyStrongEvidenceRemovesADisposableDomain(t *testing.T) {
	for strength, want := range map[known.Strength]Reasons{known.None: 0, known.Weak: Of(MaybeDisposable),
		known.Strong: Of(Disposable)} {
		if got := ListReasons(known.Domain{Disposable: strength}); got != want {
			t.Errorf("%v: %v, want %v", strength, got.All(), want.All())
		}
	}
}
