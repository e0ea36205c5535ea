package risk

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/prebounce/prebounce/validate/segments"
)

func benchWorld(budget int) *Tally {
	w := right()
	w.rng = rand.New(rand.NewPCG(12, 12))
	tally, _ := w.play(w.draw(1_000_000), budget)
	return tally
}

func BenchmarkFit(b *testing.B) {
	for _, budget := range []int{0, 1000} {
		p := defaultParams()
		tally := benchWorld(budget)
		x := newMix(tally, &p, &Options{})
		segs := cutSegments(tally, &p, x)
		b.Run(fmt.Sprintf("segments=%d/probes=%d", len(segs), budget), func(b *testing.B) {
			for b.Loop() {
				newFit(segs, &p, usual(), x)
			}
		})
	}
}

func BenchmarkPredict(b *testing.B) {
	for _, budget := range []int{0, 1000} {
		tally := benchWorld(budget)
		b.Run(fmt.Sprintf("rows=1000000/probes=%d", budget), func(b *testing.B) {
			for b.Loop() {
				if _, err := Predict(tally, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("rows=3000/exact", func(b *testing.B) {
		tally := small(1, 3000, 100)
		for b.Loop() {
			if _, err := Predict(tally, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTallyAdd(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	rows := make([]Row, 1024)
	for i := range rows {
		rows[i] = randomRow(rng)
	}
	tally := NewTally(sendDay)
	i := 0
	for b.Loop() {
		tally.Add(rows[i%len(rows)], 1)
		i++
	}
}

func BenchmarkAddress(b *testing.B) {
	tally := benchWorld(0)
	f, err := Predict(tally, Options{})
	if err != nil {
		b.Fatal(err)
	}
	row := Row{Provider: segments.Gmail, Source: segments.Form, Date: sendDay.AddDate(0, 0, -44)}
	for b.Loop() {
		f.Address(tally, row)
	}
}
