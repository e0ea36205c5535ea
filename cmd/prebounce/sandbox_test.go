package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/prebounce/prebounce/validate/dns"
)

// play runs the sandbox command and gives the lines that it printed, and what interrupts it and gives its exit status.
func play(t *testing.T, lines int, args ...string) (told []string, end func() int) {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	stdout, w := io.Pipe()
	ended := make(chan int)
	go func() { ended <- run(ctx, append([]string{"sandbox"}, args...), nil, w, io.Discard) }()
	in := bufio.NewReader(stdout)
	for range lines {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, strings.TrimSuffix(line, "\n"))
	}
	go io.Copy(io.Discard, in)
	return told, func() int {
		interrupt()
		return <-ended
	}
}

func TestTheSandboxServesUntilInterrupted(t *testing.T) {
	told, end := play(t, 1, "--dns", "127.0.0.1:0")
	addr := told[0]
	c := &dns.Client{Servers: []string{addr}}
	defer c.Close()
	if a := c.Ask(t.Context(), "gmail.com", dns.MX); len(a.MX) != 2 {
		t.Errorf("gmail.com: %v", a)
	}
	if code := end(); code != exitDone {
		t.Errorf("ended with %d", code)
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("still serves")
	}
}

func TestAnApplicationSendsToTheSandbox(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "inbox")
	told, end := play(t, 3, "--smtp", "0", "--submission", "0", "--inbox", dir)
	for i, personality := range []string{"everything", "submission"} {
		words := strings.Split(told[i+1], "\t")
		if len(words) != 3 || words[1] != "*" || words[2] != personality {
			t.Fatalf("it told %q", told)
		}
		c, err := smtp.Dial(words[0])
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if personality == "submission" {
			if err := c.Auth(sasl.NewPlainClient("", "app", "secret")); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.SendMail("app@sandbox.test", []string{"ada@acme.test"},
			strings.NewReader("Subject: hello\r\n\r\nhello\r\n")); err != nil {
			t.Errorf("%s: %v", personality, err)
		}
		if err := c.SendMail("app@sandbox.test", []string{"550-5.7.26.data@reply.acme.test"},
			strings.NewReader("hello\r\n")); err == nil ||
			!strings.Contains(err.Error(), "Unauthenticated email is not accepted") {
			t.Errorf("%s: %v", personality, err)
		}
	}
	if code := end(); code != exitDone {
		t.Errorf("ended with %d", code)
	}
	// two accepted and two refused mails, three files each
	if names, err := os.ReadDir(dir); err != nil || len(names) != 12 {
		t.Errorf("in the inbox are %v, %v", names, err)
	}
}
