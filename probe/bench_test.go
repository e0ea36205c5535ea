package probe_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
)

const (
	benchHosts = 32
	perHost    = 200
	noLimit    = ",30,30,1000000,1000000,\n"
)

// BenchmarkSessions asks about dead recipients at 32 hosts 30 ms away, with no limit but those of a session: once
// with a connection for each recipient, once as the rules for sessions have it, and once with a hundred recipients to
// a session (who are accepted, since refusals would end it). It prints how many times as fast as the first the others
// are, and their share of a bare loop of the same shape.
func BenchmarkSessions(b *testing.B) {
	for b.Loop() {
		one := benchAsk(b, "*,yes,1,1,1,8,yes"+noLimit, "gone")
		rules := benchAsk(b, "*,yes,1,10,30,8,yes"+noLimit, "gone")
		many := benchAsk(b, "*,yes,1,100,100,100,yes"+noLimit, "ann")
		b.ReportMetric(float64(one)/float64(rules), "rules/one")
		b.ReportMetric(float64(one)/float64(many), "hundred/one")
		b.ReportMetric(float64(benchLoop(b, 8, "gone"))/float64(rules), "rules/bare")
		b.ReportMetric(float64(benchRaw(b, 8, "gone"))/float64(rules), "rules/raw")
		b.ReportMetric(float64(benchLoop(b, 100, "ann"))/float64(many), "hundred/bare")
		b.ReportMetric(float64(benchRaw(b, 30, "ann"))/float64(benchAsk(b, "*,yes,1,10,30,8,yes"+noLimit, "ann")),
			"living/raw")
		b.ReportMetric(0, "ns/op")
	}
}

// benchWorld has 32 hosts where gone and a number is nobody and ann and a number is somebody.
func benchWorld(b *testing.B, name string) *world {
	var text strings.Builder
	var addresses []string
	for i := range benchHosts {
		mailboxes := "postmaster"
		if name == "ann" {
			mailboxes += " *"
		}
		text.WriteString(host(fmt.Sprintf("d%d.test", i), i+1, "plain", mailboxes))
		for j := range perHost {
			addresses = append(addresses, fmt.Sprintf("%s%d@d%d.test", name, j, i))
		}
	}
	return parse(b, text.String(), addresses...)
}

func benchSandbox(b *testing.B, w *world) (*sandbox.Sandbox, *smtp.Client) {
	s, err := sandbox.Start(b.Context(), w.World, sandbox.Options{RTT: 30 * time.Millisecond})
	if err != nil {
		b.Fatal(err)
	}
	return s, &smtp.Client{HELO: "probe.sandbox.test", From: "check@sandbox.test", Dial: s.Dial, AllowPrivate: true}
}

func benchAsk(b *testing.B, table, name string) time.Duration {
	rules, err := probe.ReadRules(strings.NewReader(table))
	if err != nil {
		b.Fatal(err)
	}
	w := benchWorld(b, name)
	all := w.questions(b)
	s, client := benchSandbox(b, w)
	defer s.Close()
	p := probe.Prober{Client: client, Store: new(probe.Memory), Rules: rules, Workers: benchHosts, Pace: 1e6}
	n, began := 0, time.Now()
	_, err = p.Ask(b.Context(), slices.Values(all), func(found []validate.Answered) error {
		n += len(found)
		return nil
	})
	if err != nil || n < len(all) {
		b.Fatal(n, err)
	}
	return time.Since(began)
}

// benchLoop is what asking would take if there were nothing but sessions.
func benchLoop(b *testing.B, batch int, name string) time.Duration {
	w := benchWorld(b, name)
	s, client := benchSandbox(b, w)
	defer s.Close()
	began := time.Now()
	var all sync.WaitGroup
	for i := range benchHosts {
		all.Go(func() {
			for part := range slices.Chunk(w.addresses[i*perHost:(i+1)*perHost], batch) {
				session, trouble := client.Open(context.Background(),
					smtp.Host{Addr: netip.AddrFrom4([4]byte{192, 0, 2, byte(i + 1)})})
				if trouble != nil {
					b.Error(trouble)
					return
				}
				if said, trouble := session.Ask(context.Background(), part, false); len(said) != len(part) {
					b.Error(trouble)
				}
				session.Quit(context.Background())
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

// benchRaw is what asking would take for who writes each session's recipients in one piece and looks at nothing but
// the number of lines.
func benchRaw(b *testing.B, batch int, name string) time.Duration {
	w := benchWorld(b, name)
	s, _ := benchSandbox(b, w)
	defer s.Close()
	began := time.Now()
	var all sync.WaitGroup
	for i := range benchHosts {
		all.Go(func() {
			for part := range slices.Chunk(w.addresses[i*perHost:(i+1)*perHost], batch) {
				if err := rawSession(b.Context(), s, fmt.Sprintf("192.0.2.%d:25", i+1), part); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(began)
}

func rawSession(ctx context.Context, s *sandbox.Sandbox, host string, part []string) error {
	conn, err := s.Dial(ctx, "tcp", host)
	if err != nil {
		return err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	say := func(text string, replies int) error {
		_, err := conn.Write([]byte(text))
		for replies > 0 && err == nil {
			var line string
			if line, err = in.ReadString('\n'); len(line) > 3 && line[3] == ' ' {
				replies--
			}
		}
		return err
	}
	rcpts := "MAIL FROM:<check@sandbox.test>\r\n"
	for _, p := range part {
		rcpts += "RCPT TO:<" + p + ">\r\n"
	}
	return errors.Join(say("", 1), say("EHLO probe.sandbox.test\r\n", 1), say(rcpts, 1+len(part)), say("QUIT\r\n", 1))
}

// BenchmarkPlan plans a million questions at 100,000 domains, each with a host of its own, and prints the memory that
// this holds.
func BenchmarkPlan(b *testing.B) {
	const domains, each = 100_000, 10
	questions := func(yield func(validate.Question) bool) {
		for d := range domains {
			name := fmt.Sprintf("domain%d.example", d)
			mail := &validate.Mail{Status: validate.HasMX, Operator: name,
				Hosts: []validate.MailHost{{Name: "mx." + name,
					Addrs: []netip.Addr{netip.AddrFrom4([4]byte{10, byte(d >> 16), byte(d >> 8), byte(d)})}}}}
			for i := range each {
				q := validate.Question{ID: uint32(d*each + i),
					Address: validate.Address{Local: fmt.Sprintf("first.last%d", i), Domain: name}, Mail: mail}
				if !yield(q) {
					return
				}
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		before := heap()
		plan := new(probe.Prober).Plan(questions)
		b.ReportMetric(float64(heap()-before)/(1<<20), "MiB")
		b.ReportMetric(plan.Takes().Hours()/24, "days")
		runtime.KeepAlive(plan)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
