//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// benchForecast tells what a forecast and its page cost: they themselves, and all that is done for them while the list
// is read.
func benchForecast(list mixture, dir string, runs int) error {
	path, err := list.make(dir)
	if err != nil {
		return err
	}
	var with, without, alone []time.Duration
	for range runs {
		for forecast, spent := range map[bool]*[]time.Duration{true: &with, false: &without} {
			before := spentCPU()
			by, err := cleanHere(path, filepath.Join(dir, "out"), forecast)
			if err != nil {
				return err
			}
			*spent = append(*spent, spentCPU()-before)
			if forecast {
				alone = append(alone, by)
			}
			if err := os.RemoveAll(filepath.Join(dir, "out")); err != nil {
				return err
			}
		}
	}
	a, b, c := median(with), median(without), median(alone)
	fmt.Printf("%d rows: %v of CPU time with forecast and page, %v without; the two themselves take %v\n", list.rows,
		a.Round(time.Millisecond), b.Round(time.Millisecond), c.Round(time.Millisecond))
	fmt.Printf("shares: %.1f%%, with all that is done for them %.1f%%\n", 100*float64(c)/float64(a),
		100*(1-float64(b)/float64(a)))
	return nil
}

// spentCPU is the CPU time of this process so far.
func spentCPU() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
