package batch

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
)

// crowd is a list of n distinct addresses at one domain.
func crowd(n int, domain string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "p%d@%s\n", i, domain)
	}
	return b.String()
}

func TestBrake(t *testing.T) {
	gone := map[string]validate.MailStatus{"gone.example": validate.NXDomain}
	tests := []struct {
		name       string
		gone, fine int
		extra      string
		policy     func(*validate.Policy)
		yes        bool
		want       Brake
	}{
		{name: "200 of 999 are beyond belief", gone: 200, fine: 799, want: Brake{Distinct: 999, Removed: 200,
			Pulled: true}},
		{name: "200 of 1000 are a fifth, not more", gone: 200, fine: 800, want: Brake{Distinct: 1000, Removed: 200}},
		{name: "199 of 398 are half, not more", gone: 199, fine: 199, want: Brake{Distinct: 398, Removed: 199}},
		{name: "199 of 397 are more than half", gone: 199, fine: 198, want: Brake{Distinct: 397, Removed: 199,
			Pulled: true}},
		{name: "20 of 39 are more than half", gone: 20, fine: 19, want: Brake{Distinct: 39, Removed: 20, Pulled: true}},
		{name: "19 are few, whatever the share", gone: 19, want: Brake{Distinct: 19, Removed: 19}},
		{name: "the person says yes", gone: 300, fine: 10, yes: true, want: Brake{Distinct: 310, Removed: 300}},
		{name: "duplicates count once", gone: 19, fine: 1, extra: crowd(15, "gone.example") +
			crowd(1, "fine.example"), want: Brake{Distinct: 20, Removed: 19}},
		{name: "what is no address does not count", gone: 200, fine: 799, extra: "x@@y\nn/a\n",
			want: Brake{Distinct: 999, Removed: 200, Pulled: true}},
		{name: "what goes to review for DNS is no loss", gone: 300, fine: 10,
			policy: func(p *validate.Policy) { p.Move(validate.Review, validate.NoDomain) },
			want:   Brake{Distinct: 310}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Run{Policy: lab(), YesRemove: tt.yes, Resolver: &world{mail: gone}}
			if tt.policy != nil {
				tt.policy(&r.Policy)
			}
			f := clean(t, "email\n"+crowd(tt.gone, "gone.example")+crowd(tt.fine, "fine.example")+tt.extra, r)
			if diff := cmp.Diff(tt.want, f.sum.Brake); diff != "" {
				t.Error(diff)
			}
			removed := strings.Count(f.files["removed.csv"], "no_domain")
			if pulled := f.sum.Brake.Pulled; (pulled && removed > 0) ||
				(!pulled && int64(removed) < f.sum.Brake.Removed) {
				t.Errorf("pulled %v, yet %d rows removed for DNS", pulled, removed)
			}
		})
	}
}

func TestWhatTheBrakeDoubtsIsNotRemembered(t *testing.T) {
	store := memory{}
	list := "email\n" + crowd(250, "gone.example") + crowd(1, "fine.example")
	lied := clean(t, list, Run{Policy: lab(), Store: store,
		Resolver: &world{mail: map[string]validate.MailStatus{"gone.example": validate.NXDomain}}})
	if _, kept := store["fine.example"]; !kept || !lied.sum.Brake.Pulled {
		t.Fatalf("pulled %v, in the store: %v", lied.sum.Brake.Pulled, store)
	}
	if told := clean(t, list, Run{Policy: lab(), Store: store, Resolver: &world{}}); told.sum.Brake.Removed != 0 {
		t.Errorf("another resolver knows better, yet DNS still speaks against %d", told.sum.Brake.Removed)
	}
}

// TestTheBrakeLeavesTheRestAlone: rows that are removed for what stands in them are removed all the same.
func TestTheBrakeLeavesTheRestAlone(t *testing.T) {
	f := clean(t, "email\n"+crowd(250, "gone.example")+crowd(1, "gone.example")+"a@b\nx@mailinator.com\n",
		Run{Policy: lab(), Resolver: &world{mail: map[string]validate.MailStatus{"gone.example": validate.NXDomain}}})
	if !f.sum.Brake.Pulled {
		t.Fatal("not pulled")
	}
	var removed []string
	for _, r := range f.sum.Reasons {
		if r.List == validate.Removed {
			removed = append(removed, r.Reason.String())
		}
	}
	if want := []string{"dotless_domain", "disposable", "duplicate"}; !slices.Equal(removed, want) {
		t.Errorf("removed for %q, want %q", removed, want)
	}
}

// TestDoubt: where the world looks broken, no answer of the run is believed, neither a no nor a yes; what the
// store held before is.
func TestDoubt(t *testing.T) {
	resolver := &world{doubt: "gmail.com does not exist, they say",
		mail: map[string]validate.MailStatus{"gone.example": validate.NXDomain}}
	store := memory{"old.example": {Status: validate.IsNullMX, Detail: "MX 0 ."}}
	f := clean(t, "email\na@gone.example\na@fine.example\na@old.example\ninfo@fine.example\na@b\n",
		Run{Policy: lab(), Resolver: resolver, Store: store})
	want := []string{"a@b dotless_domain removed", "a@fine.example dns_failed review",
		"a@gone.example dns_failed review",
		"a@old.example null_mx removed", "info@fine.example dns_failed review"}
	if diff := cmp.Diff(want, f.reasonsOf()); diff != "" {
		t.Error(diff)
	}
	if want := []string{"DNS answers of this run are not trusted: " + resolver.doubt}; !slices.Equal(f.sum.Notes,
		want) {
		t.Errorf("notes %q", f.sum.Notes)
	}
	if f.results[0].Detail != resolver.doubt {
		t.Errorf("detail %q", f.results[0].Detail)
	}
}

func TestEachDomainIsAskedOnceOverTwoRuns(t *testing.T) {
	resolver, store := &world{mail: map[string]validate.MailStatus{"gone.example": validate.NXDomain}}, memory{}
	first := "email\na@fine.example\nb@FINE.example\nc@gone.example; " +
		"d@second.example\ne@[192.0.2.1]\nf@localhost\ng@h\n"
	a := clean(t, first, Run{Policy: lab(), Resolver: resolver, Store: store})
	b := clean(t, first+"i@new.example\n", Run{Policy: lab(), Resolver: resolver, Store: store})
	slices.Sort(resolver.asked)
	if want := []string{"fine.example", "gone.example", "new.example",
		"second.example"}; !slices.Equal(resolver.asked, want) {
		t.Errorf("asked about %q, want %q", resolver.asked, want)
	}
	if diff := cmp.Diff(a.results, b.results[:len(a.results)]); diff != "" {
		t.Errorf("from the store it is told differently:\n%s", diff)
	}
}
