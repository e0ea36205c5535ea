//go:build unix

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
)

// profile cleans the list in this process and writes down where the time goes, for the compiler to build the program
// by.
func profile(list mixture, dir, to string, runs int) error {
	path, err := list.make(dir)
	if err != nil {
		return err
	}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	out := filepath.Join(dir, "out")
	for run := 0; run < runs && err == nil; run++ {
		if err = os.RemoveAll(out); err == nil {
			_, err = cleanHere(path, out, true)
		}
	}
	pprof.StopCPUProfile()
	return errors.Join(err, os.RemoveAll(out), f.Close())
}

// cleanHere does what clean --no-dns does, with its forecast and page or without. It tells how long those two took by
// themselves.
func cleanHere(path, out string, forecast bool) (by time.Duration, err error) {
	ctx, now := context.Background(), time.Now()
	source, err := contacts.Open(ctx, path, contacts.Options{Traits: contacts.Traits{Find: forecast}})
	if err != nil {
		return 0, err
	}
	defer source.Close()
	run := batch.Run{Name: filepath.Base(path), Source: source, Dir: out, Now: now}
	if !forecast {
		_, err = run.Do(ctx)
		return 0, err
	}
	esp, _ := risk.ProfileNamed("generic")
	forecaster := report.NewForecaster(now, risk.Options{Profile: esp}, validate.Policy{})
	timed := &timedForecaster{Forecaster: forecaster}
	run.Forecaster = timed
	summary, err := run.Do(ctx)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	err = report.HTML(io.Discard, forecaster.Result(summary))
	return timed.spent + time.Since(began), err
}

type timedForecaster struct {
	batch.Forecaster
	spent time.Duration
}

func (t *timedForecaster) Forecast(kinds []batch.KindCount, signs *batch.Signs) (batch.Outlook, error) {
	began := time.Now()
	defer func() { t.spent += time.Since(began) }()
	return t.Forecaster.Forecast(kinds, signs)
}
