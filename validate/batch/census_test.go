package batch

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/segments"
)

// sorter is a Forecaster that is never asked.
type sorter struct{ Forecaster }

func TestKindsTellsEachRowInOrder(t *testing.T) {
	const list = "Email,Created,Source\nann@firm.com,2026-03-01,web\n\nnobody,2026-03-01,web\nANN@firm.com,2026-03-01,web\n,,\ninfo@gmail.com,2024-05-01,\nbob@firm.com,2027-01-01,\ncy@gone.com,,\n"
	l := openList(t, list, contacts.Options{Traits: contacts.Traits{Find: true}, BlockSize: 64})
	type told struct {
		Settled  validate.Reason
		Provider segments.Provider
		Role     bool
		Days     int64
	}
	for workers := 1; workers <= 3; workers++ {
		r := &Run{Source: l, Forecaster: sorter{}, Now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), Workers: workers,
			Resolver: &world{mail: map[string]validate.MailStatus{"gone.com": validate.NXDomain}}}
		var got []told
		if err := r.Kinds(t.Context(), func(k RowKind, days int64) {
			got = append(got, told{k.Settled, k.Provider, k.Role, days})
		}); err != nil {
			t.Fatal(err)
		}
		want := []told{
			{
				validate.NotProbed,
				segments.Corporate,
				false,
				31,
			},
			{validate.BadSyntax, 0, false, 0},
			{validate.NotProbed, segments.Corporate, false, 31},
			{validate.NoAddress, 0, false, 0},
			{
				validate.NotProbed,
				segments.Freemail,
				true,
				700,
			},
			{validate.NotProbed, segments.Corporate, false, 0},
			{validate.NoDomain, 0, false, 0},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d workers (-want +got):\n%s", workers, diff)
		}
	}
}
