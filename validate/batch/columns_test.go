package batch

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// observing is a Forecaster that keeps what was observed, and has chances by what is settled.
type observing struct {
	all     []SettledCount
	columns []Column
}

func (*observing) Forecast(kinds []KindCount, _ *Signs) (o Outlook, err error) {
	for _, k := range kinds {
		o.Chances = append(o.Chances, Chance{P: float64(k.Settled) / 100, Basis: "prior", Core: k.quarters%2 == 0})
	}
	o.Split = true
	return o, nil
}

func (f *observing) Judged([]JudgedCount) {}

func (f *observing) Observed(all []SettledCount, columns []Column) { f.all, f.columns = all, columns }

// settledBy is how many rows something is settled about, by the value of a column.
type settledBy map[string]map[validate.Reason]int64

func (s settledBy) add(value string, settled validate.Reason, rows int64) {
	if s[value] == nil {
		s[value] = map[validate.Reason]int64{}
	}
	s[value][settled] += rows
}

// shops is a list with a column of few values, and what these are by row.
func shops(rng *rand.Rand) (list string, values []string) {
	cells, b := []string{"north", "\"south, east\"", "", " north ", "west"}, &strings.Builder{}
	b.WriteString("email,shop,note,joined\n")
	for _, row := range manyRows(rng, 3000) {
		cell := cells[rng.IntN(len(cells))]
		values = append(values, strings.Trim(cell, "\" "))
		email, note, _ := strings.Cut(strings.TrimSpace(row), ",")
		fmt.Fprintf(b, "%s,%s,%s,%d-05-04\n", email, cell, note, 2020+rng.IntN(3))
		if rng.IntN(50) == 0 {
			b.WriteString("\n") // is no row
		}
	}
	return b.String(), values
}

// TestColumnsAreCountedAsIfEachRowWereTakenApart compares what the two reads make out together with what
// results.csv says of each row.
func TestColumnsAreCountedAsIfEachRowWereTakenApart(t *testing.T) {
	list, values := shops(rand.New(rand.NewPCG(3, 4)))
	policy := lab() // dead domains go to clean, too, as far as nothing else speaks against a row
	policy.Ignore(validate.Role, validate.DuplicateMailbox)
	policy.Move(validate.Clean, (deadReasons | validate.Of(validate.DNSFailed)).All()...)
	for _, workers := range []int{1, 4} {
		forecaster := &observing{}
		source := openList(t, list, contacts.Options{BlockSize: 5000, Traits: contacts.Traits{Find: true}})
		f := do(t, Run{Source: source, Workers: workers, Resolver: byName{}, Policy: policy, YesRemove: true,
			Forecaster: forecaster, Now: aWhileAgo})
		want, got, met := settledBy{}, settledBy{}, map[string]bool{}
		for _, r := range f.results {
			settled := settledOf(t, r)
			if again := met[r.Address] && settled != validate.BadSyntax; !again && settled != validate.NoAddress {
				want.add(values[r.Row-1], settled, 1)
			}
			met[r.Address] = true
		}
		for _, c := range forecaster.columns {
			for _, v := range c.Values {
				for _, s := range v.Settled {
					if c.Name == "shop" {
						got.add(v.Text, s.Settled, s.Rows)
					}
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) != 4 {
			t.Errorf("with %d workers:\n%s", workers, diff)
		}
		if f.sum.Core+f.sum.Held != f.sum.Clean || f.sum.Core == 0 || f.sum.Held == 0 {
			t.Errorf("of %d rows of clean, %d are core and %d held", f.sum.Clean, f.sum.Core, f.sum.Held)
		}
	}
}

// settledOf is what is settled about a row as results.csv tells it.
func settledOf(t *testing.T, r Result) validate.Reason {
	t.Helper()
	reason, err := validate.ParseReason(r.Reason)
	switch {
	case err != nil:
		t.Fatal(err)
	case deadReasons.Has(reason):
		return validate.NoDomain
	case validate.Of(validate.NoAddress, validate.BadSyntax, validate.DNSFailed, validate.TypoDomain).Has(reason):
		return reason
	}
	return validate.NotProbed
}
