package mx

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	miekg "github.com/miekg/dns"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/dns"
)

// echo is a server that answers each question with one of 20 shared mail hosts, after a latency, as fast as loopback
// allows.
type echo struct {
	conn    *net.UDPConn
	latency time.Duration
	asked   atomic.Int64
	late    chan parcel
	serving sync.WaitGroup
}

type parcel struct {
	due time.Time
	to  netip.AddrPort
	raw []byte
}

func serveEcho(t testing.TB, latency time.Duration) *echo {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadBuffer(4 << 20)
	e := &echo{conn: conn, latency: latency, late: make(chan parcel, 1<<14)}
	e.serving.Go(e.read)
	e.serving.Go(e.post)
	t.Cleanup(func() {
		conn.Close()
		e.serving.Wait()
	})
	return e
}

func (e *echo) read() {
	defer close(e.late)
	buf := make([]byte, 2048)
	for {
		n, from, err := e.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		i := e.asked.Add(1) % 20
		raw := respond(buf[:n], byte('a'+i))
		if e.latency == 0 {
			e.conn.WriteToUDPAddrPort(raw, from)
		} else {
			e.late <- parcel{time.Now().Add(e.latency), from, raw}
		}
	}
}

func (e *echo) post() {
	for p := range e.late {
		time.Sleep(time.Until(p.due))
		e.conn.WriteToUDPAddrPort(p.raw, p.to)
	}
}

// respond answers question q with "MX 10 mx.X.test".
func respond(q []byte, host byte) []byte {
	end := 12
	for q[end] != 0 {
		end += int(q[end]) + 1
	}
	raw := append([]byte(nil), q[:end+5]...)
	binary.BigEndian.PutUint16(raw[2:], 0x8180)
	copy(raw[4:12], []byte{0, 1, 0, 1, 0, 0, 0, 0})
	raw = append(raw, 0xc0, 12, 0, 15, 0, 1, 0, 0, 1, 44, 0, 13, 0, 10)
	return append(raw, 2, 'm', 'x', 1, host, 4, 't', 'e', 's', 't', 0)
}

func names(n int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprintf("domain%d.example", i)) {
				return
			}
		}
	}
}

// ours asks about n names with the whole of this package.
func (e *echo) ours(t testing.TB, n, window int) {
	l := &Lookup{DNS: &dns.Client{Servers: []string{e.conn.LocalAddr().String()}, Window: window}, HostsUnasked: true,
		Canaries: []string{}}
	defer l.DNS.Close()
	got := 0
	doubt, err := l.All(context.Background(), names(n), func(_ string, m validate.Mail) error {
		if m.Status == validate.HasMX {
			got++
		}
		return nil
	})
	if err != nil || doubt.Why != "" || got != n {
		t.Fatalf("%d of %d names have MX; %s, %v", got, n, doubt.Why, err)
	}
}

// bare is the loop to be compared with: as many askers as the window, each with a long-lived socket, and nothing
// checked but the id.
func (e *echo) bare(t testing.TB, n, window int) {
	questions := make(chan string)
	var askers sync.WaitGroup
	for range window {
		askers.Go(func() {
			conn, err := miekg.Dial("udp", e.conn.LocalAddr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			var c miekg.Client
			for name := range questions {
				if _, _, err := c.ExchangeWithConn(new(miekg.Msg).SetQuestion(name+".", miekg.TypeMX),
					conn); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for name := range names(n) {
		questions <- name
	}
	close(questions)
	askers.Wait()
}

// BenchmarkMXOnly asks 100,000 distinct names for MX, and tells how the rate compares with a bare miekg loop's over
// the same window in the same run. Run it with -benchtime 3x.
func BenchmarkMXOnly(b *testing.B) {
	const n, window = 100_000, 1000 // of the bare loop; ours grows by itself
	for _, latency := range []time.Duration{0, 20 * time.Millisecond} {
		b.Run(latency.String(), func(b *testing.B) {
			e := serveEcho(b, latency)
			var ours, bare time.Duration
			for range b.N {
				bare += timed(func() { e.bare(b, n, window) })
				ours += timed(func() { e.ours(b, n, 0) })
			}
			names := float64(n * b.N)
			b.ReportMetric(names/ours.Seconds(), "names/s")
			b.ReportMetric(names/bare.Seconds(), "bare/s")
			b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
			b.ReportMetric(float64(e.asked.Load())/names/2, "questions/name")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func TestOneQuestionPerName(t *testing.T) {
	t.Parallel()
	const n = 5000
	e := serveEcho(t, 0)
	e.ours(t, n, 100)
	if asked := e.asked.Load(); asked != n {
		t.Errorf("%d questions for %d names", asked, n)
	}
}
