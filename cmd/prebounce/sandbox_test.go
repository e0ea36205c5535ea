package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"testing"

	"github.com/prebounce/prebounce/validate/dns"
)

func TestTheSandboxServesUntilInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	stdout, told := io.Pipe()
	ended := make(chan int)
	go func() { ended <- run(ctx, []string{"sandbox", "--dns", "127.0.0.1:0"}, nil, told, io.Discard) }()
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	c := &dns.Client{Servers: []string{addr[:len(addr)-1]}}
	defer c.Close()
	if a := c.Ask(t.Context(), "gmail.com", dns.MX); len(a.MX) != 2 {
		t.Errorf("gmail.com: %v", a)
	}
	interrupt()
	if code := <-ended; code != exitDone {
		t.Errorf("ended with %d", code)
	}
	if conn, err := net.Dial("tcp", addr[:len(addr)-1]); err == nil {
		conn.Close()
		t.Error("still serves")
	}
}
