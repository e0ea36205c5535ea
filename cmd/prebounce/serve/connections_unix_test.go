//go:build unix

package serve

import (
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"
)

// TestManyConnectionsDoNotLockOut: ten thousand that say nothing, or little, or as many as the system lets us
// open, and one that asks.
func TestManyConnectionsDoNotLockOut(t *testing.T) {
	x := open(t, nil, nil)
	n := 10_000
	var most syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &most); err == nil {
		n = min(n, int(most.Cur)-mostConnections-200)
	}
	for i := range n {
		c, err := net.DialTimeout("tcp", x.addr, time.Minute)
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		defer c.Close()
		_, _ = c.Write([]byte("GET / HTTP/1.1\r\nX: ")[:i%20]) // it may have been closed
	}
	c := http.Client{Timeout: x.patience}
	a, err := c.Do(x.request(t, "GET", "/check", nil))
	if err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", a, err)
	}
	a.Body.Close()
}
