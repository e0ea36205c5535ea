package validate

import (
	"testing"

	"github.com/prebounce/prebounce/validate/reply"
)

func TestEveryReplyClassHasOneReasonAndOnlyClassesThatRemoveAreHardBounces(t *testing.T) {
	for _, c := range reply.Classes() {
		r := reasonFor(c)
		if r == NoAddress {
			t.Errorf("%s has no reason of its own", c)
		}
		if r.HardBounce() != c.Removes() {
			t.Errorf("%s removes: %v, but %s counts as a hard bounce: %v", c, c.Removes(), r, r.HardBounce())
		}
		if (r.Verdict() == Undeliverable) != c.Removes() || (r.List() == Removed) != c.Removes() {
			t.Errorf("%s removes: %v, but %s is %s and goes to %s", c, c.Removes(), r, r.Verdict(), r.List())
		}
	}
	if len(replyReasons) != len(reply.Classes()) {
		t.Errorf("%d reasons for %d classes", len(replyReasons), len(reply.Classes()))
	}
}
