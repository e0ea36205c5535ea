package batch

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
)

// refusedList has 300 rows whose mailbox is refused and 2700 whose isn't. One row in three of either sort has
// its address in words around it, so that it is taken apart twice; among the refused ones are a past bounce
// and a row with another address that can't be.
func refusedList() string {
	rows := []string{"x-bounced@acme.test", "x-one@acme.test", "x-two@acme.test; nobody@example", "info@acme.test"}
	for i := range 3000 {
		a := fmt.Sprintf("%c%d@acme.test", "xaaaaaaaaa"[i%10], i)
		if i%3 == 0 {
			a = "Somebody <" + a + ">"
		}
		rows = append(rows, a)
	}
	return "Email\n" + strings.Join(rows, "\n") + "\n"
}

func auditOf(t *testing.T, a Audit, change func(*Run)) (f finished, kept []string) {
	t.Helper()
	bounced := &AddressSet{}
	was, err := validate.Parse("x-bounced@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	bounced.Add(&was)
	r := Run{Resolver: operators{}, Asker: &tellers{}, Forecaster: plain{}, Policy: lab(), Now: aWhileAgo,
		Bounced: bounced, Audit: a}
	if change != nil {
		change(&r)
	}
	f = clean(t, refusedList(), r)
	for _, r := range f.results {
		if r.Detail == auditDetail || strings.HasPrefix(r.Detail, auditDetail+"; ") {
			if r.List != "clean" || r.Reason != "mailbox_unknown" || r.Status != "undeliverable" ||
				r.SMTPCode != "550" {
				t.Errorf("audited: %+v", r)
			}
			kept = append(kept, r.Address)
		}
	}
	if f.sum.Audit != nil && f.sum.Audit.Kept != int64(len(kept)) {
		t.Errorf("%d are told, %d were kept", f.sum.Audit.Kept, len(kept))
	}
	return f, kept
}

func TestAuditKeepsAShareOfTheRefused(t *testing.T) {
	for _, c := range []struct {
		name  string
		audit Audit
		want  int
	}{
		{"none without one", Audit{}, 0},
		{"one in a hundred", Audit{Share: 0.01}, 4},
		{"one of those there are, if that is the share", Audit{Share: 0.0001}, 1},
		{"never more than fifty", Audit{Share: 0.9}, 50},
		{"no more than the list bears", Audit{Share: 0.1, Most: 0.002}, 6},
		{"none where it bears none", Audit{Share: 0.1, Most: 0.0003}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, kept := auditOf(t, c.audit, nil)
			if len(kept) != c.want {
				t.Errorf("%d are kept, want %d: %v", len(kept), c.want, kept)
			}
			if a := f.sum.Audit; a != nil && a.Refused != 302 { // the one that bounced before is removed for that
				t.Errorf("%d were refused, want 302", a.Refused)
			}
			for _, address := range kept {
				if address == "x-bounced@acme.test" || !strings.Contains(f.files["clean.csv"], address) ||
					strings.Contains(f.files["removed.csv"], address) {
					t.Errorf("%s is audited", address)
				}
			}
		})
	}
}

func TestAuditIsTheSameInEveryRun(t *testing.T) {
	one := func(seed uint64, workers int) []string {
		_, kept := auditOf(t, Audit{Share: 0.05}, func(r *Run) { r.Seed, r.Workers = seed, workers })
		return kept
	}
	first := one(1, 1)
	if diff := cmp.Diff(first, one(1, 4)); diff != "" {
		t.Errorf("with more workers:\n%s", diff)
	}
	if cmp.Equal(first, one(2, 1)) {
		t.Error("another seed keeps the same")
	}
}

// TestAuditTakesEachWithTheSameChance: over many seeds, all parts of the list have their share.
func TestAuditTakesEachWithTheSameChance(t *testing.T) {
	var parts [4]int
	for seed := range uint64(200) {
		var ids []uint32
		for row := range uint32(400) {
			ids = append(ids, row)
		}
		slices.SortFunc(ids, func(a, b uint32) int {
			return int(shuffled(a, seed^auditSeed)>>33) - int(shuffled(b, seed^auditSeed)>>33)
		})
		for _, row := range ids[:20] {
			parts[row/100]++
		}
	}
	for i, n := range parts {
		if n < 850 || n > 1150 { // 1000 are expected, with a standard deviation of 27
			t.Errorf("quarter %d of the list: %d of 4000", i, n)
		}
	}
}

// TestAuditWhereTheBrakeIsPulled: nobody is removed then, so nobody is kept either.
func TestAuditWhereTheBrakeIsPulled(t *testing.T) {
	f := clean(t, sampleList(), Run{Resolver: operators{}, Asker: &tellers{}, Forecaster: plain{}, Policy: lab(),
		Now: aWhileAgo, Audit: Audit{Share: 0.1}})
	if !f.sum.Brake.Pulled || f.sum.Audit == nil || f.sum.Audit.Refused == 0 || f.sum.Audit.Kept != 0 {
		t.Errorf("%+v, %+v", f.sum.Brake, f.sum.Audit)
	}
	if strings.Contains(f.files["results.csv"], auditDetail) {
		t.Error("somebody is kept")
	}
}
