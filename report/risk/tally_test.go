package risk

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate/segments"
)

func TestTallyIsKept(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	tally := NewTally(sendDay)
	for range 5000 {
		tally.Add(randomRow(rng), 1)
	}
	b, err := json.Marshal(tally)
	if err != nil {
		t.Fatal(err)
	}
	var again Tally
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(predict(t, tally, Options{}))
	got, _ := json.Marshal(predict(t, &again, Options{}))
	if string(got) != string(want) {
		t.Error("another forecast after reading back")
	}
	if tally.rows() != 5000 || again.rows() != 5000 {
		t.Errorf("%d rows, read back %d", tally.rows(), again.rows())
	}
}

func TestTallyThatCantBeIsRefused(t *testing.T) {
	for _, s := range []string{
		`{"version":2}`, `{"version":1,"states":{"sound":1}}`, `{"version":1,"states":{"dead_domain":-1}}`,
		`{"version":1,"kinds":[[-1,1,0,0]]}`, `{"version":1,"kinds":[[33554432,1,0,0]]}`,
		`{"version":1,"kinds":[[7,-1,0,0]]}`,
		`{"version":1,"kinds":[[7,1,9223372036854775807,0]]}`, `{"version":1,"kinds":[[48,1,0,0]]}`, `[]`,
	} {
		if err := json.Unmarshal([]byte(s), new(Tally)); err == nil {
			t.Errorf("%s: accepted", s)
		}
	}
}

func FuzzTally(f *testing.F) {
	f.Add([]byte(`{"version":1,"now":"2026-11-01T00:00:00Z","states":{"dead_domain":3},
		"kinds":[[1,20,400,0],[513,7,0,0]]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var tally Tally
		if json.Unmarshal(b, &tally) != nil {
			return
		}
		if tally.rows() > 100_000 {
			return
		}
		got, err := Predict(&tally, Options{})
		if err != nil {
			t.Fatal(err)
		}
		sane(t, got)
	})
}

func TestSmallSegmentsMergeAlongAgeThenSource(t *testing.T) {
	at := func(months int) time.Time { return sendDay.AddDate(0, -months, 0) }
	tally := NewTally(sendDay)
	for _, r := range []struct {
		source segments.Source
		months int
		rows   int64
	}{{segments.Form, 1, 100}, {segments.Form, 6, 7}, {segments.Form, 18, 100}, {segments.Form, 60, 100}, {segments.Event, 1, 5}, {segments.Event, 30, 4},
		{segments.Purchased, 6, 19}} {
		tally.Add(Row{Provider: segments.Gmail, Source: r.source, Date: at(r.months)}, r.rows)
	}
	tally.Add(Row{Provider: segments.Gmail, Source: segments.Event, Blind: true, Date: at(1)}, 3)
	var got []string
	for _, s := range predict(t, tally, Options{}).Segments {
		got = append(got, fmt.Sprintf("%s/%s/%s %d %s", s.Provider, s.Source, s.Age, s.Rows, s.Basis))
	}
	want := []string{
		"gmail/form/<3m to 3-12m 107 prior", "gmail/form/1-2y 100 prior", "gmail/form/>4y 100 prior",
		"gmail/mixed/<3m to 2-4y 28 prior", "gmail/event/<3m 3 blind",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
