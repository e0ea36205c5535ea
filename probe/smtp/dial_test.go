package smtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"
)

func dialNothing(dialled *bool) Dial {
	return func(context.Context, string, string) (net.Conn, error) {
		*dialled = true
		return nil, errors.New("nothing there")
	}
}

func TestWhoseFaultNoConnectionIs(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want Kind
	}{
		{"refused", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, Unreachable},
		{"no route to host", &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, Unreachable},
		{"no route from here, as for IPv6 where there is none", &net.OpError{Op: "dial", Err: syscall.ENETUNREACH},
			NoEgress},
		{"no such local address", &net.OpError{Op: "dial", Err: syscall.EADDRNOTAVAIL}, NoEgress},
		{"a rule of the local firewall", &net.OpError{Op: "dial", Err: syscall.EPERM}, NoEgress},
		{"out of descriptors", &net.OpError{Op: "dial", Err: syscall.EMFILE}, NoEgress},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &Client{HELO: "probe.example.net", Dial: func(context.Context, string, string) (net.Conn,
				error) {
				return nil, tt.err
			}}
			if _, trouble := c.begin(t.Context(), someHost); trouble.Kind != tt.want || !errors.Is(trouble, tt.err) {
				t.Errorf("got %v: %v", trouble.Kind, trouble)
			}
		})
	}
}

func TestConnecting(t *testing.T) {
	wait := func(ctx context.Context, _, address string) (net.Conn, error) {
		<-ctx.Done()
		return nil, fmt.Errorf("dial %s: %w", address, ctx.Err())
	}
	play(t, func(t *testing.T, c *Client) {
		c.Dial = wait
		began := time.Now()
		if _, trouble := c.begin(t.Context(), someHost); trouble.Kind != Unreachable ||
			time.Since(began) != 10*time.Second {
			t.Errorf("after %v: %v", time.Since(began), trouble)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, trouble := c.begin(ctx, someHost); trouble.Kind != Canceled {
			t.Errorf("interrupted: %v", trouble)
		}
	})
}

func TestBind(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, dial := range []Dial{Bind(netip.MustParseAddr("127.0.0.2")), Bind(netip.MustParseAddr("::ffff:127.0.0.2"))} {
		conn, err := dial(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Skipf("this system has no 127.0.0.2: %v", err)
		}
		if from := conn.LocalAddr().(*net.TCPAddr).IP.String(); from != "127.0.0.2" {
			t.Errorf("leaves from %s", from)
		}
		conn.Close()
	}
	for from, to := range map[string]string{"127.0.0.2": "[::1]:25", "::1": "127.0.0.1:25"} {
		if _, err := Bind(netip.MustParseAddr(from))(t.Context(), "tcp", to); blames(err) != NoEgress {
			t.Errorf("from %s to %s: %v", from, to, err)
		}
	}
}

// socks plays a proxy for one connection: what it says to the offer of methods, and to the demand to connect.
func socks(t *testing.T, method, password, connect, then string) (address string, asked func() string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan string, 1)
	go func() {
		defer l.Close()
		conn, err := l.Accept()
		if err != nil {
			heard <- err.Error()
			return
		}
		defer conn.Close()
		var all []string
		b := make([]byte, 1024)
		for _, say := range []string{method, password, connect} {
			if say == "" {
				continue
			}
			n, _ := conn.Read(b)
			all = append(all, fmt.Sprintf("%x", b[:n]))
			io.WriteString(conn, say)
		}
		io.WriteString(conn, then)
		heard <- strings.Join(all, " ")
		io.Copy(io.Discard, conn)
	}()
	return l.Addr().String(), func() string { return <-heard }
}

const granted = "\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x19"

func TestProxy(t *testing.T) {
	tests := []struct {
		name                              string
		user                              string
		method, password, connect, banner string
		want                              string // kind of the trouble
		asked                             string
	}{
		{"the way is free", "", "\x05\x00", "", granted, "554 go away\r\n", "refused greeting 554",
			"050100 05010001050505010019"},
		{"with a password", "bob:secret@", "\x05\x02", "\x01\x00", granted, "554 go away\r\n", "refused greeting 554",
			"05020002 0103626f6206736563726574 05010001050505010019"},
		{"the password is wrong", "bob:secret@", "\x05\x02", "\x01\x01", "", "", "no_egress connect",
			"05020002 0103626f6206736563726574"},
		{"the proxy may not", "", "\x05\x00", "", "\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00", "", "no_egress connect",
			"050100 05010001050505010019"},
		{"the host refuses", "", "\x05\x00", "", "\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00", "",
			"unreachable connect", "050100 05010001050505010019"},
		{"the host can't be reached", "", "\x05\x00", "", "\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00", "",
			"unreachable connect", "050100 05010001050505010019"},
		{"no proxy speaks there", "", "HTTP/1.1 400\r\n", "", "", "", "no_egress connect", "050100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, asked := socks(t, tt.method, tt.password, tt.connect, tt.banner)
			dial, err := Proxy("socks5://"+tt.user+address, nil)
			if err != nil {
				t.Fatal(err)
			}
			c := &Client{HELO: "probe.example.net", Dial: dial, Timeouts: Timeouts{Quit: time.Millisecond}}
			_, trouble := c.begin(t.Context(), someHost)
			if trouble == nil || written(trouble) != tt.want || strings.Contains(trouble.Error(), "secret") {
				t.Errorf("got %v, want %s", trouble, tt.want)
			}
			if got := asked(); got != tt.asked {
				t.Errorf("the proxy heard %s, want %s", got, tt.asked)
			}
		})
	}
}

// A host that does not answer looks like this: the proxy goes on trying.
func TestProxyThatTakesTooLong(t *testing.T) {
	address, asked := socks(t, "\x05\x00", "", "", "")
	dial, err := Proxy("socks5://"+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{HELO: "probe.example.net", Dial: dial, Timeouts: Timeouts{Connect: 100 * time.Millisecond}}
	if _, trouble := c.begin(t.Context(), someHost); trouble.Kind != Unreachable {
		t.Errorf("got %v", trouble)
	}
	asked()
}

func TestProxyThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	dial, err := Proxy("socks5h://bob:secret@"+l.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{HELO: "probe.example.net", Dial: dial}
	if _, trouble := c.begin(t.Context(), someHost); trouble.Kind != NoEgress {
		t.Errorf("got %v", trouble)
	}
	// The proxy may have any address, the host behind it may not.
	if _, trouble := c.begin(t.Context(), Host{Addr: netip.MustParseAddr("127.0.0.1")}); trouble.Kind != Forbidden {
		t.Errorf("got %v", trouble)
	}
}

func TestProxyAddresses(t *testing.T) {
	for _, address := range []string{"", "proxy:1080", "http://bob:secret@proxy:1080", "socks4://proxy", "socks5://",
		"socks5://bob:secret@%zz"} {
		if _, err := Proxy(address, nil); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
