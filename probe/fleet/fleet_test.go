package fleet

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

// startServer runs a fleet's server, and returns the folder with its files.
func startServer(t testing.TB, operators string) string {
	t.Helper()
	dir, ready, ended := t.TempDir(), make(chan bool), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		ended <- Serve(ctx, Serving{Dir: dir, Listen: "127.0.0.1:0", Workers: []string{"one", "two"}, Operators: operators},
			func([]string) { close(ready) })
	}()
	t.Cleanup(func() { cancel(); <-ended })
	select {
	case <-ready:
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
	}
	return dir
}

func join(t testing.TB, dir, name string) *Conn {
	t.Helper()
	c, err := Dial(t.Context(), filepath.Join(dir, name+".fleet"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// shop is the store of a worker with an address.
func shop(t testing.TB, dir, name, from string) *store {
	t.Helper()
	c := join(t, dir, name)
	if err := c.setClock(t.Context(), c.workers, name, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	return &store{conn: c, cells: &cells{bucket: c.state, given: never}, holder: name, from: from,
		names: []string{"us.example"}, greets: new(limits.Memory)}
}

// TestLimitsAreSharedAsTheyShould: an operator's hour by everybody, a minute at a server by those of one address.
func TestLimitsAreSharedAsTheyShould(t *testing.T) {
	t.Parallel()
	dir := startServer(t, "")
	stores := []*store{shop(t, dir, "one", "192.0.2.1"), shop(t, dir, "two", "192.0.2.2"), shop(t, dir, "two", "192.0.2.2")}
	var mu sync.Mutex
	hour, minute := 0, map[string]int{}
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			s := stores[i%3]
			n, _, err := s.Take(t.Context(), time.Now(), 3, limits.Cap{Key: "rcpt 203.0.113.1", Most: 40, Within: time.Minute},
				limits.Cap{Key: "operator a.example", Most: 70, Within: time.Hour})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			hour += n
			minute[s.from] += n
		})
	}
	all.Wait()
	if hour != 70 || minute["192.0.2.1"] > 40 || minute["192.0.2.2"] > 40 {
		t.Errorf("%d in an hour, want 70; in a minute %v, want 40 at most", hour, minute)
	}
	at := time.Now()
	if err := stores[0].GiveBack(t.Context(), at.Add(-time.Hour/2), 5, limits.Cap{Key: "operator a.example"}); err != nil {
		t.Fatal(err)
	}
	if n, _, err := stores[1].Take(t.Context(), at, 9, limits.Cap{Key: "operator a.example", Most: 70,
		Within: time.Hour}); n != 5 || err != nil {
		t.Errorf("%d after 5 were given back, %v", n, err)
	}
}

// TestWhatIsSpentIsNeverForgottenTooEarly compares the joined entries with all of them.
func TestWhatIsSpentIsNeverForgottenTooEarly(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000)
	var s, exact spent
	for range 20_000 {
		now = now.Add(time.Duration(rand.IntN(9000)) * time.Millisecond)
		n := 1 + rand.IntN(3)
		s, exact = readSpent(s.append(nil)).take(now, n, 24*time.Hour), append(exact, spending{now.UnixMilli(), n})
	}
	for _, c := range []limits.Cap{{Within: time.Minute}, {Within: time.Hour}, {Within: 24 * time.Hour}} {
		got, want := s.within(c, now).N, exact.within(c, now).N
		if got < want || float64(got) > 1.03*float64(want)+3 {
			t.Errorf("within %s: %d, want %d or hardly more", c.Within, got, want)
		}
	}
	if len(s) > 1500 {
		t.Errorf("%d entries", len(s))
	}
}

// TestClockNeedNotAgree: a reading of the server's clock is all that counts.
func TestClockNeedNotAgree(t *testing.T) {
	for _, off := range []time.Duration{0, 5 * time.Minute, -5 * time.Minute, 24 * time.Hour} {
		var c clock
		now := time.Now()
		c.set(now, now, now.Add(off))
		if d := time.Until(c.now()) - off; d.Abs() > time.Second {
			t.Errorf("%s off: the server's time is wrong by %s", off, d)
		}
		if d := c.here(c.server(now)).Sub(now); d.Abs() > time.Second {
			t.Errorf("%s off: there and back is wrong by %s", off, d)
		}
	}
}

// TestScopeOfACoolDown: what is said of an address stops that one, what is said of a name stops all.
func TestScopeOfACoolDown(t *testing.T) {
	t.Parallel()
	dir := startServer(t, "")
	one, two := shop(t, dir, "one", "192.0.2.1"), shop(t, dir, "two", "192.0.2.2")
	for _, tt := range []struct {
		operator, why string
		all           bool
	}{
		{"a.example", "550 5.7.1 Client [192.0.2.1] refused", false},
		{"b.example", "550 5.7.1 Sender domain us.example refused, client 192.0.2.1", true},
		{"c.example", "550 5.7.1 Go away", true},
	} {
		if err := one.CoolDown(t.Context(), tt.operator, time.Now().Add(time.Hour), tt.why); err != nil {
			t.Fatal(err)
		}
		mine, _, err := one.CoolingDown(t.Context(), tt.operator, time.Now())
		other, _, err2 := two.CoolingDown(t.Context(), tt.operator, time.Now())
		if err != nil || err2 != nil || mine.IsZero() || other.IsZero() == tt.all {
			t.Errorf("%s: ours until %s, the other's until %s, want all %v; %v, %v", tt.why, mine, other, tt.all, err, err2)
		}
	}
	for i, operator := range []string{"d.example", "e.example"} {
		if err := one.CoolDown(t.Context(), operator, time.Now().Add(time.Hour),
			"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org"); err != nil {
			t.Fatal(err)
		}
		if until, _, err := two.CoolingDown(t.Context(), "f.example", time.Now()); until.IsZero() == (i == 1) || err != nil {
			t.Errorf("%d operators name a list: the others rest until %s, %v", i+1, until, err)
		}
	}
}

