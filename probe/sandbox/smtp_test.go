package sandbox_test

import (
	"bufio"
	"fmt"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
)

func TestSmoke(t *testing.T) {
	s := startWorld(t)
	c, err := s.Dial(t.Context(), "tcp", "192.0.2.30:25")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "EHLO probe.sandbox.test\r\nMAIL FROM:<check@sandbox.test>\r\nRCPT TO:<ada@acme.test>\r\nRCPT TO:<nobody@acme.test>\r\nQUIT\r\n")
	sc := bufio.NewScanner(c)
	for sc.Scan() {
	}
	fmt.Println(s.Sessions()[0].Transcript())
	fmt.Println(s.Manners())
}

func startWorld(t *testing.T) *sandbox.Sandbox {
	return start(t, samples.World)
}
