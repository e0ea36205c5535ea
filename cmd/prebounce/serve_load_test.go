//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/prebounce/prebounce/cmd/prebounce/serve"
)

// loadToken is what the clients show.
const loadToken = "token-of-clients-that-check"

// loadedServer serves checks against a world with some domains of either kind.
func loadedServer(t testing.TB, k *checker) *httptest.Server {
	t.Helper()
	tokens, err := serve.ParseTokens(loadToken + " check")
	if err != nil {
		t.Fatal(err)
	}
	s, err := serve.New(serve.Options{Dir: t.TempDir(), Tokens: tokens, Check: k.check})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(func() { h.Close(); s.Close() })
	return h
}

// loadWorld has so many domains with mail servers, and as many without.
func loadWorld(n int) string {
	var b strings.Builder
	b.WriteString(giants)
	for i := range n {
		fmt.Fprintf(&b, "well%d.test MX 1 mx.giant.test\nnot%d.test TXT x\n", i, i)
	}
	return b.String()
}

// checkOver checks an address over HTTP, and returns its reason. As long as it is not known, it asks again.
func checkOver(c *http.Client, at, address string) (string, error) {
	for {
		reason, err := checkOnce(c, at, address)
		if err != nil || reason != "" {
			return reason, err
		}
	}
}

func checkOnce(c *http.Client, at, address string) (string, error) {
	r, err := http.NewRequest(http.MethodPost, at+"/api/v1/check", strings.NewReader(`{"address":"`+address+`"}`))
	if err != nil {
		return "", err
	}
	r.Header.Set("Authorization", "Bearer "+loadToken)
	a, err := c.Do(r)
	if err != nil {
		return "", err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	var answer struct{ Results []struct{ Reason string } }
	if err == nil {
		err = json.Unmarshal(b, &answer)
	}
	if a.StatusCode == http.StatusAccepted && strings.Contains(string(b), `"pending":1`) {
		return "", err
	}
	if err != nil || a.StatusCode != http.StatusOK || len(answer.Results) != 1 {
		return "", fmt.Errorf("%s: %s, %w", a.Status, b, err)
	}
	return answer.Results[0].Reason, nil
}

// TestManyClientsCheckAtOnce: two hundred, for LOAD (such as 1m) or some checks each. All are answered, rightly, and
// DNS is asked about each domain once.
func TestManyClientsCheckAtOnce(t *testing.T) {
	const clients, domains = 200, 20
	s := startServer(t, loadWorld(domains))
	at := loadedServer(t, checkerFor(t, t.TempDir(), s)).URL
	long, _ := time.ParseDuration(os.Getenv("LOAD")) // without it: zero
	until := time.Now().Add(long)
	var done atomic.Int64
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			c := &http.Client{Transport: &http.Transport{}}
			defer c.CloseIdleConnections()
			for i := 0; i < 10 || time.Now().Before(until); i++ {
				domain, want := fmt.Sprintf("well%d.test", (client+i)%domains), "not_probed"
				if i%2 == 1 {
					domain, want = "not"+strings.TrimPrefix(domain, "well"), "no_mail_host"
				}
				if reason, err := checkOver(c, at, fmt.Sprintf("ann%d@%s", client, domain)); err != nil || reason != want {
					t.Errorf("%s: %s, %v", domain, reason, err)
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	for name, n := range s.Asked() {
		if strings.HasPrefix(name, "MX well") && n != 1 || strings.HasPrefix(name, "MX not") && n > 2 {
			t.Errorf("%s: %d questions", name, n)
		}
	}
	t.Logf("%d checks", done.Load())
}

// BenchmarkCheckOverHTTP measures a check with fresh facts in time of the processor, client and server together, and as
// a ratio to a handler that reads and writes as much. Other programs on the machine change neither.
func BenchmarkCheckOverHTTP(b *testing.B) {
	s := startServer(b, loadWorld(1))
	at, c := loadedServer(b, checkerFor(b, b.TempDir(), s)).URL, &http.Client{}
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write(append(bytes.Repeat([]byte(" "), 300), `{"results":[{"reason":"not_probed"}]}`...))
	}))
	defer bare.Close()
	measured := func(at string) time.Duration {
		began := processorTime()
		for range b.N {
			if reason, err := checkOver(c, at, "ann@well0.test"); err != nil || reason != "not_probed" {
				b.Fatal(reason, err)
			}
		}
		return processorTime() - began
	}
	if _, err := checkOver(c, at, "ann@well0.test"); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	checks := measured(at)
	b.StopTimer()
	b.ReportMetric(float64(b.N)/checks.Seconds(), "checks/s")
	b.ReportMetric(float64(checks)/float64(measured(bare.URL)), "x-bare")
}

// processorTime is what this process has had of the processor.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
