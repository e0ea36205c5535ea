package checker_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/checker"
	"github.com/prebounce/prebounce/validate/dns"
	"github.com/prebounce/prebounce/validate/facts"
	"github.com/prebounce/prebounce/validate/mx"
)

const world = `
	shop.test     MX 10 mx.shop.test
	mx.shop.test  A 192.0.2.1
	mx.shop.test  SMTP postfix
	shop.test     MAILBOX ann
	null.test     MX 0 .
`

// start runs the world and gives a resolver that sees it.
func start(t testing.TB, canaries ...string) (*sandbox.Sandbox, *mx.Lookup) {
	t.Helper()
	w, err := sandbox.Parse(world)
	if err != nil {
		t.Fatal(err)
	}
	box, err := sandbox.Start(t.Context(), w, sandbox.Options{Pace: 1000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Close)
	client := &dns.Client{Servers: []string{sandbox.ResolverAddr}, Dial: box.Dial}
	t.Cleanup(client.Close)
	return box, &mx.Lookup{DNS: client, AllowPrivate: true, Canaries: append([]string{}, canaries...)}
}

func TestCheck(t *testing.T) {
	for address, want := range map[string]struct {
		reason     validate.Reason
		send       bool
		suggestion string
	}{
		"ann@shop.example.de": {validate.NotProbed, true, ""},
		"":                    {validate.BadSyntax, false, ""},
		"ann@@shop.de":        {validate.BadSyntax, false, "ann@shop.de"},
		"info@shop.de":        {validate.Role, false, ""},
		"ann@gmial.com":       {validate.MaybeDisposable, false, "ann@gmail.com"},
	} {
		got := checker.Check(address)
		if got.Reason != want.reason || got.Send != want.send || got.Suggestion != want.suggestion ||
			got.Input != address {
			t.Errorf("%q: %+v", address, got)
		}
	}
}

// lab is a checker of the world, whose names are reserved ones.
func lab(r checker.Resolver) *checker.Checker {
	c := &checker.Checker{Resolver: r}
	c.Policy.Ignore(validate.ReservedDomain)
	return c
}

func TestCheckerAsksDNSOnce(t *testing.T) {
	box, lookup := start(t, "shop.test")
	store, err := facts.Open(t.Context(), filepath.Join(t.TempDir(), "facts.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for name, memory := range map[string]checker.Store{"default": nil, "memory": new(checker.Memory), "file": store} {
		c := lab(lookup)
		c.Store = memory
		for address, want := range map[string]validate.Reason{
			"ann@shop.test": validate.NotProbed, "ann@gone.test": validate.NoDomain, "ann@null.test": validate.NullMX,
			"ann@[192.0.2.1]": validate.DomainLiteral, "ann@localhost": validate.DotlessDomain,
		} {
			for range 2 {
				if got, err := c.Check(t.Context(), address); err != nil || got.Reason != want {
					t.Errorf("%s: %s: %v, %v; want %v", name, address, got.Reason, err, want)
				}
			}
		}
	}
	if n := box.Asked()["MX null.test"]; n > 4 { // once by each, but that the file may not hold it yet
		t.Errorf("asked %d times", n)
	}
}

// TestNoIsDoubted: where a domain that can't be gone isn't seen, no domain is said to be gone.
func TestNoIsDoubted(t *testing.T) {
	_, lookup := start(t, "never.test")
	c := lab(lookup)
	for _, address := range []string{"ann@gone.test", "ann@null.test"} {
		got, err := c.Check(t.Context(), address)
		if err != nil || got.Reason != validate.DNSFailed || got.Verdict != validate.Unknown {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
}

func TestCancelledIsNoVerdict(t *testing.T) {
	_, lookup := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, address := range []string{"ann@shop.test", "ann@gone.test", "", "info@shop.test"} {
		if got, err := lab(lookup).Check(ctx, address); !errors.Is(err, context.Canceled) ||
			got.Reason != validate.NoReason {
			t.Errorf("%q: %+v, %v", address, got, err)
		}
	}
}

// TestParallelCallersShareQuestions: fifty requests at once, and DNS is asked about the domain once.
func TestParallelCallersShareQuestions(t *testing.T) {
	box, lookup := start(t, "shop.test")
	server := httptest.NewServer(lab(lookup))
	defer server.Close()
	var callers sync.WaitGroup
	for range 50 {
		callers.Go(func() {
			answer, err := http.Post(server.URL, "application/json", strings.NewReader(`{"address": "ann@shop.test"}`))
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			var got checker.Result
			if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || got.Reason != validate.NotProbed ||
				!got.Send {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	callers.Wait()
	if n := box.Asked()["MX shop.test"]; n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestHandlerRefuses(t *testing.T) {
	const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"
	for name, tt := range map[string]struct {
		method, kind, body string
		want               int
	}{
		"GET":         {http.MethodGet, "", "", http.StatusMethodNotAllowed},
		"no body":     {http.MethodPost, asJSON, "", http.StatusBadRequest},
		"null":        {http.MethodPost, asJSON, `{"address": null}`, http.StatusBadRequest},
		"other field": {http.MethodPost, asForm, "email=a@b.de", http.StatusBadRequest},
		"plain text":  {http.MethodPost, "text/plain", "a@b.de", http.StatusBadRequest},
		"too long":    {http.MethodPost, asForm, "address=" + strings.Repeat("a", 5000), http.StatusBadRequest},
		"form":        {http.MethodPost, asForm, "address=ann%40shop.de", http.StatusOK},
		"JSON":        {http.MethodPost, asJSON + "; charset=utf-8", `{"address": "\u0000<script>"}`, http.StatusOK},
	} {
		r := httptest.NewRequest(tt.method, "/", strings.NewReader(tt.body))
		r.Header.Set("Content-Type", tt.kind)
		w := httptest.NewRecorder()
		new(checker.Checker).ServeHTTP(w, r)
		if w.Code != tt.want || !json.Valid(w.Body.Bytes()) || strings.Contains(w.Body.String(), "<") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestProber(t *testing.T) {
	box, lookup := start(t, "shop.test")
	client := &smtp.Client{HELO: "probe.firm.test", From: "check@firm.test", Dial: box.Dial, AllowPrivate: true}
	p, err := probe.New(client, new(probe.Memory), func(context.Context) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	p.Pace = 1000
	c := lab(lookup)
	c.Prober = p
	for address, want := range map[string]validate.Reason{"ann@shop.test": validate.Accepted,
		"bob@shop.test": validate.MailboxUnknown} {
		if got, err := c.Check(t.Context(), address); err != nil || got.Reason != want || got.Asked.IsZero() {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
}

const list = "name,email\nAnn,ann@shop.test\nBob,bob@gone.test\nInfo,info@shop.test\nNone,\n"

func TestClean(t *testing.T) {
	_, lookup := start(t, "shop.test")
	c := lab(lookup)
	var clean, review, removed, results strings.Builder
	seen := map[batch.Phase]bool{}
	var mu sync.Mutex
	sum, err := c.Clean(t.Context(), strings.NewReader(list), checker.Outputs{
		Clean: &clean, Review: &review, Removed: &removed, Results: &results,
		Progress: func(p batch.Phase, _, _ int64) { mu.Lock(); seen[p] = true; mu.Unlock() },
	})
	if err != nil {
		t.Fatal(err)
	}
	if clean.String() != "name,email\nAnn,ann@shop.test\n" || sum.Review != 1 || sum.Removed != 2 ||
		strings.Count(results.String(), "\n") != 5 || len(seen) < 2 {
		t.Errorf("%q\n%q\n%q\n%q\n%v", clean.String(), review.String(), removed.String(), results.String(), seen)
	}
}

// TestCleanLeavesNothing: whatever ends it, no file stays and nothing was written.
func TestCleanLeavesNothing(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tt := range map[string]struct {
		ctx  context.Context
		list string
		want error
	}{
		"cancelled": {ended, list, context.Canceled}, "empty": {t.Context(), "", nil}, "header alone": {t.Context(),
			"email\n", batch.ErrNoRows},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			var clean strings.Builder
			_, err := new(checker.Checker).Clean(tt.ctx, strings.NewReader(tt.list), checker.Outputs{Clean: &clean})
			left, _ := filepath.Glob(filepath.Join(dir, "*"))
			if err == nil || (tt.want != nil && !errors.Is(err, tt.want)) || clean.Len() > 0 || len(left) > 0 {
				t.Errorf("%v, %q, %v", err, clean.String(), left)
			}
		})
	}
}

func TestMemoryForgets(t *testing.T) {
	var m checker.Memory
	now := time.Now()
	for domain, status := range map[string]validate.MailStatus{"a.de": validate.HasMX, "b.de": validate.NXDomain,
		"c.de": validate.NoDNSAnswer} {
		m.Put(domain, validate.Mail{Status: status, Asked: now, TTL: 2 * time.Hour})
	}
	for domain, life := range map[string]time.Duration{"a.de": 2 * time.Hour, "b.de": time.Hour, "c.de": 0} {
		_, before, _ := m.Get(t.Context(), domain, now.Add(life-time.Second))
		_, after, _ := m.Get(t.Context(), domain, now.Add(life))
		if before != (life > 0) || after {
			t.Errorf("%s: %v before its end, %v after", domain, before, after)
		}
	}
	m.Doubt()
	if _, ok, _ := m.Get(t.Context(), "b.de", now); ok {
		t.Error("a doubted no stays")
	}
}
