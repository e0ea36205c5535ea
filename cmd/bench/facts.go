//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// benchFacts compares a run whose domains are all in the store with one that doesn't ask DNS at all, and tells how many
// questions came.
func benchFacts(list mixture, dir, binary string, runs int) error {
	path, err := list.make(dir)
	if err != nil {
		return err
	}
	world, err := sandbox.Parse(list.world())
	if err != nil {
		return err
	}
	box, err := sandbox.Start(context.Background(), world, sandbox.Options{})
	if err != nil {
		return err
	}
	defer box.Close()
	out, store := filepath.Join(dir, "out"), filepath.Join(dir, "facts.db")
	os.Remove(store)
	clean := func(more ...string) func() *exec.Cmd {
		return func() *exec.Cmd {
			return exec.Command(binary, append([]string{"clean", path, "--quiet", "-o", out}, more...)...)
		}
	}
	facts := &contender{name: "clean, facts in the store", out: out,
		cmd: clean("--resolver", box.DNSAddr(), "--allow-private-networks", "--store", store)}
	fill := *facts
	if err := fill.run(); err != nil {
		return err
	}
	asked := questions(box)
	contenders := []*contender{facts, {name: "clean --no-dns", out: out, cmd: clean("--no-dns")}}
	if err := inTurn(contenders, runs); err != nil {
		return err
	}
	fmt.Printf("asking DNS took %.2fs; %d questions, and %d more with the facts in the store\n", fill.wall[0].Seconds(),
		asked, questions(box)-asked)
	tell(list, contenders, contenders[1])
	return os.RemoveAll(out)
}

func questions(box *sandbox.Sandbox) (n int) {
	for _, times := range box.Asked() {
		n += times
	}
	return n
}

// world is a DNS in which every domain of the list takes mail at one of twenty hosts.
func (m mixture) world() string {
	var b strings.Builder
	for i := range 20 {
		fmt.Fprintf(&b, "mx%d.hosts.test A 192.0.2.%d\n", i, 100+i)
	}
	n := 0
	domain := func(name string) {
		fmt.Fprintf(&b, "%s MX 10 mx%d.hosts.test\n", name, n%20)
		n++
	}
	names := map[string]bool{}
	for _, name := range append(append([]string{}, big...), rare...) {
		names[name] = true
	}
	for i := range m.domains + 1 {
		names[domainName(i)] = true
	}
	for name := range names {
		domain(name)
		domain("acme-" + name)
	}
	return b.String()
}
