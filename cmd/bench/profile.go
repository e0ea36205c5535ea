package main

import (
	"context"
	"errors"
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

// profile cleans the list in this process and writes down where the time goes, for the compiler to build the program by.
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
	for range runs {
		if err = cleanHere(path, filepath.Join(dir, "out")); err != nil {
			break
		}
	}
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}

// cleanHere does what clean --no-dns does.
func cleanHere(path, out string) error {
	ctx, now := context.Background(), time.Now()
	source, err := contacts.Open(ctx, path, contacts.Options{Traits: contacts.Traits{Find: true}})
	if err != nil {
		return err
	}
	defer source.Close()
	esp, _ := risk.ProfileNamed("generic")
	forecaster := report.NewForecaster(now, risk.Options{Profile: esp}, validate.Policy{})
	run := batch.Run{Name: filepath.Base(path), Source: source, Dir: out, Forecaster: forecaster, Now: now}
	_, err = run.Do(ctx)
	return errors.Join(err, os.RemoveAll(out))
}
