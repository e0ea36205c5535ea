package probe_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
)

var (
	errUnfit = errors.New("unfit")
	fit      = func(context.Context) error { return nil }
)

func TestProberNeedsItsParts(t *testing.T) {
	client, store := new(smtp.Client), new(probe.Memory)
	for name, make := range map[string]func() (*probe.Prober, error){
		"a Client":   func() (*probe.Prober, error) { return probe.New(nil, store, fit) },
		"a Store":    func() (*probe.Prober, error) { return probe.New(client, nil, fit) },
		"pre-flight": func() (*probe.Prober, error) { return probe.New(client, store, nil) },
	} {
		if p, err := make(); p != nil || err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v, %v", name, p, err)
		}
	}
	none := func([]validate.Answered) error { return nil }
	for name, p := range map[string]*probe.Prober{"zero": {}, "no store": {Client: client},
		"no client": {Store: store}} {
		if _, err := p.Ask(t.Context(), slices.Values([]validate.Question{{}}), none); err == nil {
			t.Errorf("%s: asks", name)
		}
	}
}

// TestQuestionsWithoutHosts: what can't be asked is answered, and nobody is called.
func TestQuestionsWithoutHosts(t *testing.T) {
	ann := validate.Address{Local: "ann", Domain: "a.test"}
	for name, q := range map[string]validate.Question{
		"zero": {}, "no mail": {Address: ann}, "no domain": {Address: ann,
			Mail: &validate.Mail{Status: validate.NXDomain}},
		"no address": {Mail: &validate.Mail{Status: validate.HasMX}}, "DNS failed": {Address: ann,
			Mail: &validate.Mail{Status: validate.NoDNSAnswer}},
	} {
		dial := func(context.Context, string, string) (net.Conn, error) { t.Error("dialled"); return nil, errUnfit }
		p, err := probe.New(&smtp.Client{HELO: "a.test", Dial: dial}, new(probe.Memory), fit)
		if err != nil {
			t.Fatal(err)
		}
		var got []validate.Answered
		_, err = p.Ask(t.Context(), slices.Values([]validate.Question{q}),
			func(a []validate.Answered) error { got = append(got, a...); return nil })
		if err != nil || len(got) != 1 || got[0].Status != validate.Unaskable {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// TestPreflight: nobody is asked before it has passed, and then it isn't run again.
func TestPreflight(t *testing.T) {
	runs, verdict := 0, errUnfit
	p, err := probe.New(&smtp.Client{HELO: "a.test"}, new(probe.Memory),
		func(context.Context) error { runs++; return verdict })
	if err != nil {
		t.Fatal(err)
	}
	ask := func() error {
		_, err := p.Ask(t.Context(), slices.Values([]validate.Question{{}}),
			func([]validate.Answered) error { return nil })
		return err
	}
	if err := ask(); !errors.Is(err, errUnfit) {
		t.Errorf("unfit, yet: %v", err)
	}
	verdict = nil
	if err := errors.Join(ask(), ask()); err != nil || runs != 2 {
		t.Errorf("%v after %d runs", err, runs)
	}
}

// TestCallsShareLimits: calls side by side hold one connection to a host, and no more a minute than one call may.
func TestCallsShareLimits(t *testing.T) {
	w := parse(t, `
		a.test     MX 10 mx.a.test
		mx.a.test  A 192.0.2.1
		mx.a.test  SMTP postfix
		a.test     MAILBOX ann
	`, "ann@a.test")
	all := w.questions(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := sandbox.Start(t.Context(), w.World, sandbox.Options{Pipes: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		var held, most atomic.Int64
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := s.Dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			most.Store(max(most.Load(), held.Add(1)))
			return &counted{Conn: c, held: &held}, nil
		}
		client := &smtp.Client{HELO: "probe.sandbox.test", From: "check@sandbox.test", Dial: dial, AllowPrivate: true}
		p, err := probe.New(client, new(probe.Memory), fit)
		if err != nil {
			t.Fatal(err)
		}
		var accepted atomic.Int64
		var calls sync.WaitGroup
		for range 5 {
			calls.Go(func() {
				_, err := p.Ask(t.Context(), slices.Values(all), func(found []validate.Answered) error {
					for _, a := range found {
						if a.Reason() == validate.Accepted {
							accepted.Add(1)
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		if accepted.Load() != 5 || most.Load() != 1 {
			t.Errorf("%d accepted with up to %d connections", accepted.Load(), most.Load())
		}
	})
}

// counted is a connection that knows when it ends.
type counted struct {
	net.Conn
	held *atomic.Int64
	once sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() { c.held.Add(-1) })
	return c.Conn.Close()
}
