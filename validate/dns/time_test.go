package dns

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
)

// piped gives a client whose one server is behind a pipe, so that time can be played. Each question is handled in a
// goroutine of its own.
func piped(t *testing.T, p player) *Client {
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
					for _, raw := range p(q, false) {
						theirs.Write(raw)
					}
				}()
			}
		}()
		return ours, nil
	}
	return c
}

// after lets a player think.
func after(d time.Duration, p player) player {
	return func(q *dns.Msg, tcp bool) [][]byte {
		time.Sleep(d)
		return p(q, tcp)
	}
}

func TestTheSameQuestionFliesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := piped(t, func(q *dns.Msg, tcp bool) [][]byte {
			asked++
			return after(time.Second, good(t))(q, tcp)
		})
		defer c.Close()
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
		c := piped(t, after(time.Second, good(t)))
		defer c.Close()
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
		c := piped(t, silence)
		defer c.Close()
		start := time.Now()
		a := c.Ask(t.Context(), "a.test", A)
		if took := time.Since(start); a.Outcome != timedOut || took != 10*time.Second {
			t.Errorf("got %v after %v", a, took)
		}
	})
}

func TestALateAnswerIsPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := piped(t, after(6*time.Second, good(t)))
		defer c.Close()
		if a := c.Ask(t.Context(), "a.test", A); a.Outcome != timedOut {
			t.Errorf("got %v", a)
		}
		time.Sleep(10 * time.Second)
	})
}

// TestATrickleOverTCPIsCutOff promises the longest message and sends it byte by byte, one a second.
func TestATrickleOverTCPIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := piped(t, truncated(nil))
		defer c.Close()
		overUDP := c.Dial
		c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if network == "udp" {
				return overUDP(ctx, network, addr)
			}
			ours, theirs := net.Pipe()
			go trickle(theirs)
			return ours, nil
		}
		start := time.Now()
		a := c.Ask(t.Context(), "a.test", A)
		if took := time.Since(start); a.Outcome != timedOut || !a.TCP || took != 10*time.Second {
			t.Errorf("got %v after %v", a, took)
		}
		time.Sleep(2 * time.Second) // the trickle notices that nobody reads
	})
}

func trickle(conn net.Conn) {
	conn.Read(make([]byte, maxUDP))
	for b := []byte{0xff, 0xff}; ; b = []byte{0} {
		if _, err := conn.Write(b); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}

// TestAResolverThatBearsOnlySoMuch drops what is too much for it, as home routers do. The window must find out.
func TestAResolverThatBearsOnlySoMuch(t *testing.T) {
	for name, tooMuch := range map[string]player{"drops": silence, "refuses": always(dns.RcodeRefused),
		"fails": always(dns.RcodeServerFailure)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const bears, names, askers = 100, 8_000, 256
				var busy atomic.Int32
				c := piped(t, func(q *dns.Msg, tcp bool) [][]byte {
					defer busy.Add(-1)
					if busy.Add(1) > bears {
						return tooMuch(q, tcp)
					}
					return after(20*time.Millisecond, good(t))(q, tcp)
				})
				defer c.Close()
				start := time.Now()
				var found atomic.Int32
				var working sync.WaitGroup
				for i := range askers {
					working.Go(func() {
						for j := i; j < names; j += askers {
							if c.Ask(t.Context(), fmt.Sprintf("n%d.test", j), A).Outcome == Found {
								found.Add(1)
							}
						}
					})
				}
				working.Wait()
				if n := found.Load(); n < names*98/100 {
					t.Errorf("only %d of %d found", n, names)
				}
				if took := time.Since(start); took > 20*time.Second { // 4 s at best, 400 s one by one
					t.Errorf("took %v", took)
				}
			})
		})
	}
}