// TestWorkersSeeOnlyTheirOwn: another worker's inbox, stream and key are closed to a worker, and the server has no
// address in clear.
func TestWorkersSeeOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	dir := startServer(t, "")
	boss, one := join(t, dir, "coordinator"), join(t, dir, "one")
	key := newRunKey()
	subject := askSubject(rest, "", "run")
	sealed, err := key.seal(subject, &batch{Domains: []domain{{Name: "a.example", Questions: []question{{Local: "secretive"}}}}})
	if err == nil {
		_, err = boss.js.Publish(t.Context(), subject, sealed)
	}
	if err == nil {
		_, err = boss.runs.Put(t.Context(), "key.run.two", []byte("sealed"))
	}
	if err != nil {
		t.Fatal(err)
	}
	denied := make(chan error, 9)
	one.nc.SetErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { denied <- err })
	within, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := one.runs.Get(within, "key.run.two"); err == nil {
		t.Error("a worker reads another's key")
	}
	if stream, err := one.js.Stream(within, askStream); err == nil {
		_, err = stream.GetMsg(within, 1)
		t.Errorf("a worker reads the stream: %v", err)
	}
	for _, subject := range []string{inbox("two") + ".>", "pb1.>", inbox("") + ".>"} {
		if _, err := one.nc.SubscribeSync(subject); err != nil {
			continue
		}
		if err := one.nc.FlushTimeout(asking); err != nil {
			t.Fatal(err)
		}
		if err := <-denied; !strings.Contains(err.Error(), "Permissions Violation") {
			t.Error(err)
		}
	}
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte("secretive")) {
			t.Errorf("%s holds an address in clear", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestKeyOfARun goes to the worker that it is sealed to, and to nobody else.
func TestKeyOfARun(t *testing.T) {
	one, err := newIdentity([]byte("one"))
	two, err2 := newIdentity(nil)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	key := newRunKey()
	sealed, err := key.sealTo(one.public(), "run")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := one.open("run", sealed); got != key || err != nil {
		t.Error(err)
	}
	if _, err := one.open("another", sealed); err == nil {
		t.Error("it opens for another run")
	}
	if _, err := two.open("run", sealed); err == nil {
		t.Error("it opens for another worker")
	}
}

// TestPlaces that can't be meant are refused.
func TestPlaces(t *testing.T) {
	for text, ok := range map[string]bool{"tls://seed@fleet.example:4222": true, "nats://token@127.0.0.1:4222": true,
		"nats://token@192.0.2.1:4222": false, "http://fleet.example": false, "tls://a@b:1?pin=12": false,
		"tls://a@b:1?name=One": false, "no-such-file": false} {
		if _, err := readPlace(text); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// BenchmarkHandingOut hands out questions about many operators.
func BenchmarkHandingOut(b *testing.B) {
	dir := startServer(b, "")
	c := &Coordinator{Conn: join(b, dir, "coordinator"), Tell: func(text string) { b.Error(text) }}
	if err := c.begin(b.Context()); err != nil {
		b.Fatal(err)
	}
	c.emit = func([]validate.Answered) error { return nil }
	c.crew.note(b.Context(), &sign{key: "one", value: []byte(`{"name":"one"}`), at: c.Conn.clock.now()})
	mails := make([]validate.Mail, 5000)
	for i := range mails {
		mails[i] = validate.Mail{Status: validate.HasMX, Operator: fmt.Sprintf("o%d.example", i),
			Hosts: []validate.MailHost{{Name: fmt.Sprintf("mx.o%d.example", i)}}}
	}
	b.ResetTimer()
	p := &packer{coordinator: c}
	err := p.all(b.Context(), func(yield func(validate.Question) bool) {
		for i := range b.N {
			m := &mails[rand.IntN(len(mails))]
			if !yield(validate.Question{ID: uint32(i), Mail: m, Address: validate.Address{Local: fmt.Sprint("ann", i),
				Domain: m.Operator}}) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "questions/s")
}

// sign is a sign of life.
type sign struct {
	jetstream.KeyValueEntry
	key   string
	value []byte
	at    time.Time
}

func (s *sign) Key() string                     { return s.key }
func (s *sign) Value() []byte                   { return s.value }
func (s *sign) Created() time.Time              { return s.at.Add(time.Hour) }
func (s *sign) Operation() jetstream.KeyValueOp { return jetstream.KeyValuePut }
