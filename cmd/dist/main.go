// Command dist builds the archives of a release: for each system and processor a static binary with its man pages,
// completions, licences and examples, and SHA256SUMS over all.
//
//	go run ./cmd/dist -o dist
//
// The same commit and the same Go give the same octets, wherever and whenever they are built.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"strings"
)

// targets are what a release is built for.
const targets = "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64"

func main() {
	log.SetFlags(0)
	out := flag.String("o", "dist", "write the archives to `FOLDER`; those of an earlier run are replaced")
	only := flag.String("targets", targets, "build for `GOOS/GOARCH,...`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	names, err := release{root: ".", out: *out}.build(ctx, strings.Split(*only, ","))
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range names {
		log.Print(name)
	}
}
