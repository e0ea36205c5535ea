package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/segments"
)

// deciding is a list with every kind of rows, some of which several reasons speak about.
func deciding() string {
	var b strings.Builder
	b.WriteString("email,created,last open,source,confirmed\n")
	for _, k := range kindsOfRows {
		for i := range k.rows {
			address := k.address
			if strings.Contains(address, "%d") {
				address = fmt.Sprintf(address, i)
			}
			fmt.Fprintf(&b, "%s,%s\n", address, k.cells)
		}
	}
	for i := range 30 {
		fmt.Fprintf(&b, "sales@gmail%d.mailinator.com,,,shop,\n", i)
		fmt.Fprintf(&b, "info@mailinator.com,,,shop,\n\"x y\"@own.test,,,shop,\nadmin@gone.test,,,bought,\n")
	}
	return b.String()
}

// TestADecisionIsWhatTheRunThatCarriesItOutDoes: the counts are those of that run, and the forecast is that
// of its cleaned list.
func TestADecisionIsWhatTheRunThatCarriesItOutDoes(t *testing.T) {
	list := deciding()
	first := try(t, list, risk.Options{}, nil)
	d, err := NewDecider(first.Result)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Decision{
		{},
		{Lists: map[validate.Reason]validate.List{validate.Role: validate.Clean}},
		{Lists: map[validate.Reason]validate.List{validate.Role: validate.Removed,
			validate.Disposable: validate.Clean}},
		{Lists: map[validate.Reason]validate.List{validate.DNSFailed: validate.Clean,
			validate.NoDomain: validate.Review}},
		{Lists: map[validate.Reason]validate.List{validate.NotProbed: validate.Review,
			validate.QuotedLocalPart: validate.Clean}},
		{MaxRisk: 0.12},
		{Hold: []segments.Segment{"source=purchased"}},
		{Hold: []segments.Segment{"provider=yahoo", "age=unknown"},
			Lists: map[validate.Reason]validate.List{validate.Role: validate.Clean}},
	} {
		t.Run(strings.Join(want.Flags(), " "), func(t *testing.T) {
			got, err := d.Decide(want)
			if err != nil {
				t.Fatal(err)
			}
			var model risk.Options
			then := tryHolding(t, list, model, want.Hold, func(r *batch.Run) {
				r.MaxRisk = want.MaxRisk
				for reason, to := range want.Lists {
					r.Policy.Move(to, reason)
				}
			})
			if got.Clean != then.Clean || got.Review != then.Review || got.Removed != then.Removed {
				t.Errorf("clean %d, review %d, removed %d; the run: %d, %d, %d", got.Clean, got.Review, got.Removed,
					then.Clean, then.Review, then.Removed)
			}
			sum := 0.0
			for _, row := range then.results {
				var p float64
				if fmt.Sscan(row.PBounce, &p); row.List == "clean" {
					sum += p
				}
			}
			if math.Abs(sum-got.Bounces) > 0.002*float64(then.Clean)+0.05 {
				t.Errorf("%.2f bounces expected, the rows of the run add up to %.2f", got.Bounces, sum)
			}
		})
	}
}

// TestTheRunsOwnDecisionHasItsForecast: nothing is changed, so nothing differs.
func TestTheRunsOwnDecisionHasItsForecast(t *testing.T) {
	r := try(t, deciding(), risk.Options{}, nil)
	d, err := NewDecider(r.Result)
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Decide(Decision{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Risk.Rate.Cleaned, got.Rate, cmpopts.EquateApprox(0, 0.01)); diff != "" {
		t.Error(diff)
	}
	if math.Abs(got.Exceed-r.Risk.Threshold.Exceed.Cleaned) > 0.01 {
		t.Errorf("exceeds with %.3f, the forecast says %.3f", got.Exceed, r.Risk.Threshold.Exceed.Cleaned)
	}
}

func TestNobodyDecidesToMailWhoMustNotBeMailed(t *testing.T) {
	r := try(t, deciding(), risk.Options{}, nil)
	d, err := NewDecider(r.Result)
	if err != nil {
		t.Fatal(err)
	}
	for _, reason := range fixed.All() {
		if _, err := d.Decide(Decision{Lists: map[validate.Reason]validate.List{reason: validate.Clean}}); !errors.Is(err, errFixed) {
			t.Errorf("%s: error %v", reason, err)
		}
	}
	for _, s := range d.Switches() {
		if s.Segment == "" && s.Fixed != fixed.Has(s.Reason) {
			t.Errorf("%s: fixed %v", s.Reason, s.Fixed)
		}
	}
}

func TestJudgedSurvivesItsJSON(t *testing.T) {
	r := try(t, deciding(), risk.Options{}, nil)
	b, err := json.Marshal(r.Judged)
	if err != nil {
		t.Fatal(err)
	}
	var got Judged
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, r.Judged) {
		t.Errorf("got %v, want %v", got, r.Judged)
	}
	rows := int64(0)
	for _, j := range got {
		rows += j.Rows
	}
	if rows != r.Rows {
		t.Errorf("%d rows are judged, the list has %d", rows, r.Rows)
	}
	for _, damaged := range []string{
		`{"version":2}`, `{"version":1,"reasons":["nothing"]}`, `{"version":1,"reasons":["role"],"rows":[[1,2,3]]}`,
		`{"version":1,"rows":[[0,0,1]]}`, `{"version":1,"rows":[[1,0,-1]]}`, `{"version":1,"rows":[[1,-1,1]]}`,
		`{"version":1,"rows":[[-99,0,1]]}`,
	} {
		if json.Unmarshal([]byte(damaged), &got) == nil {
			t.Errorf("%s was read", damaged)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	r := &Result{Tally: risk.NewTally(sendDay)}
	for p := range segments.Provider(8) {
		for s := range segments.Source(6) {
			for q := range 40 {
				row := risk.Row{Provider: p, Source: s, Date: ago(90 * q)}
				r.Tally.Add(row, 500)
				r.Judged = append(r.Judged, JudgedRows{Kind: r.Tally.KindOf(row), Rows: 500})
			}
		}
	}
	f, err := risk.Predict(r.Tally, risk.Options{})
	if err != nil {
		b.Fatal(err)
	}
	r.Risk, r.Summary = f, &batch.Summary{}
	d, err := NewDecider(r)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := d.Decide(Decision{Hold: []segments.Segment{"age=>4y"}}); err != nil {
			b.Fatal(err)
		}
	}
}
