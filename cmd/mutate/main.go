// Command mutate checks that tests pin the numbers that README, the help topics and the design promise. Each row of its
// table is one small fault in one file; it applies the fault in an overlay, and the tests of that file's package must
// fail.
//
//	go run ./cmd/mutate                        every row
//	go run ./cmd/mutate -packages ./probe/...  the rows of some packages
//	go run ./cmd/mutate -changed -for 3m       the rows of the packages that a change touches
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	var o options
	flag.StringVar(&o.packages, "packages", "./...",
		"check the packages that match these `PATTERNS`, separated by commas")
	flag.BoolVar(&o.changed, "changed", false, "check only packages that differ from the upstream branch")
	flag.DurationVar(&o.limit, "for", 0, "start no row after `DURATION`; which rows come first changes each time")
	flag.IntVar(&o.jobs, "j", 2, "run `N` rows at a time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	start := time.Now()
	failed, err := o.run(ctx, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	fmt.Printf("%s\n", time.Since(start).Round(time.Second))
	if failed > 0 {
		os.Exit(1)
	}
}
