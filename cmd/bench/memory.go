//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// mostGrowth is by how much memory may grow from a list to one of ten times its rows, with the same domains.
const mostGrowth = 0.20

// benchMemory compares the memory that a list takes with that of a tenth of it, for each format. Domains are held in
// memory, so both have the same ones, few enough for the smaller list to hold all of them.
func benchMemory(list mixture, dir, binary string) error {
	small := list
	small.rows /= 10
	list.domains = min(list.domains, small.rows/20)
	small.domains = list.domains
	var peaks [2]map[string]int64
	for i, m := range []mixture{small, list} {
		var err error
		if peaks[i], err = m.peaks(dir, binary); err != nil {
			return err
		}
	}
	for _, format := range formats {
		was, is := peaks[0][format], peaks[1][format]
		growth := float64(is)/float64(was) - 1
		fmt.Printf("%-6s %9d rows: %4d MiB   %9d rows: %4d MiB   grows by %.0f%%\n", format, small.rows, was>>10,
			list.rows,
			is>>10, 100*growth)
		if growth > mostGrowth {
			return fmt.Errorf("memory for %s grows by more than %.0f%%", format, 100*mostGrowth)
		}
	}
	return nil
}

var formats = []string{"csv", "xlsx", "jsonl"}

// peaks cleans the list in each format and tells the greatest memory of each run, in KiB.
func (m mixture) peaks(dir, binary string) (map[string]int64, error) {
	path, err := m.make(dir)
	if err != nil {
		return nil, err
	}
	out, peaks := filepath.Join(dir, "out"), map[string]int64{}
	clean := func(list string, more ...string) (*contender, error) {
		c := &contender{name: "clean " + list, out: out, cmd: func() *exec.Cmd {
			return exec.Command(binary, append([]string{"clean", list, "--no-dns", "--quiet", "-o", out}, more...)...)
		}}
		return c, c.run()
	}
	defer os.RemoveAll(out)
	for _, format := range formats {
		list := path
		if format != "csv" {
			if _, err := clean(path, "--format", format); err != nil {
				return nil, err
			}
			list = filepath.Join(dir, "bench."+format)
			if err := os.Rename(filepath.Join(out, "clean."+format), list); err != nil {
				return nil, err
			}
			defer os.Remove(list)
		}
		c, err := clean(list)
		if err != nil {
			return nil, err
		}
		fmt.Printf("%-6s %9d rows: %6.2fs\n", format, m.rows, c.wall[0].Seconds())
		peaks[format] = c.peak
	}
	return peaks, nil
}
