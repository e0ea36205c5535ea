package dns

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
)

// piped gives a client whose one server is behind a pipe, so that time can be played; wait is how long it thinks.
func piped(t *testing.T, p player, wait time.Duration) (*Client, func()) {
	c := &Client{Servers: []string{"192.0.2.53"}}
	c.Dial = func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			buf := make([]byte, maxUDP)
			for {
				n, err := theirs.Read(buf)
				if err != nil {
					return
				}
				q := new(dns.Msg)
				if err := q.Unpack(buf[:n]); err != nil {
					t.Error(err)
				}
				go func() {
					time.Sleep(wait)
					for _, raw := range p(q, false) {
						theirs.Write(raw)
					}
				}()
			}
		}()
		return ours, nil
	}
	return c, c.Close
}

func TestTheSameQuestionFliesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c, done := piped(t, func(q *dns.Msg, tcp bool) [][]byte {
			asked++
			return good(t)(q, tcp)
		}, time.Second)
		defer done()
		for range 20 {
			go func() {
				if a := c.Ask(t.Context(), "a.test", A); a.Outcome != Found || a.Took != time.Second {
					t.Errorf("got %v after %v", a, a.Took)
				}
			}()
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if asked != 1 {
			t.Errorf("asked %d times", asked)
		}
		c.Ask(t.Context(), "a.test", A)
		if asked != 2 {
			t.Errorf("asked %d times, want 2: answers are not remembered", asked)
		}
	})
}

func TestWhoSharesAQuestionIsNotCancelledWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, done := piped(t, good(t), time.Second)
		defer done()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		go c.Ask(ctx, "a.test", A)
		synctest.Wait()
		if a := c.Ask(t.Context(), "a.test", A); a.Outcome != Found {
			t.Errorf("got %v", a)
		}
	})
}

func TestASilentServerCostsTwoTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, done := piped(t, silence, 0)
		defer done()
		start := time.Now()
		a := c.Ask(t.Context(), "a.test", A)
		if took := time.Since(start); a.Outcome != TimedOut || took != 10*time.Second {
			t.Errorf("got %v after %v", a, took)
		}
	})
}

func TestALateAnswerIsPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, done := piped(t, good(t), 6*time.Second)
		defer done()
		if a := c.Ask(t.Context(), "a.test", A); a.Outcome != TimedOut {
			t.Errorf("got %v", a)
		}
		time.Sleep(10 * time.Second)
	})
}
