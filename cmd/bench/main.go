//go:build unix

// Command bench times whole runs of prebounce against an encoding/csv copy and a plain copy of the same list.
//
//	go run ./cmd/bench -rows 1000000
//
// Timings differ from machine to machine and hour to hour; only the ratios, of runs taken in turn, mean anything.
package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	rows := flag.Int("rows", 1_000_000, "write lists of this many rows")
	columns := flag.Int("columns", 7, "write lists of this many columns, at least 7")
	domains := flag.Int("domains", 200_000, "draw from this many distinct domains")
	repeats := flag.Float64("duplicates", 0.03, "repeat an earlier address in this share of rows")
	runs := flag.Int("runs", 3, "time this many runs of each, in turn")
	procs := flag.Int("procs", runtime.NumCPU(), "run each on this many processors")
	binary := flag.String("prebounce", "./prebounce", "time this program")
	dir := flag.String("dir", filepath.Join("build", "bench"), "write lists and outputs to this folder")
	memory := flag.Bool("memory", false, "compare the memory for the list with that for a tenth of it, in each format")
	facts := flag.Bool("facts", false, "time a run with all facts in the store against one without DNS")
	forecast := flag.Bool("forecast", false, "time the forecast and the report")
	profileTo := flag.String("profile", "", "write a CPU profile of the same code to this file and time nothing")
	copyFrom := flag.String("copy", "", "internal: copy this list with encoding/csv and exit")
	flag.Parse()
	if *copyFrom != "" {
		if err := csvCopy(*copyFrom, *copyFrom+".copy"); err != nil {
			log.Fatal(err)
		}
		return
	}
	list := mixture{rows: *rows, columns: *columns, domains: *domains, repeats: *repeats}
	var err error
	switch {
	case *profileTo != "":
		err = profile(list, *dir, *profileTo, *runs)
	case *forecast:
		err = benchForecast(list, *dir, *runs)
	case *memory:
		err = benchMemory(list, *dir, *binary)
	case *facts:
		err = benchFacts(list, *dir, *binary, *runs)
	default:
		err = benchCopy(list, *dir, *binary, *runs, *procs)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// contender is one command of the comparison.
type contender struct {
	name string
	out  string // what it writes
	cmd  func() *exec.Cmd
	wall []time.Duration
	cpu  []time.Duration
	peak int64 // KiB; 0: this program needs more itself, and the system counts that in
}

// benchCopy compares a run without DNS with copies of the list.
func benchCopy(list mixture, dir, binary string, runs, procs int) error {
	path, err := list.make(dir)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	out := filepath.Join(dir, "out")
	contenders := []*contender{
		{name: "prebounce clean --no-dns", out: out, cmd: func() *exec.Cmd {
			return exec.Command(binary, "clean", path, "--no-dns", "--quiet", "-o", out)
		}},
		{name: "encoding/csv copy", out: path + ".copy", cmd: func() *exec.Cmd {
			return exec.Command(self, "-copy",
				path)
		}},
		{name: "cp", out: path + ".copy", cmd: func() *exec.Cmd { return exec.Command("cp", path, path+".copy") }},
	}
	if err := confine(procs); err != nil {
		return err
	}
	if err := inTurn(contenders, runs); err != nil {
		return err
	}
	fmt.Printf("%d processors\n", procs)
	tell(list, contenders, contenders[1])
	return errors.Join(os.RemoveAll(out), os.Remove(path+".copy"))
}

func inTurn(contenders []*contender, runs int) error {
	for range runs {
		for _, c := range contenders {
			if err := c.run(); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	return nil
}

// run runs the command once. What earlier runs left behind, and to be written to disk, is not its fault, so that is
// done first.
func (c *contender) run() error {
	if err := os.RemoveAll(c.out); err != nil {
		return err
	}
	syscall.Sync()
	cmd := c.cmd()
	cmd.Stderr = os.Stderr
	started := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	c.wall = append(c.wall, time.Since(started))
	c.cpu = append(c.cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return err
	}
	if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && use.Maxrss > own.Maxrss {
		c.peak = max(c.peak, int64(use.Maxrss))
	}
	return nil
}

func tell(list mixture, contenders []*contender, to *contender) {
	fmt.Printf("%d rows, %d columns, %d domains, %.0f%% duplicates\n", list.rows, list.columns, list.domains,
		100*list.repeats)
	fmt.Printf("%-26s %10s %10s %12s %10s   ratios to %s: wall, cpu\n", "", "wall", "cpu", "rows/s", "peak MiB",
		to.name)
	for _, c := range contenders {
		peak := "?"
		if c.peak > 0 {
			peak = strconv.FormatInt(c.peak>>10, 10)
		}
		fmt.Printf("%-26s %9.2fs %9.2fs %12.0f %10s   %.2f  %.2f\n", c.name, median(c.wall).Seconds(),
			median(c.cpu).Seconds(),
			float64(list.rows)/median(c.wall).Seconds(), peak, ratio(c.wall, to.wall), ratio(c.cpu, to.cpu))
	}
}

func median[T cmp.Ordered](s []T) T {
	s = slices.Sorted(slices.Values(s))
	return s[len(s)/2]
}

// ratio is the median of the ratios of runs next to each other.
func ratio(a, b []time.Duration) float64 {
	var r []float64
	for i := range a {
		r = append(r, a[i].Seconds()/b[i].Seconds())
	}
	return median(r)
}

// csvCopy is the yardstick: what any Go program pays that reads a CSV and writes it back.
func csvCopy(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	r, w := csv.NewReader(in), csv.NewWriter(out)
	r.ReuseRecord = true
	for {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
