package main

import (
	"bytes"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prebounce/prebounce/validate/batch"
)

func TestProgressIsALineEveryTenSecondsWhereThereIsNoTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		step, _, end := newProgress(&b, false)
		for i := range int64(25) {
			time.Sleep(time.Second)
			step(batch.Survey, i+1, 50)
		}
		step(batch.Resolve, 0, 0)
		time.Sleep(10 * time.Second)
		step(batch.Resolve, 0, 0)
		step(batch.Resolve, 1, 3)
		step(batch.Resolve, 2, 3)
		end()
		if want := "prebounce: reading: 20%\nprebounce: reading: 40%\nprebounce: asking DNS: " +
			"33%\n"; b.String() != want {
			t.Errorf("got %q, want %q", b.String(), want)
		}
	})
}

func TestQuietShowsNoProgress(t *testing.T) {
	step, _, end := newProgress(os.Stderr, true)
	if step != nil {
		t.Error("there is something to call")
	}
	end()
}
