package dns

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// player plays a resolver: it says what to send back for a question, as raw messages, which may be anything.
type player func(q *dns.Msg, tcp bool) [][]byte

// play serves until the test ends, UDP and TCP, and gives the address.
func play(t testing.TB, p player) string {
	t.Helper()
	var listener net.Listener
	var packets net.PacketConn
	for packets == nil {
		listener, _ = net.Listen("tcp", "127.0.0.1:0")
		var err error
		if packets, err = net.ListenPacket("udp", listener.Addr().String()); err != nil {
			listener.Close()
		}
	}
	var serving sync.WaitGroup
	serving.Go(func() { playUDP(packets, p) })
	serving.Go(func() { playTCP(listener, p) })
	t.Cleanup(func() {
		packets.Close()
		listener.Close()
		serving.Wait()
	})
	return listener.Addr().String()
}

func playUDP(conn net.PacketConn, p player) {
	buf := make([]byte, 4096)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		q := new(dns.Msg)
		if q.Unpack(buf[:n]) == nil {
			for _, raw := range p(q, false) {
				conn.WriteTo(raw, from)
			}
		}
	}
}

func playTCP(l net.Listener, p player) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		conn.SetDeadline(time.Now().Add(5 * time.Second))
		dc := dns.Conn{Conn: conn}
		if q, err := dc.ReadMsg(); err == nil {
			for _, raw := range p(q, true) {
				conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(raw))), raw...))
			}
			io.Copy(io.Discard, conn) // until the client has gone
		}
		conn.Close()
	}
}

// reply makes an answer with these records; SOA and NS go to the authority section.
func reply(t testing.TB, q *dns.Msg, zone ...string) *dns.Msg {
	t.Helper()
	m := new(dns.Msg).SetReply(q)
	m.RecursionAvailable = true
	for _, s := range zone {
		rr, err := dns.NewRR(s)
		if err != nil {
			t.Fatal(err)
		}
		if rr.Header().Rrtype == dns.TypeSOA || rr.Header().Rrtype == dns.TypeNS {
			m.Ns = append(m.Ns, rr)
		} else {
			m.Answer = append(m.Answer, rr)
		}
	}
	return m
}

func pack(t testing.TB, m *dns.Msg) []byte {
	t.Helper()
	raw, err := m.Pack()
	if err != nil {
		t.Error(err)
	}
	return raw
}

// client asks servers with patience fit for loopback.
func client(t testing.TB, servers ...string) *Client {
	c := &Client{Servers: servers, Timeout: 300 * time.Millisecond}
	t.Cleanup(c.Close)
	return c
}
