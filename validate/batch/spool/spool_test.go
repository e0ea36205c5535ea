package spool

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync/atomic"
	"testing"
)

type testJob struct{ in, out int }

// counter gives out the numbers from 0 to n-1.
func counter(n int) func(*testJob) error {
	i := 0
	return func(j *testJob) error {
		if i == n {
			return io.EOF
		}
		j.in, i = i, i+1
		return nil
	}
}

func TestInOrderKeepsOrderAndBoundsJobs(t *testing.T) {
	var got []int
	made := 0
	err := InOrder(t.Context(), 4, func() *testJob { made++; return &testJob{} }, counter(1000),
		func(j *testJob) error {
			for range rand.IntN(2000) {
				j.out++
			}
			j.out = j.in * j.in
			return nil
		},
		func(j *testJob) error { got = append(got, j.out); return nil })
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if v != i*i {
			t.Fatalf("place %d holds %d", i, v)
		}
	}
	if len(got) != 1000 || made > 6 {
		t.Errorf("%d committed, %d jobs made; want 1000 and at most 6", len(got), made)
	}
}

func TestInOrderEndsAtTheFirstError(t *testing.T) {
	broken := errors.New("broken")
	nothing := func(*testJob) error { return nil }
	at := func(n int) func(*testJob) error {
		return func(j *testJob) error {
			if j.in == n {
				return broken
			}
			return nil
		}
	}
	for name, steps := range map[string][3]func(*testJob) error{
		"in next":   {func(*testJob) error { return broken }, nothing, nothing},
		"in work":   {counter(100000), at(17), nothing},
		"in commit": {counter(100000), nothing, at(17)},
	} {
		t.Run(name, func(t *testing.T) {
			err := InOrder(t.Context(), 3, func() *testJob { return &testJob{} }, steps[0], steps[1], steps[2])
			if err != broken {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestInOrderEndsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var committed atomic.Int64
	err := InOrder(ctx, 2, func() *testJob { return &testJob{} }, counter(1<<30), func(*testJob) error { return nil },
		func(*testJob) error {
			if committed.Add(1) == 100 {
				cancel()
			}
			return nil
		})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestDuplicates compares with a map: entries by the thousand, in memory and spilled, few mailboxes and many.
func TestDuplicates(t *testing.T) {
	for _, tt := range []struct {
		name                  string
		rows, boxes, spelling int
	}{
		{"few rows", 300, 50, 3},
		{"no repetition", 5000, 1 << 30, 1},
		{"one mailbox only", 400_000, 1, 4},
		{"spilled to disk", 600_000, 200_000, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, 7))
			d := NewDuplicates(&Dir{Path: t.TempDir()})
			defer d.Close()
			want := make([]uint32, tt.rows)
			first, exact := map[uint64]uint32{}, map[[2]uint64]uint32{}
			for row := range uint32(tt.rows) {
				// in few Partitions, so that they are spilled
				box := uint64(rng.IntN(tt.boxes)+1) * 0x9e3779b97f4a7c15 >> 3
				spelling := uint64(rng.IntN(tt.spelling))
				if err := d.Add(box, row, uint32(spelling)); err != nil {
					t.Fatal(err)
				}
				want[row] = row
				if f, ok := exact[[2]uint64{box, spelling}]; ok {
					want[row] = f
				} else if exact[[2]uint64{box, spelling}] = row; true {
					if f, ok := first[box]; ok {
						want[row] = f | OtherSpelling
					} else {
						first[box] = row
					}
				}
			}
			if err := d.Search(uint32(tt.rows), 3); err != nil {
				t.Fatal(err)
			}
			cache := d.Links()
			near, err := cache.Of(0, uint32(tt.rows), nil)
			if err != nil {
				t.Fatal(err)
			}
			for row, w := range want {
				got := Links(near).At(uint32(row))
				if (got != 0) != (w != uint32(row)) || (got != 0 && (got.Row() != w&^OtherSpelling ||
					got.Other() != (w&OtherSpelling != 0))) {
					t.Fatalf("row %d: got %x, want %x", row, got, w)
				}
			}
		})
	}
}
