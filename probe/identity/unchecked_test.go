package identity_test

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/probe/identity"
	"github.com/prebounce/prebounce/validate/reply"
)

func TestWhatCouldNotBeCheckedIsNeverAFault(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, trouble string }{{"SERVFAIL", "SERVFAIL"}, {"refused", "REFUSED"},
		{"no answer", "SILENT"}, {"a referral", "LAME"}, {"a filter", "NXDOMAIN ede=15"},
		{"no proof", "NXDOMAIN nosoa"}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := world(t, "* "+tt.trouble)
			if tt.trouble == "SILENT" {
				c.Timeout, c.Tries = 20*time.Millisecond, 1
			}
			e := acme(c)
			e.IPs = []netip.Addr{netip.MustParseAddr("192.0.2.9"), netip.MustParseAddr("2001:db8::9")}
			e.Accepts = func(context.Context, string) (reply.Reply, error) {
				return reply.Reply{}, errors.New("no route to host")
			}
			want := []string{
				"unchecked helo_address mail.acme.test", "unchecked ptr 192.0.2.9", "unchecked ptr 2001:db8::9",
				"unchecked sender_mail acme.test", "unchecked sender_accepted probe@acme.test",
				"unchecked spf 192.0.2.9", "unchecked spf 2001:db8::9", "unchecked spf_record acme.test",
				"unchecked blocklist 192.0.2.9 at bl.test", "unchecked blocklist 2001:db8::9 at bl.test",
			}
			if diff := cmp.Diff(want, brief(e.Preflight(t.Context()))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestEveryQuestionAlone lets one question after the other fail in a world where all is well: nothing may turn red.
func TestEveryQuestionAlone(t *testing.T) {
	t.Parallel()
	names := []string{
		"mail.acme.test", "9.2.0.192.in-addr.arpa", "acme.test", "mx.acme.test", "2.0.0.127.bl.test",
		"1.0.0.127.bl.test", "9.2.0.192.bl.test",
	}
	for _, name := range names {
		for _, typ := range []string{"A", "AAAA", "MX", "TXT", "PTR"} {
			r := acme(world(t, wellKept+name+" SERVFAIL type="+typ)).Preflight(t.Context())
			if faults := r.With(identity.Fail); len(faults) > 0 {
				t.Errorf("%s %s fails: %+v", typ, name, faults)
			}
		}
	}
}

func TestACancelledExaminationProvesNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := acme(world(t, wellKept))
	e.IPs = []netip.Addr{netip.MustParseAddr("192.0.2.9")}
	if r := e.Preflight(ctx); len(r.With(identity.Fail)) > 0 || r.Worst() != identity.Unchecked {
		t.Errorf("got %q", brief(r))
	}
}
