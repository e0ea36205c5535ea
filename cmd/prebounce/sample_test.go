package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/mx"
)

// place is a domain of a list, with its mailboxes at a mail host.
type place struct {
	domain      string
	host        string // the name
	personality string
	rows        int
	gone        float64 // share of the rows whose mailbox doesn't exist
	odd         string  // what the others are, if not sound: policy
}

// scene is a list and the world that it lives in.
type scene struct {
	places []place
	dead   int // mailboxes that don't exist
	world  strings.Builder
	rows   []string
}

func newScene(places ...place) *scene {
	l := &scene{places: places}
	rng := rand.New(rand.NewPCG(7, 7))
	for i, p := range places {
		fmt.Fprintf(&l.world, "%s MX 10 %s\n%s A 192.0.2.%d\n%s SMTP %s\n", p.domain, p.host, p.host, i+10, p.host,
			p.personality)
		for j := range p.rows {
			name := fmt.Sprintf("somebody%d", j)
			if rng.Float64() < p.gone {
				l.dead++
			} else {
				fmt.Fprintf(&l.world, "%s MAILBOX %s%s\n", p.domain, name, p.odd)
			}
			l.rows = append(l.rows, fmt.Sprintf("%s@%s,%d-03-0%d,newsletter", name, p.domain, 2022+rng.IntN(4),
				1+rng.IntN(9)))
		}
	}
	rng.Shuffle(len(l.rows), func(i, j int) { l.rows[i], l.rows[j] = l.rows[j], l.rows[i] })
	return l
}

// sampled is what a run with a sample left, and what the mail hosts saw.
type sampled struct {
	*report.Result
	dir      string
	sessions []sandbox.Session
}

// run asks about a sample of the scene's list.
func (l *scene) run(t *testing.T, target float64, g risk.Goal, seed uint64) *sampled {
	t.Helper()
	w, err := sandbox.Parse(l.world.String())
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), w, sandbox.Options{Pace: 1e6})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	client := &dns.Client{Servers: []string{sandbox.ResolverAddr}, Dial: s.Dial}
	defer client.Close()
	dir := t.TempDir()
	path := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(path, []byte("Email,Created,Source\n"+strings.Join(l.rows, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := contacts.Open(t.Context(), path, contacts.Options{Traits: contacts.Traits{Find: true}})
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	var p validate.Policy
	p.Ignore(validate.ReservedDomain)
	f := report.NewForecaster(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		risk.Options{Profile: risk.Profile{Name: "test", Target: target}}, p)
	r := &batch.Run{
		Name: "list.csv", Source: list, Dir: filepath.Join(dir,
			"out"), YesRemove: true, Policy: p, Forecaster: f, Sampler: f.Sampler(g, seed), Seed: seed,
		Resolver: &mx.Lookup{DNS: client, AllowPrivate: true, Canaries: []string{}},
		Asker: &probe.Prober{
			Client: &smtp.Client{HELO: "probe.sandbox.test", From: "check@sandbox.test", Dial: s.Dial,
				AllowPrivate: true},
			Store: new(probe.Memory), Pace: 1e6, Series: &probe.Series{RCPTs: int(g.Budget)},
			Own: []string{"probe.sandbox.test", sandbox.ClientAddr.String()},
		},
	}
	sum, err := r.Do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	return &sampled{Result: f.Result(sum), dir: r.Dir, sessions: s.Sessions()}
}

// recipients are the RCPT commands that the mail hosts saw, as they were written.
func (s *sampled) recipients() (all []string) {
	for _, session := range s.sessions {
		for _, l := range session.Lines {
			if l.FromClient && strings.HasPrefix(strings.ToUpper(l.Text), "RCPT ") {
				all = append(all, l.Text)
			}
		}
	}
	return all
}

// TestEveryReasonToStop reaches each of them through real servers, and counts what these saw against the budget.
func TestEveryReasonToStop(t *testing.T) {
	t.Parallel()
	gmail := func(rows int, gone float64) place {
		return place{"gmail.com", "gmail-smtp-in.l.google.com", "gmail", rows, gone, ""}
	}
	own := func(n, rows int, gone float64) place {
		name := fmt.Sprintf("own%d.example", n)
		return place{name, "mx." + name, "postfix", rows, gone, ""}
	}
	yahoo := place{"yahoo.com", "mta5.am0.yahoodns.net", "yahoo", 200, 0.5, ""}
	unwelcome := func(domain, host string) place {
		return place{domain, host, `postfix policy="554 5.7.1 Service unavailable; Client host [192.0.2.200] blocked using bl.example.org"`, 400, 0, "=policy"}
	}
	for _, c := range []struct {
		stop   risk.Stop
		target float64
		goal   risk.Goal
		list   *scene
	}{
		{"decision", 0.02, risk.Goal{}, newScene(gmail(1000, 0.2), own(1, 300, 0.3), yahoo)},
		{"precision", 0.02, risk.Goal{Precision: 0.04}, newScene(gmail(1000, 0.2), own(1, 300, 0.3))},
		{"floor", 0.02, risk.Goal{Precision: 0.0001}, newScene(gmail(1500, 0.05), yahoo)},
		{"budget", 0.02, risk.Goal{Budget: 61, Precision: 0.001},
			newScene(gmail(500, 0.04), own(1, 100, 0.04), own(2, 100, 0.04))},
		{"reputation", 0.02, risk.Goal{}, newScene(unwelcome("gmail.com", "gmail-smtp-in.l.google.com"),
			unwelcome("office.example", "office-example.mail.protection.outlook.com"))},
		{"target", 0.05, risk.Goal{Clean: true}, newScene(gmail(500, 0.2))},
		{"yield", 0.005, risk.Goal{Clean: true, MinYield: 0.3}, newScene(gmail(1000, 0.1))},
		{"everybody", 0.2, risk.Goal{Precision: 0.0001}, newScene(gmail(60, 0.2))},
	} {
		t.Run(string(c.stop), func(t *testing.T) {
			t.Parallel()
			got := c.list.run(t, c.target, c.goal, 1)
			p := got.Risk.Probes
			if p.Stopped != c.stop {
				t.Errorf("stopped by %s, want %s\n%+v", p.Stopped, c.stop, p)
			}
			all := got.recipients()
			if p.RCPT != int64(len(all)) {
				t.Errorf("%d RCPTs are told, the servers saw %d", p.RCPT, len(all))
			}
			if n := c.goal.Budget; n > 0 && int64(len(all)) != n {
				t.Errorf("the servers saw %d RCPTs, the budget is %d", len(all), n)
			}
			for _, line := range all {
				if strings.Contains(line, "@yahoo.com") {
					t.Errorf("an operator that takes everybody was asked: %s", line)
				}
			}
			t.Logf("%s after %d RCPTs, %d informative; verdict %s %+v", p.Stopped, p.RCPT, p.Informative,
				got.Risk.Verdict.Code,
				got.Risk.Uncertainty)
		})
	}
}
