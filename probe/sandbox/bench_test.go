package sandbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// BenchmarkRecipients is how fast the servers are when nothing holds them up: a session with a batch of recipients.
func BenchmarkRecipients(b *testing.B) {
	for _, batch := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(batch), func(b *testing.B) {
			s, err := sandbox.Start(b.Context(), world(b, fmt.Sprintf(labWorld, "plain")), sandbox.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			commands := strings.Split("MAIL FROM:<check@far.test>"+strings.Repeat("\nRCPT TO:<ann@a.test>", batch),
				"\n")
			for b.Loop() {
				conn, err := s.Dial(b.Context(), "tcp", "192.0.2.1:25")
				if err != nil {
					b.Fatal(err)
				}
				c := newClient(conn)
				c.reply()
				c.ask("EHLO c.sandbox.test")
				c.ask(commands...)
				c.ask("QUIT")
				conn.Close()
			}
			b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "RCPT/s")
		})
	}
}
