// Surface lists what the public packages export, a line for each name: go run ./cmd/surface. With -calls it writes the
// table of all functions and types that the test of zero values calls.
package main

import (
	"flag"
	"fmt"
	"os"
)

//go:generate sh -c "go run . -root ../.. -calls > calls_test.tmp && mv calls_test.tmp calls_test.go"
//go:generate sh -c "go run . -root ../.. > testdata/surface.txt"

func main() {
	calls := flag.Bool("calls", false, "write the table of calls")
	root := flag.String("root", ".", "folder of the module")
	flag.Parse()
	all, err := read(*root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "surface:", err)
		os.Exit(1)
	}
	write := list
	if *calls {
		write = table
	}
	os.Stdout.Write(write(all))
}
